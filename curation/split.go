package curation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tanyanetral/knowledge"
)

// Wordings lists the texts of a group's questions, the most frequent first.
func (d *Desk) Wordings(ctx context.Context, group string) ([]Wording, error) {
	_, gaps, err := d.groupOf(ctx, group)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	var all []Wording
	for _, g := range gaps {
		i, ok := at[g.Text]
		if !ok {
			i = len(all)
			at[g.Text] = i
			all = append(all, Wording{Gap: g.ID, Text: g.Text})
		}
		all[i].Count++
	}
	slices.SortFunc(all, func(a, b Wording) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text))
	})
	return all, nil
}

// Split makes a group of their own of the named questions and of those with
// the same texts. Both sides stay as they are, however much they resemble each
// other, until the split is undone or they are merged; a new question joins
// the side that it resembles more, and one that stood elsewhere stays there.
// Some must be left: the error is an [Invalid] otherwise.
func (d *Desk) Split(ctx context.Context, u User, group string, ids []string) (Action, error) {
	if err := d.may(u, Kurator); err != nil {
		return Action{}, err
	}
	if err := d.acting.enter(ctx); err != nil {
		return Action{}, fmt.Errorf("split: %w", err)
	}
	defer d.acting.leave()
	g, gaps, err := d.groupOf(ctx, group)
	if err != nil {
		return Action{}, err
	}
	texts := map[string]bool{}
	for _, gap := range gaps {
		if slices.Contains(ids, gap.ID) {
			texts[gap.Text] = true
		}
	}
	a := Action{ID: newID(), Kind: Split, Group: g.ID, User: u.ID, At: d.now()}
	for _, gap := range gaps {
		if texts[gap.Text] {
			a.Gaps = append(a.Gaps, gap.ID)
		} else {
			a.Rest = append(a.Rest, gap.ID)
		}
	}
	if len(a.Gaps) == 0 || len(a.Rest) == 0 {
		return Action{}, invalid(knowledge.Item{}, "",
			"Centang sebagian kalimat saja: yang dicentang dipisahkan, yang lain tetap di sini.")
	}
	next := map[Standing][]string{a.after(Standing{}, true): a.Gaps, a.after(Standing{}, false): a.Rest}
	if err := d.keep(context.WithoutCancel(ctx), a, nil, next); err != nil {
		return Action{}, fmt.Errorf("split: %w", err)
	}
	d.audit(ctx, u, "group."+string(a.Kind), []string{a.ID}, "")
	return a, nil
}

// every is the questions that an action decided on.
func (a Action) every() []string { return slices.Concat(a.Gaps, a.Rest) }

// after tells what stands of a question once the action is done; taken says
// that it is one of Gaps. A split puts a mark on both sides, and stands for
// what was merged into them before.
func (a Action) after(s Standing, taken bool) Standing {
	switch {
	case a.Kind == Merged:
		s.Merged = a.Into
	case a.Kind == Split && taken:
		s.Merged, s.Apart = "", a.side()
	case a.Kind == Split:
		s.Merged, s.Apart = "", a.side()+"-sisa"
	default:
		s.Closed = a.ID
	}
	return s
}

// side names the side of a split that is taken out: the day and the split.
func (a Action) side() string { return a.At.UTC().Format(time.DateOnly) + " " + a.ID }

// splitOn is the day of the split that a side belongs to. East of Greenwich it
// may be the day before; then what came on that day counts as new.
func splitOn(side string) knowledge.Day {
	day, _, found := strings.Cut(side, " ")
	if !found {
		return ""
	}
	return knowledge.Day(day)
}
