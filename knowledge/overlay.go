package knowledge

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// With lays items over the base: the last of two with one key holds. The
// result is a base of its own that shares what is the same, and b is not
// changed. Items that break a rule of the base make problems instead of a
// base, all of them at once.
//
// Two things are no problems. To remove what is not there removes nothing,
// and a way of asking of a topic that was removed sleeps, so that taking back
// the removal brings it back. And a topic may cite an instrument that was
// revoked after its review: that is work for a curator, told by
// [Base.Affected], and no reason to fall silent.
func (b *Base) With(items []Item) (*Base, []Problem) {
	o := &overlay{shipped: b, base: b.copy()}
	o.read(items)
	o.instruments()
	o.topics()
	o.base.index()
	o.lines()
	o.check()
	if len(o.problems) > 0 {
		return nil, o.problems
	}
	o.base.Print = o.print()
	return o.base, nil
}

// copy shares everything that is not changed in place.
func (b *Base) copy() *Base {
	c := *b
	c.Topics = slices.Clone(b.Topics)
	c.Instruments = slices.Clone(b.Instruments)
	c.Outside = slices.Clone(b.Outside)
	return &c
}

// overlay is the laying of items over a base.
type overlay struct {
	shipped  *Base
	base     *Base // under way
	changes  []change
	problems []Problem
}

// itemKey tells items apart.
type itemKey struct {
	kind ItemKind
	key  string
}

func (o *overlay) complain(it Item, field, text string) {
	o.problems = append(o.problems, Problem{it, field, text})
}

// read understands the items, each key once, in the order of the first.
func (o *overlay) read(items []Item) {
	at := make(map[itemKey]int, len(items))
	for _, it := range items {
		c, err := it.read()
		if err != nil {
			o.problems = append(o.problems, problemOf(it, err))
			continue
		}
		key := itemKey{it.Kind, it.Key}
		if i, ok := at[key]; ok {
			o.changes[i] = c
			continue
		}
		at[key] = len(o.changes)
		o.changes = append(o.changes, c)
	}
}

// of returns the changes of one kind.
func (o *overlay) of(kind ItemKind) []*change {
	var found []*change
	for i := range o.changes {
		if o.changes[i].item.Kind == kind {
			found = append(found, &o.changes[i])
		}
	}
	return found
}

func (o *overlay) instruments() {
	for _, c := range o.of(ItemInstrument) {
		o.base.Instruments = put(o.base.Instruments, c.removes, c.instrument,
			func(i Instrument) bool { return i.ID == c.item.Key })
	}
}

func (o *overlay) topics() {
	gone := map[string]bool{}
	for _, c := range o.of(ItemTopic) {
		if old := o.shipped.Topic(c.item.Key); old != nil {
			c.topic.Asks = old.Asks
		}
		gone[c.item.Key] = c.removes
		o.base.Topics = put(o.base.Topics, c.removes, c.topic,
			func(t Topic) bool { return t.ID == c.item.Key })
	}
	if slices.ContainsFunc(o.base.Quiz, func(q Question) bool { return gone[q.Topic] }) {
		o.base.Quiz = slices.DeleteFunc(slices.Clone(o.base.Quiz), func(q Question) bool {
			return gone[q.Topic]
		})
	}
}

// put replaces, appends or removes one value of a list that is not shared.
func put[T any](all []T, remove bool, value T, is func(T) bool) []T {
	i := slices.IndexFunc(all, is)
	switch {
	case remove && i >= 0:
		return slices.Delete(all, i, i+1)
	case remove:
		return all
	case i >= 0:
		all[i] = value
		return all
	}
	return append(all, value)
}

// lines lays ways of asking and out-of-scope lines over those of their
// owners.
func (o *overlay) lines() {
	asks := byOwner(o.of(ItemAsk))
	for _, owner := range slices.Sorted(maps.Keys(asks)) {
		changes := asks[owner]
		if t := o.base.Topic(owner); t != nil {
			t.Asks = withLines(owner, t.Asks, changes)
			continue
		}
		if o.asleep(owner) {
			continue
		}
		for _, c := range changes {
			if !c.removes {
				o.complain(c.item, "owner", "Topik \""+owner+"\" tidak ada.")
			}
		}
	}
	outside := byOwner(o.of(ItemOutside))
	for _, owner := range slices.Sorted(maps.Keys(outside)) {
		changes := outside[owner]
		if c := o.base.Category(owner); c != nil {
			c.Lines = withLines(owner, c.Lines, changes)
			continue
		}
		for _, c := range changes {
			if !c.removes {
				o.complain(c.item, "owner", "Kategori \""+owner+"\" tidak ada.")
			}
		}
	}
}

// asleep reports whether an item removes that topic, or holds it but cannot
// be read: its lines are then not at fault.
func (o *overlay) asleep(topic string) bool {
	return slices.ContainsFunc(o.changes, func(c change) bool {
		return c.item.Kind == ItemTopic && c.item.Key == topic
	}) || slices.ContainsFunc(o.problems, func(p Problem) bool {
		return p.Item.Kind == ItemTopic && p.Item.Key == topic
	})
}

func byOwner(changes []*change) map[string][]*change {
	m := map[string][]*change{}
	for _, c := range changes {
		m[c.line.Owner] = append(m[c.line.Owner], c)
	}
	return m
}

// withLines returns a new list: lines replaced and removed in their place,
// new ones at the end.
func withLines(owner string, lines []string, changes []*change) []string {
	byKey := make(map[string]*change, len(changes))
	for _, c := range changes {
		byKey[c.item.Key] = c
	}
	next := make([]string, 0, len(lines)+len(changes))
	done := map[*change]bool{}
	for _, line := range lines {
		c := byKey[AskKey(owner, line)]
		if c == nil {
			next = append(next, line)
			continue
		}
		if !c.removes && !done[c] {
			next = append(next, c.line.Text)
		}
		done[c] = true
	}
	for _, c := range changes {
		if !done[c] && !c.removes {
			next = append(next, c.line.Text)
		}
	}
	return next
}

// print is the fingerprint of the base with the items that change it.
func (o *overlay) print() string {
	var all []string
	for _, c := range o.changes {
		if c.item.Kind != ItemWord && c.item.Kind != ItemElection {
			all = append(all, string(c.item.Kind)+"\x00"+c.item.Key+"\x00"+string(c.item.Value))
		}
	}
	if len(all) == 0 {
		return o.shipped.Print
	}
	slices.Sort(all)
	sum := sha256.Sum256([]byte(o.shipped.Print + "\x01" + strings.Join(all, "\x01")))
	return hex.EncodeToString(sum[:])
}
