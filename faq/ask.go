// Package faq finds the topic that a question asks about, or says that it
// does not know. bleve finds candidates; the closest known wordings, a linear
// classifier and a calibrated confidence decide between a direct answer, a
// menu of at most three topics, and none. It is the only importer of bleve.
//
// The verdict of an answer always comes from the data: nothing that a
// question says can change it.
package faq

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"

	"tanyanetral/bahasa"
	"tanyanetral/knowledge"
)

// Matcher answers questions. It may be used by many goroutines at once.
type Matcher struct {
	log     *slog.Logger
	lang    *bahasa.Language
	state   atomic.Pointer[state]
	change  sync.Mutex     // held while the state is replaced
	retired sync.WaitGroup // old states that are being closed
	tried   atomic.Pointer[tried]
}

// state is what one version of the base answers with; a new version replaces
// the whole.
type state struct {
	*model
	calibrator
	use sync.RWMutex // held for reading by questions under way
}

// acquire returns the present state, locked for use; release it with
// RUnlock when the question is done.
func (m *Matcher) acquire() *state {
	for {
		st := m.state.Load()
		st.use.RLock()
		if m.state.Load() == st {
			return st
		}
		st.use.RUnlock() // it was replaced in between
	}
}

// Ask answers one message. The error is for the operator; a message without
// words is answered with the zone None.
func (m *Matcher) Ask(ctx context.Context, question string) (knowledge.Answer, error) {
	st := m.acquire()
	defer st.use.RUnlock()
	return st.answer(ctx, question)
}

// answer answers one message and the further questions in it.
func (s *state) answer(ctx context.Context, question string) (knowledge.Answer, error) {
	ans, err := s.one(ctx, s.lang.Analyse(question))
	if err != nil {
		return ans, err
	}
	if also := s.further(ctx, question, ans); len(also) > 0 {
		ans.Also = also
		return ans, nil
	}
	s.offerActs(ctx, question, &ans)
	return ans, nil
}

// one answers an analysed text as a single question.
func (s *state) one(ctx context.Context, a bahasa.Analysis) (knowledge.Answer, error) {
	ans := knowledge.Answer{Zone: knowledge.None, Slots: slots(s.lang.Slots(a)), Normal: a.Normal(),
		English: s.lang.English(a)}
	if len(a.Words) == 0 {
		return ans, nil
	}
	if class, ok := s.known(a); ok {
		return s.exactly(ans, class), nil
	}
	r, err := s.rank(ctx, a)
	if err != nil {
		return ans, err
	}
	s.judge(&ans, r)
	return ans, nil
}

// exactly answers a known wording: with confidence 1, or as out of scope.
func (s *state) exactly(ans knowledge.Answer, class int) knowledge.Answer {
	if class >= len(s.base.Topics) {
		ans.Category = &s.base.Outside[class-len(s.base.Topics)]
		return ans
	}
	t := &s.base.Topics[class]
	ans.Candidates = []knowledge.Candidate{{Topic: t.ID, Confidence: 1}}
	ans.Confidence = 1
	if conflict(t, ans.Slots) {
		ans.Zone, ans.Menu = knowledge.Menu, []string{t.ID}
		return ans
	}
	ans.Zone, ans.Topic = knowledge.Direct, t
	return ans
}

// judge turns a ranking into zone, candidates and category.
func (s *state) judge(ans *knowledge.Answer, r ranking) {
	if len(r.best) > 0 {
		conf := s.probability(r.inputs())
		ans.Confidence = conf
		ans.Candidates = s.spread(r, conf)
	}
	if s.isOutside(r, ans.Confidence) {
		ans.Category = &s.base.Outside[r.outside.class-len(s.base.Topics)]
	}
	s.zone(ans, r)
}

// outsideFrom is the probability mass of all categories from which on a
// question counts as recognised out of scope, unless a topic is surer.
const outsideFrom = 0.5

func (s *state) isOutside(r ranking, conf float64) bool {
	return r.outside.class >= 0 && r.pOut >= outsideFrom && conf < menuFrom
}

func (s *state) zone(ans *knowledge.Answer, r ranking) {
	if len(ans.Candidates) == 0 || ans.Category != nil {
		return
	}
	top := s.base.Topic(ans.Candidates[0].Topic)
	second := 0.0
	if len(ans.Candidates) > 1 {
		second = ans.Candidates[1].Confidence
	}
	needed := directFrom
	if r.anchors == 0 || len(r.analysis.Terms) <= minExact {
		needed = directBare
	}
	sure := ans.Confidence >= needed && ans.Confidence-second >= marginFrom && !s.disputed(ans.Candidates, r)
	switch {
	case sure && !conflict(top, ans.Slots):
		ans.Zone, ans.Topic = knowledge.Direct, top
	case ans.Confidence >= menuFrom:
		ans.Zone = knowledge.Menu
		for _, c := range ans.Candidates[:min(menuSize, len(ans.Candidates))] {
			ans.Menu = append(ans.Menu, c.Topic)
		}
	}
}

// disputed reports whether a topic with the opposite verdict of the first
// cannot be ruled out: a runner-up with some confidence, or a rival that any
// single judgement puts before the first.
func (s *state) disputed(all []knowledge.Candidate, r ranking) bool {
	verdict := s.base.Topic(all[0].Topic).Verdict
	if slices.ContainsFunc(all[1:], func(c knowledge.Candidate) bool {
		return c.Confidence >= oppositeFrom && s.base.Topic(c.Topic).Verdict.Opposite(verdict)
	}) {
		return true
	}
	return disputedBy(s.base, r)
}

func disputedBy(b *knowledge.Base, r ranking) bool {
	first := r.best[0]
	return slices.ContainsFunc(r.best[1:min(rivals, len(r.best))], func(c scored) bool {
		return c.beats(first) && b.Topics[c.class].Verdict.Opposite(b.Topics[first.class].Verdict)
	})
}

// beats reports whether the classifier, the closest wordings or the likelihood
// alone would put c before the other. bleve's score does not count: it mistakes
// siblings too easily.
func (c scored) beats(o scored) bool {
	return c.p > o.p || c.gram > o.gram || c.topGram > o.topGram || c.words > o.words
}

// spread gives the first candidate its confidence and shares what is left
// among the others.
func (s *state) spread(r ranking, conf float64) []knowledge.Candidate {
	n := min(best, len(r.best))
	rest := 1 - r.best[0].share
	all := []knowledge.Candidate{{Topic: s.base.Topics[r.best[0].class].ID, Confidence: conf}}
	for _, c := range r.best[1:n] {
		share := min(conf, (1-conf)*(1-r.pOut)*ratio(c.share, rest))
		all = append(all, knowledge.Candidate{Topic: s.base.Topics[c.class].ID, Confidence: share})
	}
	return all
}

// slots gives the language's slots the names of the knowledge base.
func slots(s bahasa.Slots) knowledge.Slots {
	return knowledge.Slots{
		Who: knowledge.Who(s.Who), Relation: knowledge.Relation(s.Relation), Phase: knowledge.When(s.Phase),
		Role: s.Role, Act: s.Act, Negated: s.Negated,
	}
}
