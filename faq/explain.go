package faq

import (
	"context"
	"io"
	"strings"

	"tanyanetral/knowledge"
)

// Explained is what Explain writes, as a text of several lines.
func (m *Matcher) Explained(ctx context.Context, question string) (string, error) {
	var b strings.Builder
	err := m.Explain(ctx, &b, question)
	return b.String(), err
}

// Explain shows how an answer was found: the tokens after each step, the
// candidates with what every ranker says, the closest wordings, the inputs of
// the confidence.
func (m *Matcher) Explain(ctx context.Context, w io.Writer, question string) error {
	st := m.acquire()
	defer st.use.RUnlock()
	a := st.lang.Analyse(question)
	r, err := st.rank(ctx, a)
	if err != nil {
		return err
	}
	p := &printer{w: w}
	p.f("words     %s\nstandard  %s\ncanon     %s\nterms     %s\n", strings.Join(a.Words, " "),
		strings.Join(a.Standard, " "), strings.Join(a.Canon, " "), strings.Join(a.Terms, " "))
	p.f("unknown   %s\nrepaired  %s\nanchors   %d\nslots     %+v\n", strings.Join(a.Unknown, " "),
		strings.Join(a.Repaired, " "), st.lang.Anchors(a.Terms), slots(st.lang.Slots(a)))
	p.f("p(out)    %.3f\n", r.pOut)
	if r.outside.class >= 0 {
		c := st.base.Outside[r.outside.class-len(st.base.Topics)]
		p.f("outside   %s letters %.2f p %.3f\n", c.ID, r.outside.topGram, r.outside.p)
	}
	for _, s := range r.best[:min(best, len(r.best))] {
		p.f("%-34s share %.2f bm25 %.2f words %.2f letters %.2f p %.3f | %s\n", st.base.Topics[s.class].ID, s.share,
			s.bm25, s.words, s.topGram, s.p, st.closest(s))
	}
	if len(r.best) > 0 {
		x := r.inputs()
		p.f("inputs    %.2f\nconfidence %.3f\n", x, st.probability(x))
	}
	return p.err
}

func (m *model) closest(s scored) string {
	if s.near.closest < 0 {
		return ""
	}
	return m.near.texts[s.near.closest]
}

// PrintMisses lists the questions that were not answered right, with what was
// answered instead.
func (m *Matcher) PrintMisses(w io.Writer, all []Outcome) error {
	p := &printer{w: w}
	for _, o := range all {
		if o.Kind == kindIn && o.Rank == 1 || o.Kind != kindIn && o.Answer.Zone == knowledge.None {
			continue
		}
		got := "-"
		if len(o.Answer.Candidates) > 0 {
			got = o.Answer.Candidates[0].Topic
		}
		p.f("%s %s %.2f rank %d got %s want %s | %s | %s\n", o.Kind, o.Answer.Zone, o.Answer.Confidence,
			o.Rank, got, strings.Join(o.Gold, ","), o.Question, o.Answer.Normal)
	}
	return p.err
}

func (c *corpus) className(class int) string { return c.classIDs()[class] }
