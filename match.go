package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"tanyanetral/curation"
	"tanyanetral/faq"
	"tanyanetral/knowledge"
)

// judge lets the curators' desk use the matcher: what it publishes is live at
// once, and the weights follow in the background.
type judge struct {
	log     *slog.Logger
	matcher *faq.Matcher
	golden  []faq.Labelled
	refit   chan struct{} // one wish at most waits
}

func newJudge(log *slog.Logger, m *faq.Matcher, golden []faq.Labelled) *judge {
	return &judge{log: log, matcher: m, golden: golden, refit: make(chan struct{}, 1)}
}

// Publish answers from the next base from now on.
func (j *judge) Publish(_ context.Context, next *knowledge.Base, words map[string]string) error {
	if err := j.matcher.Publish(next, words); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	select {
	case j.refit <- struct{}{}:
	default: // a refit is due already
	}
	return nil
}

// Compare tells how questions are answered now and would be from next.
func (j *judge) Compare(
	ctx context.Context, next *knowledge.Base, words map[string]string, questions []string,
) (before, after []curation.Verdict, err error) {
	b, a, err := j.matcher.Compare(ctx, next, words, questions)
	if err != nil {
		return nil, nil, fmt.Errorf("compare: %w", err)
	}
	return verdicts(questions, b), verdicts(questions, a), nil
}

func verdicts(questions []string, answers []knowledge.Answer) []curation.Verdict {
	all := make([]curation.Verdict, len(answers))
	for i, a := range answers {
		all[i] = curation.Verdict{Question: questions[i], Zone: a.Zone, Candidates: a.Candidates}
		if a.Topic != nil {
			all[i].Topic = a.Topic.ID
		}
	}
	return all
}

// Ask answers one question.
func (j *judge) Ask(ctx context.Context, question string) (knowledge.Answer, error) {
	return j.matcher.Ask(ctx, question)
}

// Near returns other topics to which a wording lies close.
func (j *judge) Near(topic, wording string) []knowledge.Candidate {
	return j.matcher.Near(topic, wording)
}

// Terms returns the terms of a text and its unknown words.
func (j *judge) Terms(text string) (terms, unknown []string) { return j.matcher.Terms(text) }

// follow fits the weights anew whenever something was published, and calls
// fitted when new weights are in use, until ctx ends. It takes a core for half a minute, so
// that wishes that come meanwhile are answered together.
func (j *judge) follow(ctx context.Context, fitted func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-j.refit:
		}
		taken, err := j.matcher.Refit(ctx, j.golden)
		if err != nil && ctx.Err() == nil {
			j.log.Warn("the matcher keeps its weights", "error", err)
		}
		if taken {
			fitted()
		}
	}
}

// tally gathers what happened, in counts without anybody's name, until it is
// written: many at once, so that no row tells who was online.
type tally struct {
	mu sync.Mutex
	n  map[[2]string]int
}

func newTally() *tally { return &tally{n: map[[2]string]int{}} }

// Count adds one to an event, such as ("zone", "direct").
func (t *tally) Count(event, key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n[[2]string{event, key}]++
}

// take returns the counts and begins anew.
func (t *tally) take() map[[2]string]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := t.n
	t.n = map[[2]string]int{}
	return n
}
