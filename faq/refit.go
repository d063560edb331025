package faq

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tanyanetral/knowledge"
)

// Publish answers from a changed base from now on, and reads the given words
// of everyday language (word or phrase -> standard words) besides the shipped
// ones: both count at once, with the weights that are there. Questions under
// way finish on the old base. It takes well under a second at the shipped
// size. An error changes nothing.
func (m *Matcher) Publish(b *knowledge.Base, words map[string]string) error {
	m.change.Lock()
	defer m.change.Unlock()
	next := m.take(b, words)
	if next == nil {
		var err error
		if next, err = m.next(b, words); err != nil {
			return err
		}
	}
	m.replace(next)
	return nil
}

// next builds the state that a changed base would be answered from, with the
// present weights.
func (m *Matcher) next(b *knowledge.Base, words map[string]string) (*state, error) {
	lang, err := m.lang.With(words)
	if err != nil {
		return nil, fmt.Errorf("take the curated words: %w", err)
	}
	now := m.state.Load()
	md, err := newModel(newCorpus(b, lang), now.linear, now.fusion)
	if err != nil {
		return nil, err
	}
	return &state{model: md, calibrator: now.calibrator}, nil
}

// replace swaps the state and closes the old index once nobody can be
// reading from it any more.
func (m *Matcher) replace(next *state) {
	old := m.state.Swap(next)
	m.retired.Go(func() {
		old.use.Lock() // waits for the questions under way
		defer old.use.Unlock()
		if err := old.close(); err != nil {
			m.log.Warn("faq: an old index was not closed", "error", err)
		}
	})
}

// Refit fits the weights anew to the base that is being answered from. They
// are taken only if none of the golden questions gets worse: right topics
// stay first, and what was not answered directly before is not answered
// wrongly now. It runs for seconds; call it in the background.
func (m *Matcher) Refit(ctx context.Context, golden []Labelled) (taken bool, err error) {
	begin := time.Now()
	now := m.state.Load()
	w, err := Fit(ctx, now.base, now.lang)
	if err != nil {
		return false, fmt.Errorf("refit: %w", err)
	}
	md, err := newModel(newCorpus(now.base, now.lang), w.linear, w.fusion)
	if err != nil {
		return false, err
	}
	next := &state{model: md, calibrator: w.calibrator}
	worse, err := worseOn(ctx, now, next, golden)
	m.change.Lock()
	defer m.change.Unlock()
	if err != nil || worse > 0 || m.state.Load() != now {
		m.log.Info("faq: new weights were not taken", "worse", worse, "took", time.Since(begin))
		return false, errors.Join(err, md.close())
	}
	m.replace(next)
	m.log.Info("faq: new weights are in use", "took", time.Since(begin))
	return true, nil
}

// worseOn counts the golden questions that the next state answers worse.
func worseOn(ctx context.Context, now, next *state, golden []Labelled) (int, error) {
	worse := 0
	for _, q := range golden {
		a := now.lang.Analyse(q.Question)
		before, err := now.one(ctx, a)
		if err != nil {
			return 0, err
		}
		after, err := next.one(ctx, next.lang.Analyse(q.Question))
		if err != nil {
			return 0, err
		}
		if grade(after, q) < grade(before, q) {
			worse++
		}
	}
	return worse, nil
}

// grade orders answers to one golden question: a wrong direct answer is worst,
// the right topic in first place best.
func grade(ans knowledge.Answer, q Labelled) int {
	first := len(ans.Candidates) > 0 && slices.Contains(q.Gold, ans.Candidates[0].Topic)
	switch {
	case ans.Topic != nil && !slices.Contains(q.Gold, ans.Topic.ID):
		return 0
	case q.Kind == kindIn && !first:
		return 1
	}
	return 2
}
