package curation

import (
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tanyanetral/knowledge"
)

func TestReview(t *testing.T) {
	o := newOffice(t, Options{})
	ctx := t.Context()
	r := o.draft(t, o.edited("uji-satu", "Tidak boleh lagi."))
	ids := idsOf(r)
	if _, err := o.Publish(ctx, ani(), ids, ""); !errors.Is(err, ErrState) {
		t.Error("a draft was published:", err)
	}
	if err := o.Approve(ctx, budi(), ids, ""); !errors.Is(err, ErrChanged) {
		t.Error("a draft was approved:", err)
	}
	if err := o.Submit(ctx, ani(), ids, ""); err != nil {
		t.Fatal(err)
	}
	if err := o.Approve(ctx, ani(), ids, ""); !errors.Is(err, ErrSamePerson) {
		t.Error("the author approved:", err)
	}
	if err := o.Reject(ctx, budi(), ids, " "); !errors.Is(err, ErrReason) {
		t.Error("rejected without a reason:", err)
	}
	if o.Base().Topic("uji-satu").Answer != "Tidak boleh." {
		t.Error("a change is live before it was published")
	}
	if err := o.Approve(ctx, budi(), ids, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Publish(ctx, ani(), ids, ""); err != nil {
		t.Fatal(err)
	}
	if o.Base().Topic("uji-satu").Answer != "Tidak boleh lagi." || o.match.current() != o.Base() {
		t.Error("the change is not live")
	}
	got, _ := o.store.Revision(ctx, ids[0])
	if got.State != Terbit || got.Number != 1 || o.Generation() != 1 || got.Reviewer != "budi" ||
		!strings.Contains(string(got.Before), "Tidak boleh.") {
		t.Errorf("the revision is %+v, generation %d", got, o.Generation())
	}
	if want := []string{"draft", "submit", "approve", "publish"}; !slices.Equal(o.store.acts(), want) {
		t.Errorf("recorded %v, want %v", o.store.acts(), want)
	}
	if !o.ChangedAt("uji-satu").Equal(got.Published) || !o.ChangedAt("uji-dua").IsZero() {
		t.Error("the answer's day of change is wrong")
	}
	again := openOffice(t, testBase(t), o.store, Options{})
	if again.Base().Topic("uji-satu").Answer != "Tidak boleh lagi." || again.Generation() != 1 ||
		again.Base().Print != o.Base().Print {
		t.Error("the change is lost after a start")
	}
}

func TestRoles(t *testing.T) {
	o := newOffice(t, Options{})
	ctx := t.Context()
	ended := User{ID: "e", Roles: []Role{Kurator}, Active: true, Until: "2027-01-09"}
	for _, u := range []User{{}, eye(), ended, {ID: "x", Roles: []Role{Admin}}} {
		_, draft := o.Draft(ctx, u, nil, "", 0)
		_, assign := o.Assign(ctx, u, "g", "uji-satu", nil)
		_, topic := o.NewTopic(ctx, u, "g", knowledge.Topic{}, nil)
		_, merge := o.Merge(ctx, u, "g", "h")
		_, outside := o.OutOfScope(ctx, u, "g", "lain")
		_, ignore := o.Ignore(ctx, u, "g")
		_, publish := o.Publish(ctx, u, nil, "")
		_, revert := o.Revert(ctx, u, "r")
		_, revertTo := o.RevertTo(ctx, u, "2027-01-01")
		for i, err := range []error{draft, assign, topic, merge, outside, ignore, publish, revert, revertTo,
			o.Undo(ctx, u, "a"), o.Submit(ctx, u, nil, ""), o.Approve(ctx, u, nil, ""),
			o.Reject(ctx, u, nil, "x"),
			o.Discard(ctx, u, nil), o.Schedule(ctx, u, nil, time.Time{})} {
			if !errors.Is(err, ErrForbidden) {
				t.Errorf("step %d of %+v: %v", i, u, err)
			}
		}
	}
	if len(o.store.audit)+len(o.store.revisions)+len(o.store.actions) > 0 {
		t.Error("somebody without a role left something behind")
	}
	mine := idsOf(o.draft(t, o.edited("uji-satu", "Tidak.")))
	if err := o.Discard(ctx, budi(), mine); !errors.Is(err, ErrForbidden) {
		t.Error("discarded by another:", err)
	}
	if err := o.Discard(ctx, chief(), mine); err != nil {
		t.Error(err)
	}
}

func TestDraft(t *testing.T) {
	o := newOffice(t, Options{})
	unfinished := *o.Base().Topic("uji-satu")
	unfinished.Allowed = ""
	revoked := *o.Base().Topic("uji-satu")
	revoked.Reviewed = "2026-01-01"
	revoked.Outcomes = slices.Clone(revoked.Outcomes)
	revoked.Outcomes[0].Basis = []knowledge.Citation{{Instrument: "UU 9/1990"}}
	tests := []struct {
		name  string
		items []knowledge.Item
		made  int
		wrong bool
	}{
		{"no change", []knowledge.Item{o.edited("uji-satu", "Tidak boleh.")}, 0, false},
		{"an unfinished topic", []knowledge.Item{knowledge.TopicItem(unfinished)}, 1, false},
		{"a citation of what is revoked", []knowledge.Item{knowledge.TopicItem(revoked)}, 0, true},
		{"a wording", []knowledge.Item{knowledge.AskItem("uji-satu", "  boleh   begitu ")}, 1, false},
		{"a wording of another topic", []knowledge.Item{knowledge.AskItem("uji-satu",
			"bagaimana cara memilih kepala desa, satu?")}, 0, true},
		{"a wording without letters", []knowledge.Item{knowledge.AskItem("uji-satu", "?!")}, 0, true},
		{"a removed topic", []knowledge.Item{{Kind: knowledge.ItemTopic, Key: "uji-satu"}}, 1, false},
		{"both topics", []knowledge.Item{{Kind: knowledge.ItemTopic, Key: "uji-satu"},
			{Kind: knowledge.ItemTopic, Key: "uji-dua"}}, 0, true},
		{"no JSON", []knowledge.Item{{Kind: knowledge.ItemTopic, Key: "x", Value: json.RawMessage("x")}}, 0, true},
		{"two wordings less", []knowledge.Item{
			{Kind: knowledge.ItemAsk, Key: knowledge.AskKey("uji-dua", "bagaimana cara memilih kepala desa satu")},
			{Kind: knowledge.ItemAsk, Key: knowledge.AskKey("uji-dua", "bagaimana cara memilih kepala desa dua")},
		}, 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := o.Draft(t.Context(), ani(), tt.items, "", 0)
			if len(r) != tt.made || errors.Is(err, ErrInvalid) != tt.wrong || (err != nil) != tt.wrong {
				t.Errorf("made %d, %v", len(r), err)
			}
		})
	}
	drafts, _ := o.Revisions(t.Context(), RevisionFilter{State: Draf, Kind: knowledge.ItemTopic})
	if len(drafts) != 1 || !drafts[0].Item.Removes() {
		t.Errorf("%d drafts of topics stand; the later replaces the earlier", len(drafts))
	}
	r := o.draft(t, knowledge.TopicItem(unfinished))
	if err := o.Submit(t.Context(), ani(), idsOf(r), ""); !errors.Is(err, ErrInvalid) {
		t.Error("an unfinished topic was submitted:", err)
	}
}

