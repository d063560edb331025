package curation

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tanyanetral/knowledge"
)

// What a group shows: enough to see what is meant.
const (
	mostSamples = 5
	mostNear    = 5 // as many as an answer has candidates
)

// inbox is the groups as they were made last.
type inbox struct {
	gate    gate
	made    bool
	version int64
	words   map[string]string // of the language with which terms were made
	terms   map[string]read   // by gap: to read a question costs most
	first   map[string]bool   // gaps that gave their group its id

	base   *knowledge.Base // whose topics the groups name
	groups []Group
	at     map[string]int // gap to group
	gaps   map[string]LoggedGap
	unread []UnknownWord
}

// read is a question as the language reads it: its terms, sorted, each once,
// and those of them that the language does not know.
type read struct{ terms, unknown []string }

func newInbox() *inbox { return &inbox{gate: newGate()} }

// Inbox lists what could not be answered, grouped by meaning, most asked
// first, with how many groups the filter leaves in all. Questions whose
// answer did not help stand among them with their reason.
func (d *Desk) Inbox(ctx context.Context, f Filter) ([]Group, int, error) {
	if err := d.refresh(ctx); err != nil {
		return nil, 0, err
	}
	defer d.inbox.gate.leave()
	var found []Group
	for _, g := range d.inbox.groups {
		if g.Last >= f.Since && (f.Reason == "" || g.Reasons[f.Reason] > 0) {
			found = append(found, g)
		}
	}
	total := len(found)
	found = found[min(max(f.Offset, 0), total):]
	if f.Limit > 0 {
		found = found[:min(f.Limit, len(found))]
	}
	return found, total, nil
}

// GroupOf returns the group with that id, or the one that holds the logged
// question with that id, so that addresses outlive a merge.
func (d *Desk) GroupOf(ctx context.Context, id string) (Group, error) {
	g, _, err := d.groupOf(ctx, id)
	return g, err
}

// groupOf also returns the logged questions of the group.
func (d *Desk) groupOf(ctx context.Context, id string) (Group, []LoggedGap, error) {
	if err := d.refresh(ctx); err != nil {
		return Group{}, nil, err
	}
	defer d.inbox.gate.leave()
	i, ok := d.inbox.at[id]
	if !ok {
		return Group{}, nil, fmt.Errorf("group: %w", ErrNotFound)
	}
	g := d.inbox.groups[i]
	gaps := make([]LoggedGap, len(g.Gaps))
	for j, gap := range g.Gaps {
		gaps[j] = d.inbox.gaps[gap]
	}
	return g, gaps, nil
}

// Words lists the words of the open questions that the language does not
// know, most frequent first.
func (d *Desk) Words(ctx context.Context) ([]UnknownWord, error) {
	if err := d.refresh(ctx); err != nil {
		return nil, err
	}
	defer d.inbox.gate.leave()
	return d.inbox.unread, nil
}

// refresh makes the groups anew when the logged questions, or the words that
// curators explained, have changed. Without an error it returns with the gate
// held.
func (d *Desk) refresh(ctx context.Context) error {
	in := d.inbox
	if err := in.gate.enter(ctx); err != nil {
		return fmt.Errorf("inbox: %w", err)
	}
	err := d.regroup(ctx)
	if err != nil {
		in.gate.leave()
		return fmt.Errorf("inbox: %w", err)
	}
	return nil
}

func (d *Desk) regroup(ctx context.Context) error {
	in, now := d.inbox, d.live.Load()
	version, err := d.store.GapsVersion(ctx)
	if err != nil {
		return err
	}
	sameWords := in.made && equalWords(in.words, now.words)
	if in.made && version == in.version && sameWords {
		return nil
	}
	var gaps []LoggedGap
	if in.made {
		gaps, err = d.store.OpenGapsSince(ctx, in.gaps)
	} else {
		gaps, err = d.store.OpenGaps(ctx)
	}
	if err != nil {
		return err
	}
	if !sameWords {
		in.terms = nil
	}
	slices.SortFunc(gaps, func(a, b LoggedGap) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.ID, b.ID))
	})
	terms, err := d.readGaps(ctx, gaps)
	if err != nil {
		return err
	}
	in.made, in.version, in.words = true, version, now.words
	in.fill(gaps, groupGaps(gaps, terms), now.base)
	in.unread = in.unknown(gaps)
	return nil
}

func equalWords(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for w, means := range a {
		if other, ok := b[w]; !ok || other != means {
			return false
		}
	}
	return true
}

