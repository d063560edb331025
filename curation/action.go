package curation

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tanyanetral/knowledge"
)

// knownNote tells the reviewer why a wording is submitted that is there already.
const knownNote = "Kalimat ini sudah ada pada topiknya. " +
	"Yang diperiksa: apakah penanya boleh dikabari dengan topik ini."

// Assign makes wordings ways of asking of a topic and closes the group. The
// changes are submitted; where one person publishes they are live when it
// returns. When the publication is refused (ErrGolden), the action stands and
// its changes wait for an admin. Wordings are submitted even if the topic has
// all of them: to tell those who wait of a topic takes two persons as well.
func (d *Desk) Assign(ctx context.Context, u User, group, topic string, wordings []string) (Action, error) {
	if err := d.may(u, Kurator); err != nil {
		return Action{}, err
	}
	if d.Base().Topic(topic) == nil {
		return Action{}, fmt.Errorf("assign to a topic: %w", ErrNotFound)
	}
	items, err := asks(topic, wordings)
	if err != nil {
		return Action{}, err
	}
	return d.act(ctx, u, Action{Kind: Assigned, Topic: topic}, group, items)
}

// NewTopic makes a topic of its own with its ways of asking and closes the
// group, as Assign does.
func (d *Desk) NewTopic(ctx context.Context, u User, group string, t knowledge.Topic, wordings []string,
) (Action, error) {
	if err := d.may(u, Kurator); err != nil {
		return Action{}, err
	}
	item := knowledge.TopicItem(t)
	if d.Base().Topic(t.ID) != nil {
		return Action{}, invalid(item, "id", "Id topik ini sudah dipakai.")
	}
	items, err := asks(t.ID, wordings)
	if err != nil {
		return Action{}, err
	}
	return d.act(ctx, u, Action{Kind: NewTopic, Topic: t.ID}, group, append([]knowledge.Item{item}, items...))
}

// asks makes items of wordings, at least one.
func asks(topic string, wordings []string) ([]knowledge.Item, error) {
	var items []knowledge.Item
	for _, w := range wordings {
		if knowledge.OneLine(w) != "" {
			items = append(items, knowledge.AskItem(topic, w))
		}
	}
	if len(items) == 0 {
		none := knowledge.Item{Kind: knowledge.ItemAsk}
		return nil, invalid(none, "", "Pilih sedikitnya satu kalimat pertanyaan.")
	}
	return items, nil
}

func invalid(it knowledge.Item, field, text string) error {
	return &Invalid{[]knowledge.Problem{{Item: it, Field: field, Text: text}}}
}

// OutOfScope makes the group's samples lines of an out-of-scope category and
// closes the group. Samples that cannot be lines, for instance because they
// are ways of asking of a topic, are left out; when none can, it is refused.
func (d *Desk) OutOfScope(ctx context.Context, u User, group, category string) (Action, error) {
	if err := d.may(u, Kurator); err != nil {
		return Action{}, err
	}
	if d.Base().Category(category) == nil {
		return Action{}, fmt.Errorf("out of scope: %w", ErrNotFound)
	}
	g, err := d.GroupOf(ctx, group)
	if err != nil {
		return Action{}, err
	}
	var items []knowledge.Item
	for _, s := range g.Samples {
		items = append(items, knowledge.OutsideItem(category, s))
	}
	fit, problems := d.fitting(u, items)
	if len(fit) == 0 {
		return Action{}, &Invalid{problems}
	}
	return d.act(ctx, u, Action{Kind: OutOfScope, Category: category}, group, fit)
}

// fitting leaves out the items that have problems.
func (d *Desk) fitting(u User, items []knowledge.Item) (fit []knowledge.Item, problems []knowledge.Problem) {
	for _, it := range items {
		revisions, err := d.revise(u, []knowledge.Item{it}, "", Draf)
		var wrong *Invalid
		if errors.As(err, &wrong) {
			problems = append(problems, wrong.Problems...)
			continue
		}
		if _, p := d.plan(revisions); len(p) > 0 {
			problems = append(problems, p...)
			continue
		}
		fit = append(fit, it)
	}
	return fit, problems
}

// Ignore closes the group and changes nothing else.
func (d *Desk) Ignore(ctx context.Context, u User, group string) (Action, error) {
	if err := d.may(u, Kurator); err != nil {
		return Action{}, err
	}
	return d.act(ctx, u, Action{Kind: Ignored}, group, nil)
}

