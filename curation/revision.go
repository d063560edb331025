package curation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tanyanetral/knowledge"
)

// Draft keeps changes of items that are not reviewed yet. seen is the
// generation that the editor looked at: when somebody published one of the
// items since, nothing is kept and the error is a [Changed] with the newer
// value. An item that would not change is left out. A topic may be
// unfinished; everything else has to be right at once, or the error is an
// [Invalid]. The author's earlier drafts of the same items are discarded.
func (d *Desk) Draft(ctx context.Context, u User, items []knowledge.Item, note string, seen int64,
) ([]Revision, error) {
	if err := d.may(u, Kurator); err != nil {
		return nil, err
	}
	now := d.live.Load()
	for _, it := range items {
		if r := now.published[keyOf(it)]; r.Number > seen {
			return nil, now.changed(keyOf(it))
		}
	}
	revisions, err := d.revise(u, items, note, Draf)
	if err != nil || len(revisions) == 0 {
		return nil, err
	}
	if err := d.whole(revisions); err != nil {
		return nil, err
	}
	older, err := d.ownDrafts(ctx, u, revisions)
	if err != nil {
		return nil, err
	}
	if err := d.store.AddRevisions(ctx, revisions); err != nil {
		return nil, fmt.Errorf("draft: %w", err)
	}
	if len(older) > 0 {
		err := d.store.SetRevisions(ctx, older, []State{Draf}, Dibuang, "", "")
		if err != nil && !errors.Is(err, ErrChanged) {
			return revisions, fmt.Errorf("draft: discard what it replaces: %w", err)
		}
	}
	d.audit(ctx, u, "draft", idsOf(revisions), "")
	return revisions, nil
}

// revise makes revisions of the items that would change something, in their
// canonical form.
func (d *Desk) revise(u User, items []knowledge.Item, note string, state State) ([]Revision, error) {
	all, err := d.revisionsOf(u, items, note, state)
	now := d.live.Load()
	return slices.DeleteFunc(all, func(r Revision) bool {
		return sameValue(r.Before, r.Item.Value) && !now.inConflict(keyOf(r.Item))
	}), err
}

// revisionsOf makes revisions of all items, also of those that stay the same.
func (d *Desk) revisionsOf(u User, items []knowledge.Item, note string, state State) ([]Revision, error) {
	now := d.live.Load()
	var all []Revision
	var problems []knowledge.Problem
	for _, it := range items {
		canonical, wrong := it.Canonical()
		if len(wrong) > 0 {
			problems = append(problems, wrong...)
			continue
		}
		all = append(all, Revision{
			ID: newID(), Item: canonical, Before: now.value(keyOf(it)),
			BasePrint: d.shipped.ItemPrint(it.Kind, it.Key),
			Author:    u.ID, Note: note, State: state, Made: d.now(),
		})
	}
	if len(problems) > 0 {
		return nil, &Invalid{problems}
	}
	return all, nil
}

// whole refuses revisions with problems other than those of an unfinished
// topic.
func (d *Desk) whole(revisions []Revision) error {
	_, problems := d.plan(revisions)
	problems = slices.DeleteFunc(problems, func(p knowledge.Problem) bool {
		return p.Item.Kind == knowledge.ItemTopic && !p.Item.Removes()
	})
	problems = append(problems, d.revokedCitations(revisions)...)
	if len(problems) > 0 {
		return &Invalid{problems}
	}
	return nil
}

// ownDrafts finds the author's drafts of the same items.
func (d *Desk) ownDrafts(ctx context.Context, u User, revisions []Revision) ([]string, error) {
	drafts, err := d.store.Revisions(ctx, RevisionFilter{State: Draf})
	if err != nil {
		return nil, fmt.Errorf("draft: look for earlier drafts: %w", err)
	}
	same := map[itemKey]bool{}
	for _, r := range revisions {
		same[keyOf(r.Item)] = true
	}
	drafts = slices.DeleteFunc(drafts, func(r Revision) bool {
		return r.Author != u.ID || !same[keyOf(r.Item)]
	})
	return idsOf(drafts), nil
}

