package curation

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tanyanetral/knowledge"
)

// Revert drafts what stood before one published revision. Like every draft it
// is live only after Publish; nothing of the history is lost.
func (d *Desk) Revert(ctx context.Context, u User, revision string) ([]Revision, error) {
	if err := d.may(u, Kurator); err != nil {
		return nil, err
	}
	r, err := d.store.Revision(ctx, revision)
	if err != nil {
		return nil, fmt.Errorf("revert: %w", err)
	}
	if r.State != Terbit {
		return nil, fmt.Errorf("revert: %w", ErrState)
	}
	back := knowledge.Item{Kind: r.Item.Kind, Key: r.Item.Key, Value: r.Before}
	return d.Draft(ctx, u, []knowledge.Item{back},
		fmt.Sprintf("Mengembalikan isi sebelum revisi %d.", r.Number),
		d.Generation())
}

// RevertTo drafts what stood at the end of a day, in the office's time zone,
// for every item that was published since.
func (d *Desk) RevertTo(ctx context.Context, u User, day knowledge.Day) ([]Revision, error) {
	if err := d.may(u, Kurator); err != nil {
		return nil, err
	}
	if !day.Valid() {
		return nil, fmt.Errorf("revert to %q: %w", string(day), ErrNotFound)
	}
	history, err := d.store.Revisions(ctx, RevisionFilter{State: Terbit})
	if err != nil {
		return nil, fmt.Errorf("revert: %w", err)
	}
	slices.SortFunc(history, func(a, b Revision) int { return cmp.Compare(a.Number, b.Number) })
	then := map[itemKey]knowledge.Item{}
	var keys []itemKey
	for _, r := range history {
		k := keyOf(r.Item)
		if _, ok := then[k]; !ok {
			then[k] = knowledge.Item{Kind: k.kind, Key: k.key, Value: d.shipped.ItemValue(k.kind, k.key)}
			keys = append(keys, k)
		}
		if knowledge.DayOf(r.Published.In(d.opts.Zone)) <= day {
			then[k] = r.Item
		}
	}
	items := make([]knowledge.Item, len(keys))
	for i, k := range keys {
		items[i] = then[k]
	}
	return d.Draft(ctx, u, items, fmt.Sprintf("Mengembalikan keadaan %s.", day), d.Generation())
}