// readGaps returns the terms of every gap, unknown words among them; it reads
// only what it has not read before.
func (d *Desk) readGaps(ctx context.Context, gaps []LoggedGap) ([][]string, error) {
	next := make(map[string]read, len(gaps))
	terms := make([][]string, len(gaps))
	for i, g := range gaps {
		if i%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r, ok := d.inbox.terms[g.ID]
		if !ok {
			r.terms, r.unknown = d.match.Terms(g.Text)
			r.terms = distinct(slices.Concat(r.terms, r.unknown))
			r.unknown = distinct(r.unknown)
		}
		next[g.ID] = r
		terms[i] = r.terms
	}
	d.inbox.terms = next
	return terms, nil
}

func distinct(words []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(words)))
}

// fill makes the groups: home tells for each gap where its group began.
func (in *inbox) fill(gaps []LoggedGap, home []int, base *knowledge.Base) {
	members := map[int][]int{}
	targets := map[string]bool{}
	for i, h := range home {
		members[h] = append(members[h], i)
		if gaps[i].Merged != "" {
			targets[gaps[i].Merged] = true
		}
	}
	groups := make([]Group, 0, len(members))
	in.gaps = make(map[string]LoggedGap, len(gaps))
	for _, m := range members {
		group := make([]LoggedGap, len(m))
		for j, i := range m {
			group[j] = gaps[i]
			in.gaps[gaps[i].ID] = gaps[i]
		}
		groups = append(groups, in.group(in.leader(group, targets), group, base))
	}
	in.groups, in.base = groups, base
	slices.SortFunc(in.groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(b.Last, a.Last), cmp.Compare(a.ID, b.ID))
	})
	in.at, in.first = make(map[string]int, len(gaps)), make(map[string]bool, len(in.groups))
	for i, g := range in.groups {
		in.first[g.ID] = true
		for _, id := range g.Gaps {
			in.at[id] = i
		}
	}
}

// leader is the gap that names the group: the one that others were merged
// into and that was not merged itself, else the one that named it before, else
// the oldest.
func (in *inbox) leader(group []LoggedGap, targets map[string]bool) string {
	i := slices.IndexFunc(group, func(g LoggedGap) bool { return targets[g.ID] && g.Merged == "" })
	if i < 0 {
		i = slices.IndexFunc(group, func(g LoggedGap) bool { return in.first[g.ID] })
	}
	return group[max(i, 0)].ID
}

// group makes a group, or takes it as it was made last when its questions are
// the same: only who waits may have changed then.
func (in *inbox) group(id string, gaps []LoggedGap, base *knowledge.Base) Group {
	i, ok := in.at[id]
	if !ok || base != in.base || in.groups[i].ID != id ||
		!slices.EqualFunc(in.groups[i].Gaps, gaps, func(id string, g LoggedGap) bool { return id == g.ID }) {
		return newGroup(id, gaps, base)
	}
	g := in.groups[i]
	g.Waiting = 0
	for _, gap := range gaps {
		g.Waiting += gap.Waiting
	}
	return g
}

func newGroup(id string, gaps []LoggedGap, base *knowledge.Base) Group {
	g := Group{ID: id, Count: len(gaps), First: gaps[0].Day, Reasons: map[knowledge.Reason]int{}}
	texts, near := map[string]int{}, map[string]float64{}
	for _, gap := range gaps {
		g.Gaps = append(g.Gaps, gap.ID)
		g.Last = max(g.Last, gap.Day)
		g.Reasons[gap.Reason]++
		g.Waiting += gap.Waiting
		texts[gap.Text]++
		for _, c := range gap.Near {
			if base.Topic(c.Topic) != nil {
				near[c.Topic] += c.Confidence / float64(len(gaps))
			}
		}
	}
	g.Samples = most(texts, mostSamples)
	for _, topic := range most(near, mostNear) {
		g.Near = append(g.Near, knowledge.Candidate{Topic: topic, Confidence: near[topic]})
	}
	return g
}

// most returns the keys with the highest values, equal ones in the order of
// the alphabet.
func most[V cmp.Ordered](m map[string]V, n int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(m[b], m[a]), cmp.Compare(a, b)) })
	return keys[:min(n, len(keys))]
}

func (in *inbox) unknown(gaps []LoggedGap) []UnknownWord {
	const samples = 3 // to see what a word means
	byWord := map[string]*UnknownWord{}
	for _, g := range gaps {
		for _, w := range in.terms[g.ID].unknown {
			u := byWord[w]
			if u == nil {
				u = &UnknownWord{Word: w}
				byWord[w] = u
			}
			u.Count++
			if len(u.Samples) < samples && !slices.Contains(u.Samples, g.Text) {
				u.Samples = append(u.Samples, g.Text)
			}
		}
	}
	all := make([]UnknownWord, 0, len(byWord))
	for _, u := range byWord {
		all = append(all, *u)
	}
	slices.SortFunc(all, func(a, b UnknownWord) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Word, b.Word))
	})
	return all
}