// act closes a group with an action and the changes that belong to it.
func (d *Desk) act(ctx context.Context, u User, a Action, group string, items []knowledge.Item,
) (Action, error) {
	if err := d.acting.enter(ctx); err != nil {
		return Action{}, fmt.Errorf("act on a group: %w", err)
	}
	defer d.acting.leave()
	g, gaps, err := d.groupOf(ctx, group)
	if err != nil {
		return Action{}, err
	}
	revisions, err := d.revise(u, items, "", Diajukan)
	if err == nil && len(revisions) == 0 && a.Kind == Assigned {
		revisions, err = d.revisionsOf(u, items, knownNote, Diajukan)
	}
	if err != nil {
		return Action{}, err
	}
	_, problems := d.plan(revisions)
	if problems = append(problems, d.revokedCitations(revisions)...); len(problems) > 0 {
		return Action{}, &Invalid{problems}
	}
	a.ID, a.Group, a.Gaps, a.Revision, a.User, a.At = newID(), g.ID, g.Gaps, idsOf(revisions), u.ID, d.now()
	whole := context.WithoutCancel(ctx) // what is begun is finished
	if err := d.keep(whole, a, revisions, closing(gaps, a.ID)); err != nil {
		return Action{}, fmt.Errorf("act on a group: %w", err)
	}
	d.audit(ctx, u, "group."+string(a.Kind), []string{a.ID}, "")
	if d.opts.OnePersonPublishes && len(revisions) > 0 {
		if _, err := d.publish(ctx, u, a.Revision, ""); err != nil {
			return a, err
		}
	}
	return a, nil
}

// closing tells what stands of the gaps once an action has closed them.
func closing(gaps []LoggedGap, action string) map[Standing][]string {
	next := map[Standing][]string{}
	for _, g := range gaps {
		s := g.Standing
		s.Closed = action
		next[s] = append(next[s], g.ID)
	}
	return next
}

// keep writes the changes, the action and what it decides. What was written
// before something failed is taken back.
func (d *Desk) keep(ctx context.Context, a Action, revisions []Revision, gaps map[Standing][]string) error {
	if len(revisions) > 0 {
		if err := d.store.AddRevisions(ctx, revisions); err != nil {
			return err
		}
	}
	back := func(err error) error {
		if len(revisions) == 0 {
			return err
		}
		return errors.Join(err, d.store.SetRevisions(ctx, idsOf(revisions), []State{Diajukan},
			Dibuang, "", ""))
	}
	if err := d.store.AddAction(ctx, a); err != nil {
		return back(err)
	}
	if err := d.setGaps(ctx, gaps); err != nil {
		return back(errors.Join(err, d.store.SetUndone(ctx, a.ID)))
	}
	return nil
}

func (d *Desk) setGaps(ctx context.Context, gaps map[Standing][]string) error {
	for s, ids := range gaps {
		if err := d.store.SetGaps(ctx, ids, s); err != nil {
			return err
		}
	}
	return nil
}

// Merge puts a group into another one, whatever the words of both: they stay
// together until the merge is undone.
func (d *Desk) Merge(ctx context.Context, u User, group, into string) (Action, error) {
	if err := d.may(u, Kurator); err != nil {
		return Action{}, err
	}
	if err := d.acting.enter(ctx); err != nil {
		return Action{}, fmt.Errorf("merge: %w", err)
	}
	defer d.acting.leave()
	from, gaps, err := d.groupOf(ctx, group)
	if err != nil {
		return Action{}, err
	}
	to, err := d.GroupOf(ctx, into)
	if err != nil {
		return Action{}, err
	}
	if from.ID == to.ID {
		return Action{}, fmt.Errorf("merge a group with itself: %w", ErrState)
	}
	gaps = slices.DeleteFunc(gaps, func(g LoggedGap) bool { return g.Merged != "" && g.ID != from.ID })
	a := Action{ID: newID(), Kind: Merged, Group: from.ID, Into: to.ID, User: u.ID, At: d.now()}
	next := map[Standing][]string{}
	for _, g := range gaps {
		a.Gaps = append(a.Gaps, g.ID)
		s := Standing{Merged: to.ID, Apart: g.Apart}
		next[s] = append(next[s], g.ID)
	}
	if err := d.keep(context.WithoutCancel(ctx), a, nil, next); err != nil {
		return Action{}, fmt.Errorf("merge: %w", err)
	}
	d.audit(ctx, u, "group."+string(a.Kind), []string{a.ID}, "")
	return a, nil
}

// Actions lists the newest steps on groups, newest first.
func (d *Desk) Actions(ctx context.Context, limit int) ([]Action, error) {
	all, err := d.store.Actions(ctx, limit)
	if err != nil {
		return nil, fmt.Errorf("actions: %w", err)
	}
	return all, nil
}