// Submit puts drafts up for review. They have to be right by now; the error
// is an [Invalid] otherwise.
func (d *Desk) Submit(ctx context.Context, u User, ids []string, note string) error {
	revisions, err := d.mine(ctx, u, ids)
	if err != nil {
		return err
	}
	if _, problems := d.plan(revisions); len(problems) > 0 {
		return &Invalid{problems}
	}
	return d.move(ctx, u, "submit", ids, []State{Draf}, Diajukan, "", note)
}

// Approve accepts submitted changes. The author may not, unless the office
// lets one person publish.
func (d *Desk) Approve(ctx context.Context, u User, ids []string, note string) error {
	revisions, err := d.mine(ctx, u, ids)
	if err != nil {
		return err
	}
	from := []State{Diajukan}
	if d.opts.OnePersonPublishes {
		from = append(from, Draf)
	} else if slices.ContainsFunc(revisions, func(r Revision) bool { return r.Author == u.ID }) {
		return fmt.Errorf("approve: %w", ErrSamePerson)
	}
	return d.move(ctx, u, "approve", ids, from, Disetujui, u.ID, note)
}

// Reject sends changes back that were submitted or approved, with a note that
// tells the author why.
func (d *Desk) Reject(ctx context.Context, u User, ids []string, note string) error {
	if _, err := d.mine(ctx, u, ids); err != nil {
		return err
	}
	if strings.TrimSpace(note) == "" {
		return fmt.Errorf("reject: %w", ErrReason)
	}
	return d.move(ctx, u, "reject", ids, []State{Diajukan, Disetujui}, Ditolak, u.ID, note)
}

// Discard takes back changes that are not published. Authors discard their
// own, an admin anybody's.
func (d *Desk) Discard(ctx context.Context, u User, ids []string) error {
	revisions, err := d.mine(ctx, u, ids)
	if err != nil {
		return err
	}
	own := !slices.ContainsFunc(revisions, func(r Revision) bool { return r.Author != u.ID })
	if !own && !u.Can(Admin, d.today()) {
		return fmt.Errorf("discard what others wrote: %w", ErrForbidden)
	}
	return d.move(ctx, u, "discard", ids, open(), Dibuang, "", "")
}

// Schedule lets changes be published by themselves once they are approved and
// the time has come. The zero time takes the wish back.
func (d *Desk) Schedule(ctx context.Context, u User, ids []string, due time.Time) error {
	revisions, err := d.mine(ctx, u, ids)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(revisions, func(r Revision) bool { return !slices.Contains(open(), r.State) }) {
		return fmt.Errorf("schedule: %w", ErrState)
	}
	if err := d.store.ScheduleRevisions(ctx, ids, due); err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	d.due.forget()
	d.audit(ctx, u, "schedule", ids, stampOf(due))
	return nil
}

func stampOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// open are the states of changes on their way.
func open() []State { return []State{Draf, Diajukan, Disetujui} }

// mine loads revisions for a curator's step.
func (d *Desk) mine(ctx context.Context, u User, ids []string) ([]Revision, error) {
	if err := d.may(u, Kurator); err != nil {
		return nil, err
	}
	return d.load(ctx, ids)
}

func (d *Desk) move(ctx context.Context, u User, act string, ids []string, from []State, to State,
	reviewer, note string,
) error {
	if err := d.store.SetRevisions(ctx, ids, from, to, reviewer, note); err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	d.audit(ctx, u, act, ids, "")
	return nil
}

// load reads revisions in the given order, each once.
func (d *Desk) load(ctx context.Context, ids []string) ([]Revision, error) {
	if len(ids) == 0 {
		return nil, fmt.Errorf("no revision is named: %w", ErrNotFound)
	}
	all := make([]Revision, 0, len(ids))
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		r, err := d.store.Revision(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("revision: %w", err)
		}
		all = append(all, r)
	}
	return all, nil
}

// Revisions lists changes, newest first.
func (d *Desk) Revisions(ctx context.Context, f RevisionFilter) ([]Revision, error) {
	all, err := d.store.Revisions(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("revisions: %w", err)
	}
	return all, nil
}

func idsOf(revisions []Revision) []string {
	ids := make([]string, len(revisions))
	for i, r := range revisions {
		ids[i] = r.ID
	}
	return ids
}
