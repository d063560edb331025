package curation

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tanyanetral/knowledge"
)

// inboxOf writes the texts of every group, groups and texts sorted.
func (o *office) inboxOf(t testing.TB) string {
	t.Helper()
	all, _, err := o.Inbox(t.Context(), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var groups []string
	for _, g := range all {
		words, err := o.Wordings(t.Context(), g.ID)
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, w := range words {
			texts = append(texts, fmt.Sprintf("%s×%d", w.Text, w.Count))
		}
		slices.Sort(texts)
		groups = append(groups, strings.Join(texts, ", "))
	}
	slices.Sort(groups)
	return strings.Join(groups, " | ")
}

// gapOf is the id of a logged question with that text.
func (o *office) gapOf(t testing.TB, text string) string {
	t.Helper()
	o.store.mu.Lock()
	defer o.store.mu.Unlock()
	for _, g := range o.store.gaps {
		if g.Text == text {
			return g.ID
		}
	}
	t.Fatalf("no question %q", text)
	return ""
}

// What the scripts of TestSplit begin with: one group of four texts.
const (
	plain = "foto caleg×2, foto caleg dinas×1, foto caleg istri×1, foto caleg istri saya×1"
	taken = "foto caleg istri×1, foto caleg istri saya×1"
	rest  = "foto caleg dinas×1, foto caleg×2"
)

// TestSplit plays scripts of a line each: what a curator does, or "tanya" for
// a question that comes, and then the groups that are shown.
func TestSplit(t *testing.T) {
	const split = "pisah foto caleg istri; foto caleg istri saya"
	scripts := map[string][]string{
		"undone": {split, rest + " | " + taken, "batal 0", plain},
		"oldest": {"pisah foto caleg",
			"foto caleg dinas×1, foto caleg istri saya×1, foto caleg istri×1 | foto caleg×2"},
		"nothing": {"pisah", "!", "pisah zumba", "!",
			"pisah foto caleg; foto caleg dinas; foto caleg istri; foto caleg istri saya", "!"},
		"new ones join the side that they resemble": {split, rest + " | " + taken,
			"tanya foto caleg istri",
			"foto caleg dinas×1, foto caleg×2 | foto caleg istri saya×1, foto caleg istri×2",
			"tanya dinas foto caleg",
			"dinas foto caleg×1, foto caleg dinas×1, foto caleg×2 | foto caleg istri saya×1, foto caleg istri×2"},
		"an older one too": {split, rest + " | " + taken, "dahulu foto caleg istri",
			"foto caleg dinas×1, foto caleg×2 | foto caleg istri saya×1, foto caleg istri×2"},
		"merged again": {split, rest + " | " + taken, "gabung foto caleg istri > foto caleg", plain,
			"batal 1", rest + " | " + taken},
		"twice": {split, rest + " | " + taken, "pisah foto caleg istri saya",
			"foto caleg dinas×1, foto caleg×2 | foto caleg istri saya×1 | foto caleg istri×1",
			"batal 1", rest + " | " + taken, "batal 0", plain},
		"the first is undone before the second": {split, rest + " | " + taken, "pisah foto caleg istri saya",
			"foto caleg dinas×1, foto caleg×2 | foto caleg istri saya×1 | foto caleg istri×1",
			// What stands on no side any more is grouped by meaning.
			"batal 0", "foto caleg dinas×1 | foto caleg istri×1 | foto caleg×2 | foto caleg istri saya×1",
			"batal 1", plain},
		"out of what was merged": {"tanya kondangan timses", plain + " | kondangan timses×1",
			"gabung foto caleg > kondangan timses", plain + ", kondangan timses×1",
			"pisah kondangan timses", plain + " | kondangan timses×1",
			"batal 1", plain + ", kondangan timses×1", "batal 0", plain + " | kondangan timses×1"},
		"closed and opened": {split, rest + " | " + taken, "abai foto caleg istri", rest, "batal 1",
			rest + " | " + taken},
		"undone while a side is closed": {split, rest + " | " + taken, "abai foto caleg istri", rest, "batal 0",
			rest, "batal 1", plain},
	}
	for name, script := range scripts {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, Options{})
			o.store.log(knowledge.NotFound, "2027-01-05", "foto caleg", "foto caleg dinas", "foto caleg istri",
				"foto caleg istri saya", "foto caleg")
			if got := o.inboxOf(t); got != sorted(plain) {
				t.Fatalf("the script begins with %s", got)
			}
			var done []Action
			for i := 0; i < len(script); i += 2 {
				err := o.play(t, script[i], &done)
				if script[i+1] == "!" {
					if !errors.Is(err, ErrInvalid) || o.inboxOf(t) != sorted(plain) {
						t.Errorf("%s: %v, groups %s", script[i], err, o.inboxOf(t))
					}
					continue
				}
				if err != nil {
					t.Fatalf("%s: %v", script[i], err)
				}
				if got := o.inboxOf(t); got != sorted(script[i+1]) {
					t.Fatalf("after %q:\n got %s\nwant %s", script[i], got, sorted(script[i+1]))
				}
				o.inbox = newInbox() // as after a restart
				if got := o.inboxOf(t); got != sorted(script[i+1]) {
					t.Fatalf("after %q and a restart:\n got %s\nwant %s", script[i], got, sorted(script[i+1]))
				}
			}
		})
	}
}