// TestTwoEditors edit one topic from the same state: the second is told of the
// newer value, by Draft and by Publish, and both drafts stay.
func TestTwoEditors(t *testing.T) {
	o := newOffice(t, Options{})
	ctx := t.Context()
	seen := o.Generation()
	first := o.draft(t, o.edited("uji-satu", "Isi Ani."))
	second, err := o.Draft(ctx, budi(), []knowledge.Item{o.edited("uji-satu", "Isi Budi.")}, "", seen)
	if err != nil {
		t.Fatal(err)
	}
	late := o.edited("uji-satu", "Isi lain.")
	p, err := o.Preview(ctx, idsOf(first))
	if err != nil || len(p.Rivals) != 1 || p.Rivals[0].ID != second[0].ID {
		t.Errorf("rivals %v, %v", p.Rivals, err)
	}
	if err := o.Submit(ctx, budi(), idsOf(second), ""); err != nil {
		t.Fatal(err)
	}
	if err := o.Approve(ctx, ani(), idsOf(second), ""); err != nil {
		t.Fatal(err)
	}
	o.pass(t, first)
	var changed *Changed
	if _, err := o.Draft(ctx, budi(), []knowledge.Item{late}, "", seen); !errors.As(err, &changed) {
		t.Fatalf("a late draft: %v", err)
	}
	if !strings.Contains(string(changed.Item.Value), "Isi Ani.") || changed.Revision.Author != "ani" {
		t.Errorf("told of %s by %s", changed.Item.Value, changed.Revision.Author)
	}
	changed = nil
	_, err = o.Publish(ctx, budi(), idsOf(second), "")
	if !errors.As(err, &changed) || !errors.Is(err, ErrChanged) {
		t.Fatalf("a late publication: %v", err)
	}
	if r, _ := o.store.Revision(ctx, second[0].ID); r.State != Disetujui {
		t.Error("the second change is lost:", r.State)
	}
	if _, err := o.Draft(ctx, budi(), []knowledge.Item{late}, "", o.Generation()); err != nil {
		t.Error("after a look at the newer value:", err)
	}
}

