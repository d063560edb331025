package knowledge

import (
	"cmp"
	"slices"
)

// width orders phases from wide to narrow, so that the narrower one leads.
func (w When) width() int {
	order := []When{KapanSaja, DiLuarTahapan, SebelumPenetapan, SesudahPenetapan, MasaKampanye, MasaTenang,
		HariPemungutan}
	return slices.Index(order, w)
}

// holdsIn reports whether an outcome that is dated w applies in a phase.
// Campaign, quiet period and polling day all lie after the nomination, and a
// supporter of a hopeful outside all stages is judged as before it.
func (w When) holdsIn(phase When) bool {
	if w == KapanSaja || w == phase {
		return true
	}
	switch phase {
	case DiLuarTahapan:
		return w == SebelumPenetapan
	case MasaKampanye, MasaTenang, HariPemungutan:
		return w == SesudahPenetapan
	}
	return false
}

// Choice divides the outcomes of a topic for one phase and person.
type Choice struct {
	Now   []Outcome // of the phase, the narrower first
	Other []Outcome // of the other phases, in the order of the calendar
}

// Choose returns every outcome that binds the person, divided by phase. An
// empty phase is an unknown one: then nothing is left for Other. When nothing
// binds that person at all, the outcomes of everybody are returned, each of
// which still names its persons. Conditions are never decided here: every
// outcome that survives is shown with its condition.
func (t *Topic) Choose(phase When, who Who) Choice {
	bound := t.binding(who)
	var c Choice
	for _, o := range bound {
		if phase == "" || o.When.holdsIn(phase) {
			c.Now = append(c.Now, o)
		} else {
			c.Other = append(c.Other, o)
		}
	}
	slices.SortStableFunc(c.Other, func(a, b Outcome) int {
		return cmp.Compare(a.When.width(), b.When.width())
	})
	if phase != "" {
		slices.SortStableFunc(c.Now, func(a, b Outcome) int {
			return cmp.Compare(b.When.width(), a.When.width())
		})
	}
	return c
}

func (t *Topic) binding(who Who) []Outcome {
	if who == "" {
		return t.Outcomes
	}
	groups := who.covers()
	var bound []Outcome
	for _, o := range t.Outcomes {
		if slices.ContainsFunc(o.Who, func(w Who) bool { return slices.Contains(groups, w) }) {
			bound = append(bound, o)
		}
	}
	if len(bound) == 0 {
		return t.Outcomes
	}
	return bound
}

// SectionsFor returns the sections that the slots of a question call for: the
// relation first, then the person.
func (t *Topic) SectionsFor(s Slots) []Section {
	var found []Section
	for _, id := range []string{string(s.Relation), string(s.Who)} {
		for _, sec := range t.Sections {
			if id != "" && sec.For == id {
				found = append(found, sec)
			}
		}
	}
	return found
}

// Bases returns every citation of the topic once, in the order of the data.
func (t *Topic) Bases() []Citation {
	var all []Citation
	for _, o := range t.Outcomes {
		for _, c := range o.Basis {
			if !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	return all
}
