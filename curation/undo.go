package curation

import (
	"context"
	"fmt"
	"slices"

	"tanyanetral/knowledge"
)

// Undo takes an action back: the group is open again, or apart again, and the
// action's changes go with it. Those not published yet are discarded; of
// published ones the contrary is submitted, and where one person publishes it
// is live when Undo returns. When somebody changed one of the items since, the
// error is a [Changed] and nothing is undone.
func (d *Desk) Undo(ctx context.Context, u User, action string) error {
	if err := d.may(u, Kurator); err != nil {
		return err
	}
	if err := d.acting.enter(ctx); err != nil {
		return fmt.Errorf("undo: %w", err)
	}
	defer d.acting.leave()
	a, err := d.store.Action(ctx, action)
	if err != nil {
		return fmt.Errorf("undo: %w", err)
	}
	if a.Undone {
		return fmt.Errorf("undo an action twice: %w", ErrState)
	}
	discard, contrary, err := d.unmake(ctx, u, a)
	if err != nil {
		return err
	}
	if err := d.takeBack(context.WithoutCancel(ctx), a, discard, contrary); err != nil {
		return fmt.Errorf("undo: %w", err)
	}
	d.audit(ctx, u, "group.undo", []string{a.ID}, "")
	if d.opts.OnePersonPublishes && len(contrary) > 0 {
		_, err = d.publish(ctx, u, idsOf(contrary), "")
	}
	return err
}

// takeBack writes what undoing an action means.
func (d *Desk) takeBack(ctx context.Context, a Action, discard []string, contrary []Revision) error {
	if len(contrary) > 0 {
		if err := d.store.AddRevisions(ctx, contrary); err != nil {
			return err
		}
	}
	if len(discard) > 0 {
		if err := d.store.SetRevisions(ctx, discard, open(), Dibuang, "", ""); err != nil {
			return err
		}
	}
	before, err := d.before(ctx, a)
	if err != nil {
		return err
	}
	if err := d.setGaps(ctx, before); err != nil {
		return err
	}
	return d.store.SetUndone(ctx, a.ID)
}

// unmake finds the changes of an action that are to be discarded, and makes
// the contrary of those that are public.
func (d *Desk) unmake(ctx context.Context, u User, a Action) (discard []string, contrary []Revision,
	err error,
) {
	now := d.live.Load()
	var items []knowledge.Item
	for _, id := range a.Revision {
		r, err := d.store.Revision(ctx, id)
		if err != nil {
			return nil, nil, fmt.Errorf("undo: a change of the action: %w", err)
		}
		k := keyOf(r.Item)
		switch {
		case slices.Contains(open(), r.State):
			discard = append(discard, id)
		case r.State != Terbit || sameValue(now.value(k), r.Before):
		case !sameValue(now.value(k), r.Item.Value):
			return nil, nil, now.changed(k)
		default:
			items = append(items, knowledge.Item{Kind: k.kind, Key: k.key, Value: r.Before})
		}
	}
	contrary, err = d.revise(u, items, "Pembatalan tindakan di kotak masuk.", Diajukan)
	if err != nil {
		return nil, nil, err
	}
	if _, problems := d.plan(contrary); len(problems) > 0 {
		return nil, nil, &Invalid{problems}
	}
	return discard, contrary, nil
}

// before tells what stands of an action's gaps without it: what the newest
// other actions on each of them decided.
func (d *Desk) before(ctx context.Context, a Action) (map[Standing][]string, error) {
	all, err := d.store.Actions(ctx, 0)
	if err != nil {
		return nil, err
	}
	slices.Reverse(all) // the oldest first; their times lie when the clock was set back
	of := make(map[string]Standing, len(a.Gaps)+len(a.Rest))
	for _, id := range a.every() {
		of[id] = Standing{}
	}
	for _, other := range all {
		if other.Undone || other.ID == a.ID {
			continue
		}
		for i, id := range other.every() {
			if s, ok := of[id]; ok {
				of[id] = other.after(s, i < len(other.Gaps))
			}
		}
	}
	next := map[Standing][]string{}
	for _, id := range a.every() {
		next[of[id]] = append(next[of[id]], id)
	}
	return next, nil
}