// TestManyEditors add wordings to one topic at the same time: none conflicts.
func TestManyEditors(t *testing.T) {
	o := newOffice(t, Options{OnePersonPublishes: true})
	var wait sync.WaitGroup
	for _, word := range strings.Fields("alfa beta gama delta eta teta iota kapa") {
		wait.Go(func() {
			r, err := o.Draft(t.Context(), ani(),
				[]knowledge.Item{knowledge.AskItem("uji-satu", "kata "+word)}, "", 0)
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := o.Publish(t.Context(), budi(), idsOf(r), ""); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := len(o.Base().Topic("uji-satu").Asks); n != 13+8 || o.Generation() != 8 {
		t.Errorf("%d ways of asking, generation %d", n, o.Generation())
	}
}

func golden() []Golden {
	return []Golden{
		{"bolehkah like unggahan calon satu", []string{"uji-satu"}},
		{"bolehkah like unggahan calon dua", []string{"uji-dua"}}, // wrong today
		{"harga cabai", nil},
	}
}

func TestGolden(t *testing.T) {
	o := newOffice(t, Options{Golden: golden(), OnePersonPublishes: true})
	ctx := t.Context()
	o.store.log(knowledge.NotFound, "2027-01-05", "bahas politik di kantor")
	o.store.log(knowledge.WrongRule, "2027-01-05", "bolehkah like foto")
	move := o.draft(t, knowledge.Item{Kind: knowledge.ItemAsk,
		Key: knowledge.AskKey("uji-satu", "bolehkah like unggahan calon satu")},
		knowledge.AskItem("uji-dua", "bolehkah like unggahan calon satu"),
		knowledge.AskItem("uji-satu", "bahas politik di kantor"),
		knowledge.AskItem("uji-dua", "bolehkah like foto"),
		knowledge.AskItem("uji-dua", "bolehkah like unggahan itu"))
	p, err := o.Preview(ctx, idsOf(move))
	if err != nil || p.Flips != 1 || len(p.Golden) != 1 || !p.Golden[0].Flip || p.Checked != 5 {
		t.Fatalf("preview %+v, %v", p, err)
	}
	if len(p.Recent) != 1 || len(p.Disputed) != 1 || p.Recent[0].After.Topic != "uji-satu" ||
		p.Disputed[0].After.Topic != "uji-dua" {
		t.Errorf("recent %v, disputed %v", p.Recent, p.Disputed)
	}
	if len(p.Near) == 0 {
		t.Error("no warning of a wording close to another topic")
	}
	if _, err := o.Publish(ctx, ani(), idsOf(move), ""); !errors.Is(err, ErrGolden) {
		t.Fatal(err)
	}
	if _, err := o.Publish(ctx, ani(), idsOf(move), "perlu"); !errors.Is(err, ErrForbidden) {
		t.Fatal("overridden by a kurator:", err)
	}
	if o.Generation() != 0 || o.match.calls != 0 {
		t.Fatal("a refused publication went live")
	}
	o.store.fail["AddAudit"] = errors.New("full")
	if _, err := o.Publish(ctx, chief(), idsOf(move), "aturan berubah"); err == nil || o.Generation() != 0 {
		t.Fatal("overridden without a record")
	}
	delete(o.store.fail, "AddAudit")
	if _, err := o.Publish(ctx, chief(), idsOf(move), "aturan berubah"); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(o.store.audit, func(l AuditLine) bool {
		return l.Act == "publish.override" && l.User == "chief"
	})
	if i < 0 || o.store.audit[i].Note != "aturan berubah" {
		t.Error("the reason is not recorded")
	}
	noise := o.draft(t, knowledge.AskItem("uji-satu", "harga cabai"))
	if _, err := o.Publish(ctx, ani(), idsOf(noise), ""); !errors.Is(err, ErrGolden) {
		t.Error("a question of no topic is answered directly:", err)
	}
}

// TestCommit proves that a publication is live and kept, or neither.
func TestCommit(t *testing.T) {
	for _, tt := range []struct {
		name string
		fail func(*office)
	}{
		{"the matcher fails", func(o *office) { o.match.fail = errors.New("no index") }},
		{"the store fails", func(o *office) { o.store.fail["PublishRevisions"] = errors.New("full") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t, Options{OnePersonPublishes: true})
			before := o.Base()
			r := o.draft(t, o.edited("uji-satu", "Isi baru."))
			tt.fail(o)
			if _, err := o.Publish(t.Context(), ani(), idsOf(r), ""); err == nil {
				t.Fatal("no error")
			}
			if o.Base() != before || o.match.current().Print != before.Print || o.Generation() != 0 {
				t.Error("something of it is live")
			}
		})
	}
}

func TestSchedule(t *testing.T) {
	o := newOffice(t, Options{Golden: golden()})
	ctx := t.Context()
	due := o.clock.Add(time.Hour)
	good := o.draft(t, o.edited("uji-satu", "Isi terjadwal."))
	bad, err := o.Draft(ctx, budi(), []knowledge.Item{knowledge.AskItem("uji-satu", "harga cabai")}, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	all := append(idsOf(good), idsOf(bad)...)
	for _, err := range []error{o.Submit(ctx, ani(), all, ""), o.Approve(ctx, chief(), all, ""),
		o.Schedule(ctx, ani(), all, due)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if n, err := o.RunDue(ctx); n != 0 || err != nil {
		t.Fatalf("published %d before the time, %v", n, err)
	}
	o.clock = due
	if n, err := o.RunDue(ctx); n != 1 || !errors.Is(err, ErrGolden) {
		t.Fatalf("published %d, %v", n, err)
	}
	if o.Base().Topic("uji-satu").Answer != "Isi terjadwal." {
		t.Error("the other change is not live")
	}
	lines := len(o.store.audit)
	if n, err := o.RunDue(ctx); n != 0 || err != nil || len(o.store.audit) != lines {
		t.Errorf("a refusal at the same generation is told again: %d, %v", n, err)
	}
	if err := o.Schedule(ctx, ani(), idsOf(good), due); !errors.Is(err, ErrState) {
		t.Error("what is published was scheduled:", err)
	}
}

func TestRevert(t *testing.T) {
	o := newOffice(t, Options{})
	ctx := t.Context()
	o.pass(t, o.draft(t, o.edited("uji-satu", "Satu."), knowledge.WordItem("klo", "kalau")))
	o.clock = time.Date(2027, 1, 12, 9, 0, 0, 0, time.UTC)
	second := o.draft(t, o.edited("uji-satu", "Dua."), knowledge.AskItem("uji-dua", "yang baru"))
	o.pass(t, second)
	if o.match.words["klo"] != "kalau" {
		t.Error("the word is not live")
	}
	back, err := o.Revert(ctx, ani(), second[0].ID)
	if err != nil || len(back) != 1 {
		t.Fatal(back, err)
	}
	o.pass(t, back)
	if got := o.Base().Topic("uji-satu").Answer; got != "Satu." {
		t.Errorf("after the revert: %q", got)
	}
	for _, tt := range []struct {
		day    knowledge.Day
		drafts int
		answer string
	}{{"2027-01-12", 0, "Satu."}, {"2027-01-11", 1, "Satu."}, {"2027-01-01", 2, "Tidak boleh."}} {
		r, err := o.RevertTo(ctx, ani(), tt.day)
		if err != nil || len(r) != tt.drafts {
			t.Fatalf("%s: %d drafts, %v", tt.day, len(r), err)
		}
		if len(r) > 0 {
			o.pass(t, r)
		}
		if got := o.Base().Topic("uji-satu").Answer; got != tt.answer {
			t.Errorf("%s: %q", tt.day, got)
		}
	}
	if o.Base().Print != testBase(t).Print || len(o.match.words) != 0 {
		t.Error("back before the first day is not the shipped base")
	}
	if all, _ := o.Revisions(ctx, RevisionFilter{State: Terbit}); int64(len(all)) != o.Generation() {
		t.Error("the history is not whole")
	}
}

func TestUpgrade(t *testing.T) {
	o := newOffice(t, Options{})
	o.pass(t, o.draft(t, o.edited("uji-satu", "Isi kurator."), o.edited("uji-dua", "Boleh sekali."),
		knowledge.AskItem("uji-satu", "kata yang baru"), knowledge.AskItem("uji-dua", "milik siapa ini")))
	o.pass(t, o.draft(t, o.edited("uji-dua", "Boleh."))) // back to what is shipped
	next, problems := testBase(t).With([]knowledge.Item{ // stands for the base of a newer program
		o.editedOf("uji-satu", "Isi bawaan baru."), o.editedOf("uji-dua", "Boleh, bawaan baru."),
		knowledge.AskItem("uji-satu", "milik siapa ini"),
	})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	d := NewDesk(slog.New(slog.DiscardHandler), next, o.store, &echo{base: next}, Options{},
		func() time.Time { return o.clock })
	conflicts, err := d.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if d.Base().Topic("uji-satu").Answer != "Isi kurator." {
		t.Error("the curated answer was overwritten")
	}
	if d.Base().Topic("uji-dua").Answer != "Boleh, bawaan baru." {
		t.Error("what leads back to the shipped answer hides the new one")
	}
	if slices.Contains(d.Base().Topic("uji-dua").Asks, "milik siapa ini") ||
		!slices.Contains(d.Base().Topic("uji-satu").Asks, "kata yang baru") {
		t.Error("the wordings are not as they should be")
	}
	if len(conflicts) != 2 || len(d.Conflicts()) != 2 {
		t.Fatalf("got conflicts %+v", conflicts)
	}
	keep, err := d.Draft(t.Context(), ani(), []knowledge.Item{{Kind: knowledge.ItemTopic, Key: "uji-satu",
		Value: d.Base().ItemValue(knowledge.ItemTopic, "uji-satu")}}, "", d.Generation())
	if err != nil || len(keep) != 1 {
		t.Fatal("to keep the curated value is no decision:", keep, err)
	}
	(&office{Desk: d, store: o.store}).pass(t, keep)
	if got := d.Conflicts(); len(got) != 1 || keyOf(got[0].Revision.Item).kind != knowledge.ItemAsk {
		t.Errorf("conflicts left: %+v", got)
	}
	if r, _ := o.store.Published(t.Context()); len(r) != 4 {
		t.Errorf("%d items are published; none may be lost", len(r))
	}
}

// editedOf is a topic of the shipped base with another answer.
func (o *office) editedOf(id, answer string) knowledge.Item {
	t := *o.shipped.Topic(id)
	t.Answer = answer
	return knowledge.TopicItem(t)
}

func TestLawAndCalendar(t *testing.T) {
	o := newOffice(t, Options{})
	if o.Calendar() != nil {
		t.Error("a calendar from nothing")
	}
	ins := *o.Base().Instrument("UU 1/2000")
	ins.Status, ins.ReplacedBy, ins.LastChecked = knowledge.Dicabut, "UU 3/2027", "2027-01-09"
	o.pass(t, o.draft(t, knowledge.InstrumentItem(ins), knowledge.ElectionItem(knowledge.Election{
		Name: "Pilkada", Begins: "2029-01-01", Nominated: "2029-02-01", CampaignFrom: "2029-03-01",
		CampaignUntil: "2029-04-01", QuietUntil: "2029-04-04", Vote: "2029-04-05", Ends: "2029-05-01"})))
	if c := o.Calendar(); c == nil || len(c.Elections) != 1 {
		t.Error("the election is not live")
	}
	work, err := o.Affected(t.Context())
	if err != nil || len(work) != 1 || len(work[0].Topics) != 2 {
		t.Fatalf("work %+v, %v", work, err)
	}
	if _, told := o.Base().Notice(o.Base().Topic("uji-satu")); !told {
		t.Error("no notice in the answer")
	}
	reviewed := *o.Base().Topic("uji-satu")
	reviewed.Reviewed = "2027-01-10"
	o.pass(t, o.draft(t, knowledge.TopicItem(reviewed)))
	if work, _ := o.Affected(t.Context()); len(work) != 1 || len(work[0].Topics) != 1 {
		t.Errorf("after one review: %+v", work)
	}
}
