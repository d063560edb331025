package faq

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// closestListed is how many close pairs Check prints.
const closestListed = 10

// pair is two wordings of different topics that lie close to each other.
type pair struct {
	a, b   wording
	shared int // terms that both have
}

// Check proves what the loader cannot see: no two topics share a wording that
// means the same to the matcher, whatever the order of its words. The error
// joins all such pairs. It prints the closest of the pairs that differ by one
// term on each side, for a curator to look at.
func (m *Matcher) Check(_ context.Context, w io.Writer) error {
	st := m.state.Load()
	same, near := st.closePairs()
	p := &printer{w: w}
	if len(near) > 0 {
		p.f("closest wordings of different topics (%d pairs differ by one term)\n", len(near))
	}
	for _, n := range near[:min(closestListed, len(near))] {
		p.f("  %s: %s\n  %s: %s\n", st.className(n.a.class), n.a.text, st.className(n.b.class), n.b.text)
	}
	problems := []error{p.err}
	for _, s := range same {
		problems = append(problems, fmt.Errorf("%q (%s) and %q (%s) mean the same to the matcher; keep one",
			s.a.text, st.className(s.a.class), s.b.text, st.className(s.b.class)))
	}
	return errors.Join(problems...)
}

// closePairs finds wordings of different classes with the same terms, and
// those that differ by one term on each side. Wordings that share all terms
// but one share a key made without that term, so that no pair has to be
// compared.
func (c *corpus) closePairs() (same, near []pair) {
	whole, partly := map[string]wording{}, map[string]wording{}
	seen := map[[2]string]bool{}
	for _, w := range c.wordings() {
		terms := slices.Clone(w.analysis.Terms)
		if len(terms) < minExact {
			continue
		}
		slices.Sort(terms)
		key := strings.Join(terms, " ")
		if first, ok := whole[key]; ok {
			if first.class != w.class {
				same = append(same, pair{first, w, len(terms)})
			}
			continue
		}
		whole[key] = w
		for i := range terms {
			rest := strings.Join(slices.Delete(slices.Clone(terms), i, i+1), " ")
			first, ok := partly[rest]
			if !ok {
				partly[rest] = w
				continue
			}
			if first.class != w.class && !seen[[2]string{first.text, w.text}] {
				seen[[2]string{first.text, w.text}] = true
				near = append(near, pair{first, w, len(terms) - 1})
			}
		}
	}
	slices.SortStableFunc(near, func(a, b pair) int { return cmp.Compare(b.shared, a.shared) })
	return same, near
}
