package curation

import (
	"context"
	"fmt"
	"slices"

	"tanyanetral/knowledge"
)

// told remembers which questions are still not answered, so that the matcher
// is not asked again before something was published.
type told struct {
	gate gate
	at   map[string]int64 // by wait: the generation at which it was asked
}

func newTold() *told { return &told{gate: newGate()} }

// Answered finds the waits whose question is answered now: a curator gave the
// question to a topic, and that is public; or the matcher answers it directly.
// Every wait is returned until the store forgets it.
func (d *Desk) Answered(ctx context.Context) ([]Told, error) {
	if err := d.told.gate.enter(ctx); err != nil {
		return nil, wrap("answered", err)
	}
	defer d.told.gate.leave()
	waits, err := d.store.Waits(ctx)
	if err != nil || len(waits) == 0 {
		return nil, wrap("answered", err)
	}
	gaps, err := d.store.OpenGaps(ctx)
	if err != nil {
		return nil, wrap("answered", err)
	}
	texts := make(map[string]string, len(gaps))
	for _, g := range gaps {
		texts[g.ID] = g.Text
	}
	given, err := d.given(ctx, waits)
	if err != nil {
		return nil, wrap("answered", err)
	}
	found, err := d.answers(ctx, waits, texts, given)
	return found, wrap("answered", err)
}

// answers asks the matcher for the waits on open questions, once in a
// generation, and looks up the others.
func (d *Desk) answers(ctx context.Context, waits []Wait, texts, given map[string]string) ([]Told, error) {
	generation := d.Generation()
	next := make(map[string]int64, len(waits))
	var found []Told
	for _, w := range waits {
		topic := given[w.Gap]
		if text, isOpen := texts[w.Gap]; isOpen {
			if at, asked := d.told.at[w.ID]; asked && at == generation {
				next[w.ID] = at
				continue
			}
			var err error
			if topic, err = d.direct(ctx, text); err != nil {
				return nil, err
			}
			if topic == "" {
				next[w.ID] = generation
			}
		}
		if topic != "" {
			found = append(found, Told{Wait: w.ID, Topic: topic})
		}
	}
	d.told.at = next
	return found, nil
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// direct returns the topic with which a question is answered directly.
func (d *Desk) direct(ctx context.Context, text string) (string, error) {
	ans, err := d.match.Ask(ctx, text)
	if err != nil || ans.Zone != knowledge.Direct || ans.Topic == nil {
		return "", err
	}
	return ans.Topic.ID, nil
}

// given returns for the questions waited for the topic that a curator gave
// each to, when the changes of that step are public and the topic stands.
func (d *Desk) given(ctx context.Context, waits []Wait) (map[string]string, error) {
	actions, err := d.store.Actions(ctx, 0)
	if err != nil {
		return nil, err
	}
	waited := make(map[string]bool, len(waits))
	for _, w := range waits {
		waited[w.Gap] = true
	}
	given := map[string]string{}
	base := d.Base()
	for _, a := range actions {
		gaps := slices.DeleteFunc(slices.Clone(a.Gaps), func(id string) bool { return !waited[id] })
		if a.Undone || len(gaps) == 0 || base.Topic(a.Topic) == nil {
			continue
		}
		public, err := d.public(ctx, a.Revision)
		if err != nil {
			return nil, err
		}
		for _, gap := range gaps {
			if public {
				given[gap] = a.Topic
			}
		}
	}
	return given, nil
}

// public reports whether none of the revisions is still on its way, and at
// least one was published when there are any.
func (d *Desk) public(ctx context.Context, ids []string) (bool, error) {
	var states []State
	for _, id := range ids {
		r, err := d.store.Revision(ctx, id)
		if err != nil {
			return false, err
		}
		states = append(states, r.State)
	}
	onTheWay := slices.ContainsFunc(states, func(s State) bool { return slices.Contains(open(), s) })
	return !onTheWay && (len(ids) == 0 || slices.Contains(states, Terbit)), nil
}
