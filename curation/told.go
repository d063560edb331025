package curation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"tanyanetral/knowledge"
)

// tellAfter is for how long nothing may have been published before those who
// wait are told: a curator who looks at what just went out finds a mistake
// within minutes, and what was told cannot be taken back. Any publication
// counts, since each may change any answer.
const tellAfter = 10 * time.Minute

// told remembers which questions are still not answered, so that the matcher
// is not asked again before it may answer in another way.
type told struct {
	gate gate
	at   map[string]turn // by wait: when it was asked
	fits atomic.Int64    // how often the matcher was fitted anew
}

// turn is a state of the matcher.
type turn struct{ generation, fits int64 }

func newTold() *told { return &told{gate: newGate()} }

// Refitted says that the matcher was fitted anew and may answer in another way
// what was published before. It may be called at any time.
func (d *Desk) Refitted() { d.told.fits.Add(1) }

// Answered finds the waits whose question is answered now, by something that
// has stood for tellAfter: a curator gave the question to a topic, and that is
// public; or the matcher answers it directly. Every wait is returned until the
// store forgets it. It belongs to be called every minute.
func (d *Desk) Answered(ctx context.Context) ([]Told, error) {
	if err := d.told.gate.enter(ctx); err != nil {
		return nil, wrap("answered", err)
	}
	defer d.told.gate.leave()
	now := d.live.Load()
	if now.youngerThan(tellAfter, d.now()) {
		return nil, nil
	}
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
	if err != nil || len(found) == 0 {
		return nil, wrap("answered", err)
	}
	doubted, all, err := d.doubted(ctx)
	if err != nil || all {
		return nil, wrap("answered", err)
	}
	found = slices.DeleteFunc(found, func(t Told) bool { return doubted[t.Topic] })
	if still, err := d.still(ctx, now); !still {
		return nil, wrap("answered", err)
	}
	return found, nil
}

// still reports whether what is public has not changed since. The matcher
// answers from a publication a moment before that one is on record, so a
// publication that is under way is awaited.
func (d *Desk) still(ctx context.Context, then *live) (bool, error) {
	if err := d.publishing.enter(ctx); err != nil {
		return false, err
	}
	defer d.publishing.leave()
	return d.live.Load() == then, nil
}

// youngerThan reports whether anything was published less than an age ago. A
// clock that was set back by more than that makes nobody wait.
func (l *live) youngerThan(age time.Duration, now time.Time) bool {
	for _, r := range l.published {
		if now.Sub(r.Published).Abs() < age {
			return true
		}
	}
	return false
}

// doubted are the topics of which somebody wants to change or take back what
// was published, and began to within tellAfter: nobody is told of them until
// that is decided. All: it is something that many topics share, such as a word
// or an instrument.
func (d *Desk) doubted(ctx context.Context) (topics map[string]bool, all bool, err error) {
	now := d.live.Load()
	topics = map[string]bool{}
	for _, s := range open() {
		revisions, err := d.store.Revisions(ctx, RevisionFilter{State: s})
		if err != nil {
			return nil, false, err
		}
		for _, r := range revisions {
			public := now.published[keyOf(r.Item)].Published
			if r.Made.Before(public) || r.Made.Sub(public) >= tellAfter {
				continue
			}
			topic, _, _ := strings.Cut(r.Item.Key, "/") // the owner of a way of asking
			topics[topic] = true
			all = all || r.Item.Kind != knowledge.ItemTopic && r.Item.Kind != knowledge.ItemAsk
		}
	}
	return topics, all, nil
}

// answers asks the matcher for the waits on open questions, once in each of
// its states, and looks up the others.
func (d *Desk) answers(ctx context.Context, waits []Wait, texts, given map[string]string) ([]Told, error) {
	now := turn{d.Generation(), d.told.fits.Load()}
	next := make(map[string]turn, len(waits))
	var found []Told
	for _, w := range waits {
		topic := given[w.Gap]
		if text, isOpen := texts[w.Gap]; isOpen {
			if at, asked := d.told.at[w.ID]; asked && at == now {
				next[w.ID] = at
				continue
			}
			var err error
			if topic, err = d.direct(ctx, text); err != nil {
				return nil, err
			}
			if topic == "" {
				next[w.ID] = now
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
// least one was published and was not taken back since.
func (d *Desk) public(ctx context.Context, ids []string) (bool, error) {
	now, stands := d.live.Load(), false
	for _, id := range ids {
		r, err := d.store.Revision(ctx, id)
		if err != nil {
			return false, err
		}
		if slices.Contains(open(), r.State) {
			return false, nil
		}
		stands = stands || r.State == Terbit && now.value(keyOf(r.Item)) != nil
	}
	return stands, nil
}
