package curation

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"tanyanetral/knowledge"
)

// How many logged questions and new wordings a publication is tried on:
// enough to see what it does, few enough that it takes a second or two beside
// a thousand golden questions.
const (
	mostLogged   = 200
	mostWordings = 200
)

// compare asks every golden question and the newest logged ones of the
// present and the next version.
func (d *Desk) compare(ctx context.Context, next *live, revisions []Revision) (Preview, error) {
	recent, disputed, err := d.logged(ctx)
	if err != nil {
		return Preview{}, err
	}
	questions := make([]string, 0, len(d.opts.Golden)+len(recent)+len(disputed))
	for _, g := range d.opts.Golden {
		questions = append(questions, g.Question)
	}
	questions = slices.Concat(questions, recent, disputed)
	before, after, err := d.match.Compare(ctx, next.base, next.words, questions)
	if err != nil {
		return Preview{}, fmt.Errorf("compare: %w", err)
	}
	if len(before) != len(questions) || len(after) != len(questions) {
		return Preview{}, fmt.Errorf("compare: %d questions, but %d and %d answers",
			len(questions), len(before), len(after))
	}
	p := Preview{Near: d.near(revisions), Checked: len(questions)}
	for i, q := range questions {
		c := Change{Question: q, Before: before[i], After: after[i]}
		if i < len(d.opts.Golden) {
			g := d.opts.Golden[i]
			c.Flip = g.right(c.Before) && !g.right(c.After)
		}
		p.add(c, i, len(d.opts.Golden), len(recent))
	}
	slices.SortStableFunc(p.Golden, func(a, b Change) int { return cmp.Compare(rank(a), rank(b)) })
	return p, nil
}

// add keeps a change under its heading.
func (p *Preview) add(c Change, i, golden, recent int) {
	if c.Flip {
		p.Flips++
	}
	if !c.Flip && sameVerdict(c.Before, c.After) {
		return
	}
	switch {
	case i < golden:
		p.Golden = append(p.Golden, c)
	case i < golden+recent:
		p.Recent = append(p.Recent, c)
	default:
		p.Disputed = append(p.Disputed, c)
	}
}

func rank(c Change) int {
	if c.Flip {
		return 0
	}
	return 1
}

// right reports whether a verdict is good for the question: the first topic
// is a right one and no other is answered directly. A question of no topic
// must not be answered directly.
func (g Golden) right(v Verdict) bool {
	if v.Zone == knowledge.Direct && !slices.Contains(g.Topics, v.Topic) {
		return false
	}
	return len(g.Topics) == 0 || slices.Contains(g.Topics, v.first())
}

func (v Verdict) first() string {
	if v.Zone == knowledge.Direct || len(v.Candidates) == 0 {
		return v.Topic
	}
	return v.Candidates[0].Topic
}

// sameVerdict reports whether a person reads the same. Where nothing is
// answered, nobody sees what was nearest.
func sameVerdict(a, b Verdict) bool {
	return a.Zone == b.Zone && (a.Zone == knowledge.None || a.Topic == b.Topic && a.first() == b.first())
}

// logged are the newest open questions, apart those whose answer was
// disputed, each text once.
func (d *Desk) logged(ctx context.Context) (recent, disputed []string, err error) {
	gaps, err := d.store.OpenGaps(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("read the logged questions: %w", err)
	}
	slices.SortStableFunc(gaps, func(a, b LoggedGap) int {
		return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(a.ID, b.ID))
	})
	seen := map[string]bool{}
	for _, g := range gaps {
		if seen[g.Text] {
			continue
		}
		seen[g.Text] = true
		switch g.Reason {
		case knowledge.NoHelp, knowledge.WrongRule:
			if len(disputed) < mostLogged {
				disputed = append(disputed, g.Text)
			}
		default:
			if len(recent) < mostLogged {
				recent = append(recent, g.Text)
			}
		}
	}
	return recent, disputed, nil
}

// near warns of new wordings that lie close to other topics.
func (d *Desk) near(revisions []Revision) []NearWarning {
	var found []NearWarning
	asked := 0
	for _, r := range revisions {
		var line knowledge.AskLine
		if r.Item.Kind != knowledge.ItemAsk || r.Item.Removes() ||
			json.Unmarshal(r.Item.Value, &line) != nil {
			continue
		}
		if asked++; asked > mostWordings {
			break
		}
		if near := d.match.Near(line.Owner, line.Text); len(near) > 0 {
			found = append(found, NearWarning{line.Owner, line.Text, near})
		}
	}
	return found
}
