package curation

import (
	"slices"
	"testing"
	"time"

	"tanyanetral/knowledge"
)

// Questions that wait in these tests, as w0, w1 and w2.
const (
	kondangan = "kondangan timses"
	known     = "bolehkah like unggahan calon satu" // a wording of uji-satu
)

// waitingOffice has three questions, each with somebody who waits.
func waitingOffice(t *testing.T, opts Options) *office {
	t.Helper()
	o := newOffice(t, opts)
	o.store.log(knowledge.NotFound, "2027-01-05", asked, kondangan, known)
	o.store.waits = []Wait{{"w0", "g00000"}, {"w1", "g00001"}, {"w2", "g00002"}}
	return o
}

// check asks twice who is told, the second time from memory.
func (o *office) check(t *testing.T, when string, want ...Told) {
	t.Helper()
	for range 2 {
		if got, err := o.Answered(t.Context()); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %v, %v; want %v", when, got, err, want)
		}
	}
}

// later lets time pass.
func (o *office) later(d time.Duration) { o.clock = o.clock.Add(d) }

// approve lets a second person approve changes and publish them.
func (o *office) approve(t *testing.T, ids []string) {
	t.Helper()
	if err := o.Approve(t.Context(), budi(), ids, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Publish(t.Context(), budi(), ids, ""); err != nil {
		t.Fatal(err)
	}
}

// assign gives the group of a question to a topic.
func (o *office) assign(t *testing.T, question, topic string, wordings ...string) Action {
	t.Helper()
	a, err := o.Assign(t.Context(), ani(), o.group(t, question).ID, topic, wordings)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAnswered(t *testing.T) {
	o := waitingOffice(t, Options{})
	direct := Told{"w2", "uji-satu"}
	o.check(t, "as shipped", direct)
	a := o.assign(t, asked, "uji-dua", asked)
	o.check(t, "given to a topic, but not public", direct)
	o.approve(t, a.Revision)
	o.check(t, "just published")
	o.later(tellAfter - time.Minute)
	o.check(t, "a minute too early")
	o.later(time.Minute)
	o.check(t, "in time", Told{"w0", "uji-dua"}, direct)
	o.pass(t, o.draft(t, knowledge.AskItem("uji-dua", kondangan)))
	o.later(tellAfter)
	o.check(t, "a wording", Told{"w0", "uji-dua"}, Told{"w1", "uji-dua"}, direct)
	o.later(-5 * tellAfter)
	o.check(t, "a clock set back", Told{"w0", "uji-dua"}, Told{"w1", "uji-dua"}, direct)
}

// TestTakenBackInTime publishes a mistake and takes it back before anybody is
// told; the program is started anew in between.
func TestTakenBackInTime(t *testing.T) {
	restart := func(o *office) *office {
		next := openOffice(t, testBase(t), o.store, Options{})
		next.clock = o.clock
		return next
	}
	for _, tt := range []struct {
		name  string
		mend  func(t *testing.T, o *office, a Action) // two minutes later
		still []Told                                  // ten minutes later
		then  func(t *testing.T, o *office)           // nil: nothing more
		after []Told
	}{
		{name: "left alone", mend: func(*testing.T, *office, Action) {}, still: []Told{{"w0", "uji-dua"}}},
		{name: "undone, the contrary not reviewed", mend: func(t *testing.T, o *office, a Action) {
			if err := o.Undo(t.Context(), ani(), a.ID); err != nil {
				t.Fatal(err)
			}
		}, then: func(t *testing.T, o *office) { o.decide(t, true) }},
		{name: "undone, the contrary refused", mend: func(t *testing.T, o *office, a Action) {
			if err := o.Undo(t.Context(), ani(), a.ID); err != nil {
				t.Fatal(err)
			}
		}, then: func(t *testing.T, o *office) { o.decide(t, false) }, after: []Told{{"w0", "uji-dua"}}},
		{name: "reverted", mend: func(t *testing.T, o *office, a Action) {
			back, err := o.Revert(t.Context(), ani(), a.Revision[0])
			if err != nil {
				t.Fatal(err)
			}
			o.pass(t, back)
		}},
		{name: "a draft that reverts", mend: func(t *testing.T, o *office, a Action) {
			if _, err := o.Revert(t.Context(), ani(), a.Revision[0]); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "corrected", mend: func(t *testing.T, o *office, _ Action) {
			o.pass(t, o.draft(t, o.edited("uji-dua", "Tidak boleh.")))
		}, still: []Told{{"w0", "uji-dua"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := waitingOffice(t, Options{})
			o.store.waits = o.store.waits[:1]
			a := o.assign(t, asked, "uji-dua", asked)
			o.approve(t, a.Revision)
			o = restart(o)
			o.later(2 * time.Minute)
			o.check(t, "two minutes later")
			tt.mend(t, o, a)
			o = restart(o)
			o.later(tellAfter)
			o.check(t, "ten minutes later", tt.still...)
			if tt.then != nil {
				tt.then(t, o)
				o.later(tellAfter)
				o.check(t, "after all", tt.after...)
			}
		})
	}
}

// decide approves and publishes what is submitted, or rejects it.
func (o *office) decide(t *testing.T, good bool) {
	t.Helper()
	all, err := o.Revisions(t.Context(), RevisionFilter{State: Diajukan})
	if err != nil || len(all) == 0 {
		t.Fatal("nothing is submitted:", err)
	}
	if good {
		o.approve(t, idsOf(all))
		return
	}
	if err := o.Reject(t.Context(), budi(), idsOf(all), "sudah benar"); err != nil {
		t.Fatal(err)
	}
}

// TestRefitted: a question that the matcher answers only after it was fitted
// anew is asked again, and not before.
func TestRefitted(t *testing.T) {
	o := waitingOffice(t, Options{})
	o.store.waits = o.store.waits[1:2]
	o.check(t, "not answered")
	t2 := *o.Base().Topic("uji-dua")
	t2.Asks = append(slices.Clone(t2.Asks), kondangan)
	b := *o.match.base
	b.Topics = slices.Clone(b.Topics)
	b.Topics[slices.IndexFunc(b.Topics, func(x knowledge.Topic) bool { return x.ID == t2.ID })] = t2
	o.match.base = &b // stands for better weights
	o.check(t, "the same turn")
	o.Refitted()
	o.check(t, "after the fit", Told{"w1", "uji-dua"})
}

// TestAssignKnown: to give a question to a topic that has all the wordings
// already tells nobody until a second person has agreed.
func TestAssignKnown(t *testing.T) {
	for _, one := range []bool{false, true} {
		o := waitingOffice(t, Options{OnePersonPublishes: one})
		o.store.waits = o.store.waits[:1]
		print := o.Base().Print
		a := o.assign(t, asked, "uji-satu", known)
		o.later(tellAfter)
		if one {
			o.check(t, "one person", Told{"w0", "uji-satu"})
			continue
		}
		o.check(t, "not approved")
		r, err := o.store.Revision(t.Context(), a.Revision[0])
		if err != nil || r.State != Diajukan || r.Note != knownNote {
			t.Fatalf("the change is %s, %q, %v", r.State, r.Note, err)
		}
		o.approve(t, a.Revision)
		o.later(tellAfter)
		o.check(t, "approved", Told{"w0", "uji-satu"})
		if o.Base().Print != print {
			t.Error("what is public has changed")
		}
		if err := o.Undo(t.Context(), ani(), a.ID); err != nil {
			t.Fatal(err)
		}
		o.check(t, "undone")
	}
}

// TestPublishedMeanwhile: what goes out while the matcher is asked is told after
// its ten minutes, like everything else. The matcher answers from it before it
// is on record.
func TestPublishedMeanwhile(t *testing.T) {
	o := waitingOffice(t, Options{})
	o.store.waits = o.store.waits[1:2]
	r := o.draft(t, knowledge.AskItem("uji-dua", kondangan))
	asked, found := make(chan struct{}), make(chan []Told)
	o.match.asked = func() { close(asked) }
	o.store.begun = func() {
		go func() {
			told, err := o.Answered(t.Context())
			if err != nil {
				t.Error(err)
			}
			found <- told
		}()
		<-asked
	}
	o.pass(t, r)
	if told := <-found; len(told) > 0 {
		t.Error("told of what is just going out:", told)
	}
	o.match.asked = nil
	o.check(t, "just published")
	o.later(tellAfter)
	o.check(t, "in time", Told{"w1", "uji-dua"})
}

// TestSharedDoubt: a word, which any answer may rest on, is being taken back.
func TestSharedDoubt(t *testing.T) {
	o := waitingOffice(t, Options{})
	o.pass(t, o.draft(t, knowledge.WordItem("kondangan", "hajatan")))
	o.later(2 * time.Minute)
	all, err := o.Revisions(t.Context(), RevisionFilter{State: Terbit})
	if err != nil {
		t.Fatal(err)
	}
	back, err := o.Revert(t.Context(), ani(), all[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	o.later(tellAfter)
	o.check(t, "not decided")
	o.pass(t, back)
	o.later(tellAfter)
	o.check(t, "taken back", Told{"w2", "uji-satu"})
}
