package faq

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tanyanetral/knowledge"
)

// Compare answers every question twice: as it is answered now, and as it would
// be if next and words were published with the present weights. Nothing that
// is live changes.
func (m *Matcher) Compare(
	ctx context.Context, next *knowledge.Base, words map[string]string, questions []string,
) (before, after []knowledge.Answer, err error) {
	m.tried.Swap(nil).drop(m) // never two of them in memory
	now := m.acquire()
	defer now.use.RUnlock()
	changed, err := m.next(next, words)
	if err != nil {
		return nil, nil, err
	}
	if before, err = now.all(ctx, questions); err == nil {
		after, err = changed.all(ctx, questions)
	}
	if err != nil {
		return nil, nil, errors.Join(err, changed.close())
	}
	m.keep(&tried{base: next, words: words, from: now, state: changed})
	return before, after, nil
}

// tried is a version that was compared last. Most often it is published right
// away; then it need not be built a second time.
type tried struct {
	base  *knowledge.Base
	words map[string]string
	from  *state // which was live, and whose weights it has
	state *state
}

// keepTried is how long a compared version stays in memory: publishing follows
// within milliseconds, or not at all.
const keepTried = 10 * time.Second

func (m *Matcher) keep(t *tried) {
	m.tried.Swap(t).drop(m)
	time.AfterFunc(keepTried, func() {
		if m.tried.CompareAndSwap(t, nil) {
			t.drop(m)
		}
	})
}

// take returns the version that was compared last if it is the wanted one.
func (m *Matcher) take(b *knowledge.Base, words map[string]string) *state {
	t := m.tried.Swap(nil)
	if t == nil {
		return nil
	}
	if t.base == b && t.from == m.state.Load() && maps.Equal(t.words, words) {
		return t.state
	}
	t.drop(m)
	return nil
}

// drop closes a version that nobody published.
func (t *tried) drop(m *Matcher) {
	if t == nil {
		return
	}
	if err := t.state.close(); err != nil {
		m.log.Warn("faq: the index of a compared version was not closed", "error", err)
	}
}

// all answers many messages with all processors.
func (s *state) all(ctx context.Context, questions []string) ([]knowledge.Answer, error) {
	answers := make([]knowledge.Answer, len(questions))
	workers := min(runtime.GOMAXPROCS(0), len(questions))
	failed := make([]error, workers)
	var next atomic.Int64
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for failed[w] == nil {
				i := int(next.Add(1)) - 1
				if i >= len(questions) {
					return
				}
				answers[i], failed[w] = s.answer(ctx, questions[i])
			}
		})
	}
	wait.Wait()
	return answers, errors.Join(failed...)
}

// nearFrom is the closeness from which a wording of another topic is worth a
// curator's look, and nearListed how many topics are named.
const (
	nearFrom   = 0.6
	nearListed = 5
)

// Near lists the other topics that have a known wording close to the given
// one, the closest first. The confidence of a candidate is here that closeness:
// the cosine by letter groups, 1 for a wording that
// is known already.
func (m *Matcher) Near(topic, wording string) []knowledge.Candidate {
	st := m.acquire()
	defer st.use.RUnlock()
	a := st.lang.Analyse(wording)
	known, isKnown := st.known(a)
	q := st.near.compare(st.near.grams.vector(gramKeys(a)), st.near.spans(nil, 0))
	defer st.near.done(q)
	var all []knowledge.Candidate
	for i := range st.base.Topics {
		id := st.base.Topics[i].ID
		if id == topic {
			continue
		}
		n := st.near.class(q, i)
		c := knowledge.Candidate{Topic: id, Confidence: min(1, n.topGram)}
		if isKnown && i == known {
			c.Confidence = 1
		}
		if c.Confidence >= nearFrom {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b knowledge.Candidate) int {
		return cmp.Compare(b.Confidence, a.Confidence)
	})
	return all[:min(nearListed, len(all))]
}

// Terms gives the terms of a text in normal form, and its words that neither
// the language nor the base knows.
func (m *Matcher) Terms(text string) (terms, unknown []string) {
	a := m.state.Load().lang.Analyse(text)
	return a.Terms, a.Unknown
}

// Search lists the ids of at most limit topics by what bleve finds in titles,
// answers and known wordings, the best first. It is for curators who look for
// a topic: a word that is being typed counts by its beginning.
func (m *Matcher) Search(ctx context.Context, q string, limit int) ([]string, error) {
	st := m.acquire()
	defer st.use.RUnlock()
	return st.index.browse(ctx, st.lang.Analyse(q), limit)
}
