package curation

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"tanyanetral/knowledge"
)

// itemKey tells items apart.
type itemKey struct {
	kind knowledge.ItemKind
	key  string
}

func keyOf(it knowledge.Item) itemKey { return itemKey{it.Kind, it.Key} }

// live is one version of what the public sees; a new version replaces the
// whole.
type live struct {
	base       *knowledge.Base
	words      map[string]string
	calendar   *knowledge.Calendar
	generation int64
	published  map[itemKey]Revision // newest of every item
	aside      map[itemKey]bool     // published, but not fit for this shipped base
	conflicts  []Conflict
}

// value is what stands under a key now, nil for nothing.
func (l *live) value(k itemKey) json.RawMessage {
	if k.kind != knowledge.ItemWord && k.kind != knowledge.ItemElection {
		return l.base.ItemValue(k.kind, k.key)
	}
	if r, ok := l.published[k]; ok && !l.aside[k] && !r.Item.Removes() {
		return r.Item.Value
	}
	return nil
}

// changed tells what stands under a key now and who published it.
func (l *live) changed(k itemKey) *Changed {
	return &Changed{Item: knowledge.Item{Kind: k.kind, Key: k.key, Value: l.value(k)},
		Revision: l.published[k]}
}

// sameValue compares values in their canonical form; null is no value.
func sameValue(a, b json.RawMessage) bool {
	x, y := knowledge.Item{Value: a}, knowledge.Item{Value: b}
	return x.Removes() && y.Removes() || bytes.Equal(a, b)
}

// build lays revisions over the shipped base, older ones first. With start,
// those with problems are set aside and told as conflicts; otherwise the
// problems are returned instead of a version.
func (d *Desk) build(revisions []Revision, aside map[itemKey]bool, start bool) (*live, []knowledge.Problem) {
	revisions = slices.Clone(revisions)
	slices.SortStableFunc(revisions, func(a, b Revision) int { return cmp.Compare(order(a), order(b)) })
	next := &live{published: map[itemKey]Revision{}, aside: aside}
	for _, r := range revisions {
		next.published[keyOf(r.Item)] = r
		next.generation = max(next.generation, r.Number)
	}
	for {
		items := next.items(revisions)
		base, problems := d.shipped.With(items)
		if len(problems) == 0 {
			next.base, next.words = base, knowledge.Words(items)
			next.calendar, _ = knowledge.CalendarOf(items) // With has read the elections already
			next.conflicts = append(next.conflicts, d.beneath(next)...)
			return next, nil
		}
		if !start {
			return nil, problems
		}
		for _, p := range problems {
			if k := keyOf(p.Item); !next.aside[k] {
				next.aside[k] = true
				next.conflicts = append(next.conflicts, Conflict{next.published[k],
					"Perubahan ini tidak dapat dipakai pada versi program ini: " + p.Text +
						" Isinya tetap tersimpan."})
			}
		}
	}
}

// order puts published revisions in the order of their numbers and others
// behind them.
func order(r Revision) int64 {
	if r.Number == 0 {
		return 1 << 62
	}
	return r.Number
}

// items are the values in force: the newest of every item, without those set
// aside. A change that leads back to what was shipped when it was made is no
// change: its item follows the shipped one.
func (l *live) items(revisions []Revision) []knowledge.Item {
	var items []knowledge.Item
	for _, r := range revisions {
		k := keyOf(r.Item)
		newest := l.published[k].ID == r.ID
		if newest && !l.aside[k] && knowledge.ValuePrint(r.Item.Value) != r.BasePrint {
			items = append(items, r.Item)
		}
	}
	return items
}

// beneath finds the changes whose shipped item is no longer what it was when
// they were made.
func (d *Desk) beneath(l *live) []Conflict {
	var found []Conflict
	for k, r := range l.published {
		if l.aside[k] || k.kind == knowledge.ItemWord || k.kind == knowledge.ItemElection {
			continue
		}
		now, own := d.shipped.ItemPrint(k.kind, k.key), knowledge.ValuePrint(r.Item.Value)
		if now == r.BasePrint || own == now || own == r.BasePrint {
			continue
		}
		text := "Isi bawaan butir ini berubah pada versi program yang baru; " +
			"perubahan kurator tetap dipakai. " +
			"Tinjau apakah masih sesuai."
		if now == "" {
			text = "Isi bawaan butir ini tidak ada lagi pada versi program yang baru; " +
				"perubahan kurator tetap dipakai."
		}
		found = append(found, Conflict{r, text})
	}
	slices.SortFunc(found, func(a, b Conflict) int {
		return cmp.Compare(a.Revision.Number, b.Revision.Number)
	})
	return found
}

// inConflict reports whether what stands under a key is a change over
// something else than what is shipped today: then to keep the same value is a
// decision, and a revision of its own.
func (l *live) inConflict(k itemKey) bool {
	return slices.ContainsFunc(l.conflicts, func(c Conflict) bool { return keyOf(c.Revision.Item) == k })
}

// plan is the version that publishing further revisions would make, or the
// problems of it. What is set aside stays so until it is replaced.
func (d *Desk) plan(fresh []Revision) (*live, []knowledge.Problem) {
	now := d.live.Load()
	all := make([]Revision, 0, len(now.published)+len(fresh))
	replaced, aside := map[itemKey]bool{}, map[itemKey]bool{}
	for _, r := range fresh {
		replaced[keyOf(r.Item)] = true
	}
	for k, r := range now.published {
		if replaced[k] {
			continue
		}
		all = append(all, r)
		if now.aside[k] {
			aside[k] = true
		}
	}
	next, problems := d.build(append(all, fresh...), aside, false)
	if next != nil {
		for _, c := range now.conflicts {
			if aside[keyOf(c.Revision.Item)] {
				next.conflicts = append(next.conflicts, c)
			}
		}
	}
	return next, problems
}
