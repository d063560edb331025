package curation

import (
	"errors"
	"slices"
	"testing"

	"tanyanetral/knowledge"
)

const asked = "arisan bareng calon bupati"

func TestAssign(t *testing.T) {
	for _, one := range []bool{false, true} {
		o := newOffice(t, Options{OnePersonPublishes: one})
		ctx := t.Context()
		o.store.log(knowledge.NotFound, "2027-01-05", asked, asked)
		g := o.group(t, asked)
		a, err := o.Assign(ctx, ani(), g.ID, "uji-satu", []string{" " + asked + " ", ""})
		if err != nil || len(a.Gaps) != 2 || len(a.Revision) != 1 {
			t.Fatal(a, err)
		}
		if got := slices.Contains(o.Base().Topic("uji-satu").Asks, asked); got != one {
			t.Errorf("one person %v: live %v", one, got)
		}
		if _, total, _ := o.Inbox(ctx, Filter{}); total != 0 {
			t.Error("the group is still open")
		}
		if !one {
			if r, _ := o.store.Revision(ctx, a.Revision[0]); r.State != Diajukan {
				t.Errorf("the change is %s", r.State)
			}
		}
		if err := o.Undo(ctx, budi(), a.ID); err != nil {
			t.Fatal(err)
		}
		if slices.Contains(o.Base().Topic("uji-satu").Asks, asked) || o.group(t, asked).ID != g.ID {
			t.Error("the action is not undone")
		}
		want := Terbit
		if !one {
			want = Dibuang
		}
		if r, _ := o.store.Revision(ctx, a.Revision[0]); r.State != want {
			t.Errorf("after undo the change is %s, want %s", r.State, want)
		}
	}
}

func TestAssignRefused(t *testing.T) {
	o := newOffice(t, Options{})
	ctx := t.Context()
	o.store.log(knowledge.NotFound, "2027-01-05", asked)
	g := o.group(t, asked)
	for _, tt := range []struct {
		name, group, topic string
		wordings           []string
		want               error
	}{
		{"no group", "x", "uji-satu", []string{asked}, ErrNotFound},
		{"no topic", g.ID, "x", []string{asked}, ErrNotFound},
		{"no wordings", g.ID, "uji-satu", []string{" "}, ErrInvalid},
		{"of another topic", g.ID, "uji-satu", []string{"bagaimana cara memilih kepala desa satu"}, ErrInvalid},
		{"without letters", g.ID, "uji-satu", []string{"123"}, ErrInvalid},
	} {
		if _, err := o.Assign(ctx, ani(), tt.group, tt.topic, tt.wordings); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	o.store.fail["SetGaps"] = errors.New("full")
	if _, err := o.Assign(ctx, ani(), g.ID, "uji-satu", []string{asked}); err == nil {
		t.Error("no error")
	}
	if r := o.store.revisions[0]; r.State != Dibuang || !o.store.actions[0].Undone {
		t.Errorf("half an action is left: %s", r.State)
	}
}

// TestAssignGolden is a publication that the golden questions refuse: the
// action stands, and its changes wait.
func TestAssignGolden(t *testing.T) {
	o := newOffice(t, Options{OnePersonPublishes: true, Golden: []Golden{{asked, nil}}})
	o.store.log(knowledge.NotFound, "2027-01-05", asked)
	a, err := o.Assign(t.Context(), ani(), o.group(t, asked).ID, "uji-satu", []string{asked})
	if !errors.Is(err, ErrGolden) || a.ID == "" {
		t.Fatal(a, err)
	}
	if _, err := o.Publish(t.Context(), chief(), a.Revision, "memang begitu"); err != nil {
		t.Fatal(err)
	}
}

func TestNewTopicAndUndo(t *testing.T) {
	o := newOffice(t, Options{OnePersonPublishes: true})
	ctx := t.Context()
	o.store.log(knowledge.NotFound, "2027-01-05", asked)
	topic := *o.Base().Topic("uji-satu")
	group, wordings := o.group(t, asked).ID, []string{asked}
	if _, err := o.NewTopic(ctx, ani(), group, topic, wordings); !errors.Is(err, ErrInvalid) {
		t.Error("an id is used twice:", err)
	}
	topic.ID, topic.Title = "arisan", "Bolehkah arisan?"
	bad := topic
	bad.Answer = ""
	if _, err := o.NewTopic(ctx, ani(), group, bad, wordings); !errors.Is(err, ErrInvalid) {
		t.Error("an unfinished topic:", err)
	}
	a, err := o.NewTopic(ctx, ani(), group, topic, wordings)
	if err != nil {
		t.Fatal(err)
	}
	if ans, _ := o.match.Ask(ctx, asked); ans.Topic == nil || ans.Topic.ID != "arisan" {
		t.Error("the topic does not answer")
	}
	changed := o.draft(t, o.edited("arisan", "Diubah."))
	if _, err := o.Publish(ctx, budi(), idsOf(changed), ""); err != nil {
		t.Fatal(err)
	}
	var newer *Changed
	if err := o.Undo(ctx, ani(), a.ID); !errors.As(err, &newer) || newer.Revision.ID != changed[0].ID {
		t.Fatal("undone in spite of a later change:", err)
	}
	back, err := o.Revert(ctx, ani(), changed[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Publish(ctx, ani(), idsOf(back), ""); err != nil {
		t.Fatal(err)
	}
	if err := o.Undo(ctx, ani(), a.ID); err != nil {
		t.Fatal(err)
	}
	if o.Base().Topic("arisan") != nil || o.Base().Print != testBase(t).Print {
		t.Error("the topic is still there")
	}
}

func TestOutOfScope(t *testing.T) {
	o := newOffice(t, Options{OnePersonPublishes: true})
	ctx := t.Context()
	o.store.log(knowledge.NotFound, "2027-01-05", "harga cabai", "harga cabai?",
		"bolehkah like unggahan calon satu!")
	if _, err := o.OutOfScope(ctx, ani(), o.group(t, "harga cabai").ID, "x"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	known := o.group(t, "bolehkah like unggahan calon satu!")
	if _, err := o.OutOfScope(ctx, ani(), known.ID, "lain"); !errors.Is(err, ErrInvalid) {
		t.Error("a way of asking became out of scope:", err)
	}
	a, err := o.OutOfScope(ctx, ani(), o.group(t, "harga cabai").ID, "lain")
	if err != nil {
		t.Fatal(err)
	}
	if lines := o.Base().Category("lain").Lines; !slices.Contains(lines, "harga cabai") {
		t.Errorf("the lines are %v", lines)
	}
	if err := o.Undo(ctx, ani(), a.ID); err != nil {
		t.Fatal(err)
	}
	if lines := o.Base().Category("lain").Lines; slices.Contains(lines, "harga cabai") {
		t.Errorf("after undo the lines are %v", lines)
	}
	if all, err := o.Actions(ctx, 10); err != nil || len(all) != 1 || !all[0].Undone {
		t.Errorf("actions %v, %v", all, err)
	}
}
