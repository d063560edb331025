package curation

import (
	"context"
	"fmt"
	"slices"

	"tanyanetral/knowledge"
)

// Preview tells what publishing revisions would do, and changes nothing.
func (d *Desk) Preview(ctx context.Context, ids []string) (Preview, error) {
	revisions, err := d.load(ctx, ids)
	if err != nil {
		return Preview{}, err
	}
	next, problems := d.plan(revisions)
	if len(problems) > 0 {
		return Preview{Problems: problems}, nil
	}
	p, err := d.compare(ctx, next, revisions)
	if err != nil {
		return Preview{}, fmt.Errorf("preview: %w", err)
	}
	p.Rivals, err = d.rivals(ctx, revisions)
	return p, err
}

// Publish makes revisions public; they are live before it returns. They have
// to be approved, unless the office lets one person publish. It refuses with
// [Changed] when an item is not what it was when the change was made, with
// [Invalid] when the base would break a rule, and with ErrGolden when a golden
// question would get a worse answer: then only an admin may go on, with a
// reason, which is recorded. What it found is returned in every case.
func (d *Desk) Publish(ctx context.Context, u User, ids []string, override string) (Preview, error) {
	if err := d.may(u, Kurator); err != nil {
		return Preview{}, err
	}
	return d.publish(ctx, u, ids, override)
}

// publish does it for a user who may, or for the program itself.
func (d *Desk) publish(ctx context.Context, u User, ids []string, override string) (Preview, error) {
	if err := d.publishing.enter(ctx); err != nil {
		return Preview{}, fmt.Errorf("publish: %w", err)
	}
	defer d.publishing.leave()
	revisions, err := d.load(ctx, ids)
	if err != nil {
		return Preview{}, err
	}
	if err := d.ready(revisions); err != nil {
		return Preview{}, err
	}
	next, problems := d.plan(revisions)
	if len(problems) > 0 {
		return Preview{Problems: problems}, &Invalid{problems}
	}
	p, err := d.compare(ctx, next, revisions)
	if err != nil {
		return p, fmt.Errorf("publish: %w", err)
	}
	if p.Flips > 0 {
		if err := d.override(ctx, u, revisions, override); err != nil {
			return p, err
		}
	}
	if err := d.commit(context.WithoutCancel(ctx), next, revisions); err != nil {
		return p, fmt.Errorf("publish: %w", err)
	}
	d.audit(ctx, u, "publish", idsOf(revisions), "")
	d.log.Info("desk: published", "generation", d.Generation(), "revisions", len(revisions), "flips", p.Flips)
	return p, nil
}

// ready refuses revisions that are not approved or were made from an older
// state of their items.
func (d *Desk) ready(revisions []Revision) error {
	allowed := []State{Disetujui}
	if d.opts.OnePersonPublishes {
		allowed = open()
	}
	now := d.live.Load()
	first := map[itemKey]bool{}
	for _, r := range revisions {
		if !slices.Contains(allowed, r.State) {
			return fmt.Errorf("publish: %w", ErrState)
		}
		k := keyOf(r.Item)
		if first[k] {
			continue
		}
		first[k] = true
		if there := now.value(k); !sameValue(there, r.Before) && !sameValue(there, r.Item.Value) {
			return now.changed(k)
		}
	}
	return nil
}

// override lets an admin publish in spite of golden questions. The reason is
// recorded before anything happens.
func (d *Desk) override(ctx context.Context, u User, revisions []Revision, reason string) error {
	if reason == "" {
		return fmt.Errorf("publish: %w", ErrGolden)
	}
	if err := d.may(u, Admin); err != nil {
		return fmt.Errorf("publish in spite of golden questions: %w", err)
	}
	line := AuditLine{
		At: d.now(), User: u.ID, Act: "publish.override", Object: named(idsOf(revisions)), Note: reason,
	}
	if err := d.store.AddAudit(ctx, line); err != nil {
		return fmt.Errorf("publish: record the reason: %w", err)
	}
	return nil
}

// commit makes a version live and then permanent. When the store refuses,
// the version before is live again.
func (d *Desk) commit(ctx context.Context, next *live, revisions []Revision) error {
	old := d.live.Load()
	if err := d.match.Publish(ctx, next.base, next.words); err != nil {
		return fmt.Errorf("answer from the changed base: %w", err)
	}
	at := d.now()
	if err := d.store.PublishRevisions(ctx, idsOf(revisions), at); err != nil {
		if back := d.match.Publish(ctx, old.base, old.words); back != nil {
			return fmt.Errorf("%w; the answers from before are not back: %w", err, back)
		}
		return err
	}
	next.generation = old.generation
	for _, r := range revisions {
		next.generation++
		r.Number, r.State, r.Published = next.generation, Terbit, at
		next.published[keyOf(r.Item)] = r
	}
	d.live.Store(next)
	return nil
}

// rivals are open changes of the same items outside the publication.
func (d *Desk) rivals(ctx context.Context, revisions []Revision) ([]Revision, error) {
	own := map[string]bool{}
	seen := map[itemKey]bool{}
	var found []Revision
	for _, r := range revisions {
		own[r.ID] = true
		seen[keyOf(r.Item)] = r.Item.Kind != knowledge.ItemAsk
	}
	for _, s := range open() {
		all, err := d.store.Revisions(ctx, RevisionFilter{State: s})
		if err != nil {
			return nil, fmt.Errorf("preview: look for other changes: %w", err)
		}
		for _, r := range all {
			if seen[keyOf(r.Item)] && !own[r.ID] {
				found = append(found, r)
			}
		}
	}
	return found, nil
}