// sorted sorts texts and groups as inboxOf does.
func sorted(groups string) string {
	all := strings.Split(groups, " | ")
	for i, g := range all {
		texts := strings.Split(g, ", ")
		slices.Sort(texts)
		all[i] = strings.Join(texts, ", ")
	}
	slices.Sort(all)
	return strings.Join(all, " | ")
}

// play does one line of a script.
func (o *office) play(t *testing.T, line string, done *[]Action) error {
	t.Helper()
	verb, what, _ := strings.Cut(line, " ")
	var a Action
	var err error
	switch verb {
	case "tanya":
		o.store.log(knowledge.NotFound, "2027-01-10", what) // the day of the split
		return nil
	case "dahulu":
		o.store.log(knowledge.NotFound, "2027-01-01", what)
		return nil
	case "batal":
		return o.Undo(t.Context(), budi(), (*done)[what[0]-'0'].ID)
	case "abai":
		a, err = o.Ignore(t.Context(), ani(), o.gapOf(t, what))
	case "gabung":
		from, into, _ := strings.Cut(what, " > ")
		a, err = o.Merge(t.Context(), ani(), o.gapOf(t, from), o.gapOf(t, into))
	case "pisah":
		var ids []string
		for text := range strings.SplitSeq(what, "; ") {
			if text != "" && text != "zumba" {
				ids = append(ids, o.gapOf(t, text))
			}
		}
		group := o.gapOf(t, "foto caleg")
		if len(ids) > 0 {
			group = ids[0]
		}
		a, err = o.Split(t.Context(), ani(), group, ids)
	default:
		t.Fatalf("no such step: %s", line)
	}
	*done = append(*done, a)
	return err
}

// TestSplitTakesNothingOver: a side resembles a question of another group, which
// stays where it was.
func TestSplitTakesNothingOver(t *testing.T) {
	o := newOffice(t, Options{})
	for _, q := range []struct{ day, text string }{
		{"2027-01-02", "foto caleg istri"}, {"2027-01-02", "kondangan timses dinas"},
		{"2027-01-07", "foto caleg dinas"}, {"2027-01-08", "kondangan timses"}, {"2027-01-08", "cuti kampanye"},
		{"2027-01-09", "foto caleg"},
	} {
		o.store.log(knowledge.NotFound, knowledge.Day(q.day), q.text)
	}
	const others = " | cuti kampanye×1 | kondangan timses dinas×1, kondangan timses×1"
	if got := o.inboxOf(t); got != sorted("foto caleg dinas×1, foto caleg×1 | foto caleg istri×1"+others) {
		t.Fatal("it begins with", got)
	}
	var done []Action
	if err := o.play(t, "pisah foto caleg", &done); err != nil {
		t.Fatal(err)
	}
	if got := o.inboxOf(t); got != sorted("foto caleg dinas×1 | foto caleg×1 | foto caleg istri×1"+others) {
		t.Error("after the split:", got)
	}
}

// TestSplitOnAClockSetBack: what is undone leaves what came before it, also
// when the clock says another order.
func TestSplitOnAClockSetBack(t *testing.T) {
	o := newOffice(t, Options{})
	o.store.log(knowledge.NotFound, "2027-01-05", "foto caleg", "foto caleg dinas", "kondangan timses")
	var done []Action
	for _, line := range []string{"gabung foto caleg > kondangan timses", "pisah foto caleg; foto caleg dinas",
		"abai foto caleg", "batal 2"} {
		if err := o.play(t, line, &done); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		o.later(-time.Hour)
	}
	const want = "foto caleg dinas×1, foto caleg×1 | kondangan timses×1"
	if got := o.inboxOf(t); got != sorted(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSplitRefused(t *testing.T) {
	o := newOffice(t, Options{})
	o.store.log(knowledge.NotFound, "2027-01-05", "foto caleg", "foto caleg dinas")
	one := []string{o.gapOf(t, "foto caleg")}
	if _, err := o.Split(t.Context(), eye(), one[0], one); !errors.Is(err, ErrForbidden) {
		t.Error("an investigator:", err)
	}
	if _, err := o.Split(t.Context(), ani(), "x", one); !errors.Is(err, ErrNotFound) {
		t.Error("no group:", err)
	}
	o.store.fail["SetGaps"] = errors.New("full")
	if _, err := o.Split(t.Context(), ani(), one[0], one); err == nil {
		t.Error("the store failed in silence")
	}
	delete(o.store.fail, "SetGaps")
	if a := o.store.actions[0]; !a.Undone || slices.Contains(o.store.acts(), "group.pisah") {
		t.Errorf("a split that failed stands: %+v, %v", a, o.store.acts())
	}
	if _, err := o.Split(t.Context(), ani(), one[0], one); err != nil ||
		!slices.Contains(o.store.acts(), "group.pisah") {
		t.Errorf("%v, audit %v", err, o.store.acts())
	}
}
