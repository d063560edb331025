package curation

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tanyanetral/knowledge"
)

func TestInbox(t *testing.T) {
	o := newOffice(t, Options{})
	o.store.log(knowledge.NotFound, "2027-01-05",
		"boleh arisan bareng calon bupati", "arisan bareng calon bupati boleh ga?", "arisan calon bupati",
		"cara mencabut laporan", "zonasi tps dimana")
	o.store.log(knowledge.NoHelp, "2027-01-07", "cara mencabut laporan saya")
	o.store.log(knowledge.WrongRule, "2027-01-08", "???")
	all, total, err := o.Inbox(t.Context(), Filter{})
	if err != nil || total != 4 || len(all) != 4 {
		t.Fatalf("got %d of %d groups, %v", len(all), total, err)
	}
	first := all[0]
	if first.Count != 3 || first.ID != "g00000" || len(first.Samples) != 3 {
		t.Errorf("the largest group is %+v", first)
	}
	second := all[1]
	if second.Count != 2 || second.First != "2027-01-05" || second.Last != "2027-01-07" ||
		second.Reasons[knowledge.NoHelp] != 1 {
		t.Errorf("the second group is %+v", second)
	}
	for _, tt := range []struct {
		f           Filter
		want, total int
	}{
		{Filter{Reason: knowledge.NoHelp}, 1, 1},
		{Filter{Since: "2027-01-07"}, 2, 2},
		{Filter{Limit: 1}, 1, 4},
		{Filter{Limit: 3, Offset: 3}, 1, 4},
		{Filter{Offset: 9}, 0, 4},
	} {
		if got, total, _ := o.Inbox(t.Context(), tt.f); len(got) != tt.want || total != tt.total {
			t.Errorf("%+v: got %d of %d", tt.f, len(got), total)
		}
	}
	if g, err := o.GroupOf(t.Context(), "g00002"); err != nil || g.ID != "g00000" {
		t.Errorf("the group of a member is %q, %v", g.ID, err)
	}
	if _, err := o.GroupOf(t.Context(), "x"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	words, err := o.Words(t.Context())
	if err != nil || len(words) != 1 || words[0].Word != "zonasi" || words[0].Count != 1 {
		t.Errorf("unknown words %v, %v", words, err)
	}
}

// TestGroupIDs proves that an older question that comes later, by its random
// id, does not rename a group.
func TestGroupIDs(t *testing.T) {
	o := newOffice(t, Options{})
	o.store.log(knowledge.NotFound, "2027-01-05", "arisan bareng calon bupati")
	id := o.group(t, "arisan bareng calon bupati").ID
	o.store.log(knowledge.NotFound, "2027-01-05", "arisan bareng calon bupati")
	o.store.mu.Lock()
	o.store.gaps[1].ID = "a"
	o.store.mu.Unlock()
	if g := o.group(t, "arisan bareng calon bupati"); g.ID != id || g.Count != 2 {
		t.Errorf("the group is %q of %d, was %q", g.ID, g.Count, id)
	}
}

// TestGroupingMeaning keeps apart what shares only common words, and does not
// let a chain lead from one question to another.
func TestGroupingMeaning(t *testing.T) {
	texts := []string{
		"netral guru pilkada status",
		"netral guru pilkada foto", "netral camat pilkada foto", "netral camat pilkada cuti",
		"netral camat hajatan cuti",
		"mobil dinas kampanye", "mobil dinas kampanye", "kampanye mobil dinas",
	}
	gaps := make([]LoggedGap, len(texts))
	terms := make([][]string, len(texts))
	for i, s := range texts {
		gaps[i] = LoggedGap{ID: fmt.Sprint(i), Gap: knowledge.Gap{Text: s}}
		terms[i] = distinct(strings.Fields(s))
	}
	home := groupGaps(gaps, terms)
	if home[0] == home[4] {
		t.Errorf("a chain of small steps leads to another question: %v", home)
	}
	if home[5] != home[6] || home[5] != home[7] {
		t.Errorf("the same terms in another order are another question: %v", home)
	}
}

func TestMergeAndUndo(t *testing.T) {
	o := newOffice(t, Options{})
	ctx := t.Context()
	o.store.log(knowledge.NotFound, "2027-01-05", "arisan calon bupati", "kondangan timses",
		"arisan calon bupati", "zumba massal")
	a, b, c := o.group(t, "arisan calon bupati"), o.group(t, "kondangan timses"), o.group(t, "zumba massal")
	if _, err := o.Merge(ctx, ani(), a.ID, a.ID); !errors.Is(err, ErrState) {
		t.Error("merged with itself:", err)
	}
	first, err := o.Merge(ctx, ani(), a.ID, b.ID)
	if err != nil {
		t.Fatal(err)
	}
	if g := o.group(t, "arisan calon bupati"); g.ID != b.ID || g.Count != 3 {
		t.Fatalf("after the merge: %+v", g)
	}
	second, err := o.Merge(ctx, ani(), b.ID, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if g := o.group(t, "arisan calon bupati"); g.ID != c.ID || g.Count != 4 {
		t.Fatalf("after the second merge: %+v", g)
	}
	ignored, err := o.Ignore(ctx, ani(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, total, _ := o.Inbox(ctx, Filter{}); total != 0 {
		t.Fatalf("%d groups are open after all were ignored", total)
	}
	if _, err := o.Ignore(ctx, budi(), c.ID); !errors.Is(err, ErrNotFound) {
		t.Error("ignored twice:", err)
	}
	for _, step := range []struct {
		undo   Action
		counts []int
	}{{ignored, []int{4}}, {second, []int{3, 1}}, {first, []int{2, 1, 1}}} {
		if err := o.Undo(ctx, budi(), step.undo.ID); err != nil {
			t.Fatal(err)
		}
		all, _, _ := o.Inbox(ctx, Filter{})
		var counts []int
		for _, g := range all {
			counts = append(counts, g.Count)
		}
		if !slices.Equal(counts, step.counts) {
			t.Errorf("after undoing %s: groups of %v, want %v", step.undo.Kind, counts, step.counts)
		}
	}
	if err := o.Undo(ctx, ani(), first.ID); !errors.Is(err, ErrState) {
		t.Error("undone twice:", err)
	}
}

// TestMergedApart undoes a merge whose group was closed since: the questions
// stay closed.
func TestMergedApart(t *testing.T) {
	o := newOffice(t, Options{})
	o.store.log(knowledge.NotFound, "2027-01-05", "arisan calon bupati", "kondangan timses")
	a, b := o.group(t, "arisan calon bupati"), o.group(t, "kondangan timses")
	merge, err := o.Merge(t.Context(), ani(), a.ID, b.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Ignore(t.Context(), ani(), b.ID); err != nil {
		t.Fatal(err)
	}
	if err := o.Undo(t.Context(), ani(), merge.ID); err != nil {
		t.Fatal(err)
	}
	if _, total, _ := o.Inbox(t.Context(), Filter{}); total != 0 {
		t.Errorf("%d groups came back", total)
	}
}

func TestInboxConcurrent(t *testing.T) {
	o := newOffice(t, Options{OnePersonPublishes: true})
	var texts []string
	for i := range 40 {
		texts = append(texts, fmt.Sprintf("pertanyaan%d tentang hal%d", i, i))
	}
	o.store.log(knowledge.NotFound, "2027-01-05", texts...)
	all, _, err := o.Inbox(t.Context(), Filter{})
	if err != nil || len(all) != 40 {
		t.Fatalf("got %d groups, %v", len(all), err)
	}
	var wait sync.WaitGroup
	done := make(chan error, 2*len(all))
	for _, g := range all {
		for _, u := range []User{ani(), budi()} {
			wait.Go(func() {
				_, err := o.Assign(t.Context(), u, g.ID, "uji-satu", g.Samples)
				done <- err
			})
		}
		wait.Go(func() { o.Inbox(t.Context(), Filter{Limit: 5}) })
	}
	wait.Wait()
	close(done)
	taken := 0
	for err := range done {
		if err == nil {
			taken++
		} else if !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
	}
	if taken != 40 || o.Generation() != 40 {
		t.Errorf("%d groups were taken, generation %d; every one once", taken, o.Generation())
	}
	if n := len(o.Base().Topic("uji-satu").Asks); n != 13+40 {
		t.Errorf("%d ways of asking are live", n)
	}
}

// manyGaps makes questions from the shipped ways of asking with small changes.
func manyGaps(b testing.TB, n int) []LoggedGap {
	b.Helper()
	base, err := knowledge.Load(knowledge.Embedded())
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	gaps := make([]LoggedGap, n)
	for i := range gaps {
		topic := base.Topics[r.IntN(len(base.Topics))]
		text := topic.Asks[r.IntN(len(topic.Asks))]
		if words := strings.Fields(text); len(words) > 3 && i%2 == 0 {
			text = strings.Join(slices.Delete(words, 1, 2), " ")
		}
		day := knowledge.DayOf(time.Date(2027, 1, 1+i%30, 0, 0, 0, 0, time.UTC))
		gaps[i] = LoggedGap{ID: fmt.Sprintf("%08x", r.Uint32()),
			Gap: knowledge.Gap{Text: text, Reason: knowledge.NotFound, Day: day}}
	}
	return gaps
}

func BenchmarkInbox10000(b *testing.B) {
	o := newOffice(b, Options{})
	o.store.gaps = manyGaps(b, 10000)
	groups := 0
	for b.Loop() {
		o.inbox = newInbox()
		_, total, err := o.Inbox(b.Context(), Filter{Limit: 50})
		if err != nil {
			b.Fatal(err)
		}
		groups = total
	}
	b.ReportMetric(float64(groups), "groups")
}

// BenchmarkInboxPage is a page of groups that were made already.
func BenchmarkInboxPage(b *testing.B) {
	o := newOffice(b, Options{})
	o.store.gaps = manyGaps(b, 10000)
	for b.Loop() {
		if _, _, err := o.Inbox(b.Context(), Filter{Limit: 50, Reason: knowledge.NotFound}); err != nil {
			b.Fatal(err)
		}
	}
}
