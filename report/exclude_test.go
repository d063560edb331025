package report

import (
	"strings"
	"testing"
	"time"
)

// join adds a key of a user for a post.
func (h *house) join(t *testing.T, user, post string) *Key {
	t.Helper()
	k := newTestKey(t)
	if _, err := h.office.AddInvestigator(t.Context(), post, user, k.Recipient(), nil); err != nil {
		t.Fatal(err)
	}
	return k
}

// leave takes the keys of a post away.
func (h *house) leave(t *testing.T, post string) {
	t.Helper()
	for id, i := range h.store.people {
		if i.Post != post {
			continue
		}
		if err := h.office.RemoveInvestigator(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
}

// Who was left out as holder of a post opens the report by no other way: not
// with the key of a second post, not after the post has got another name.
func TestLeftOutIsAPerson(t *testing.T) {
	h := newHouse(t, "Inspektur")
	first, deputy := h.join(t, "budi", "Irban I"), h.join(t, "budi", "Plt. Sekretaris")
	later := h.begin(t, "ditulis sebelum jabatan berganti nama", "Irban I")
	_, id := h.send(t, h.begin(t, "bukan untuk pemegang Irban I", "Irban I"))
	read := func(what string, k *Key, id string, want error) {
		t.Helper()
		_, err := h.office.Read(t.Context(), k, id)
		wantErr(t, what, err, want)
	}
	read("another reader", h.keys["Inspektur"], id, nil)
	read("the post", first, id, ErrNotForYou)
	read("the second post", deputy, id, ErrNotForYou)

	h.leave(t, "Irban I")
	renamed, next := h.join(t, "budi", "Inspektur Pembantu I"), h.join(t, "wati", "Irban I")
	_, second := h.send(t, later)
	if _, skipped, err := h.office.Reseal(t.Context(), h.keys["Inspektur"]); skipped != 0 || err != nil {
		t.Errorf("reseal: %d skipped, %v", skipped, err)
	}
	for _, id := range []string{id, second} {
		read("another reader", h.keys["Inspektur"], id, nil)
		read("the old key", first, id, ErrNotForYou)
		read("the new name", renamed, id, ErrNotForYou)
		read("the second post", deputy, id, ErrNotForYou)
		read("who has the post now", next, id, ErrNotForYou)
	}
	_, open := h.send(t, h.begin(t, "untuk semua"))
	read("a report for all", renamed, open, nil)
}

func TestNobodyLeftCountsPeople(t *testing.T) {
	h := newHouse(t)
	h.join(t, "budi", "Irban I")
	h.join(t, "budi", "Irban II")
	posts, err := h.intake.Ready(t.Context())
	if err != nil || len(posts) != 2 {
		t.Fatal(posts, err)
	}
	d, err := h.intake.Begin()
	if err != nil {
		t.Fatal(err)
	}
	wantErr(t, "one person of two posts", d.LeaveOut(posts[0].ID), ErrNobodyLeft)
}

// Who is excluded after the report came opens it no more, with no key, also
// after it was sealed anew by others; the rest read on.
func TestExclude(t *testing.T) {
	h := newHouse(t, "Inspektur", "Sekretaris")
	post, deputy := h.join(t, "budi", "Irban I"), h.join(t, "budi", "Plt. Kepala")
	_, id := h.send(t, h.begin(t, "untuk semua"))
	_, other := h.send(t, h.begin(t, "laporan lain"))
	before := stanzas(h.store.reports[id].Envelope)
	ctx, k := t.Context(), h.keys["Inspektur"]
	read := func(what string, k *Key, id string, want error) {
		t.Helper()
		_, err := h.office.Read(ctx, k, id)
		wantErr(t, what, err, want)
	}
	read("before", post, id, nil)
	wantErr(t, "no such post", h.office.Exclude(ctx, k, id, "Irban II"), ErrNotFound)
	wantErr(t, "everybody", h.office.Exclude(ctx, k, id, "Inspektur", "Sekretaris", "Irban I"), ErrNobodyLeft)
	read("after refusals", post, id, nil)
	if err := h.office.Exclude(ctx, k, id, " irban  i"); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "by who is excluded", h.office.Exclude(ctx, post, id, "Sekretaris"), ErrNotForYou)
	for _, when := range []string{"at once", "sealed anew"} {
		read(when, post, id, ErrNotForYou)
		read(when+", the other post", deputy, id, ErrNotForYou)
		read(when+", the rest", h.keys["Sekretaris"], id, nil)
		read(when+", another report", post, other, nil)
		if _, _, err := h.office.Reseal(ctx, h.keys["Sekretaris"]); err != nil {
			t.Fatal(err)
		}
	}
	if after := stanzas(h.store.reports[id].Envelope); after != before {
		t.Errorf("%d recipients, want %d as before", after, before)
	}
	if err := h.office.Exclude(ctx, k, id, "Inspektur"); err != nil {
		t.Fatal(err)
	}
	read("oneself", k, id, ErrNotForYou)
	read("the last one", h.keys["Sekretaris"], id, nil)
}

// The length of an envelope does not tell that posts were left out, however
// long their names are.
func TestLeftOutDoesNotShow(t *testing.T) {
	var posts []string
	for i := range 10 {
		posts = append(posts, strings.Repeat(string(rune('a'+i)), 80))
	}
	h := newHouse(t, posts...)
	_, all := h.send(t, h.begin(t, "untuk semua"))
	_, one := h.send(t, h.begin(t, "untuk seorang", posts[1:]...))
	if a, b := len(h.store.reports[all].Envelope), len(h.store.reports[one].Envelope); a != b {
		t.Errorf("envelopes of %d and %d bytes", a, b)
	}
}

// Nothing tells when a report came, but its day.
func TestNoTimeIsLogged(t *testing.T) {
	h := newHouse(t, "Inspektur")
	receipt, _ := h.send(t, h.begin(t, "apa yang terjadi"))
	if _, err := h.intake.Open(t.Context(), receipt); err != nil {
		t.Fatal(err)
	}
	if h.logs.Len() > 0 {
		t.Errorf("the log has the time of a report:\n%s", h.logs)
	}
}

// What happens to a report between reading it and writing it back is not
// undone: a withdrawal, or an envelope that was sealed anew.
func TestMeanwhile(t *testing.T) {
	h := newHouse(t, "Inspektur")
	k := h.keys["Inspektur"]
	anew := []byte("sealed anew")
	for what, do := range map[string]func(id string) error{
		"reply":  func(id string) error { return h.office.Reply(t.Context(), k, id, "balasan") },
		"status": func(id string) error { return h.office.SetStatus(t.Context(), id, Diproses) },
	} {
		_, id := h.send(t, h.begin(t, "isi"))
		h.store.fail = func(method string) error {
			if method == "SetStored" {
				s := h.store.reports[id]
				s.Envelope = anew
				h.store.reports[id] = s
			}
			return nil
		}
		if err := do(id); err != nil {
			t.Fatal(what, err)
		}
		if got := h.store.reports[id].Envelope; string(got) != string(anew) {
			t.Errorf("%s: the earlier envelope is back", what)
		}
		_, id = h.send(t, h.begin(t, "isi"))
		h.store.fail = func(method string) error {
			if method == "SetStored" {
				s := h.store.reports[id]
				s.Status, s.Closed = Ditarik, h.clock.now().Format(time.DateOnly)
				h.store.reports[id] = s
			}
			return nil
		}
		wantErr(t, what, do(id), ErrClosed)
		h.store.fail = nil
	}
}
