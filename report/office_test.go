package report

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func stanzas(sealed []byte) int { return bytes.Count(sealed, []byte("-> X25519 ")) }

func TestLeftOutOpensNothing(t *testing.T) {
	h := newHouse(t, "Inspektur", "Sekretaris", "Kepala")
	_, all := h.send(t, h.begin(t, "untuk semua"))
	d := h.begin(t, "bukan untuk sekretaris", "Sekretaris")
	if _, err := h.intake.Attach(t.Context(), d, incoming(jpegWith(t, 8, 8, 1, "")), false); err != nil {
		t.Fatal(err)
	}
	_, some := h.send(t, d)
	a, b := h.store.reports[all].Envelope, h.store.reports[some].Envelope
	if stanzas(a) != 3 || stanzas(b) != 3 {
		t.Errorf("%d and %d recipients, want 3 and 3", stanzas(a), stanzas(b))
	}
	if len(a) != len(b) {
		t.Errorf("envelopes of %d and %d bytes", len(a), len(b))
	}
	out := h.keys["Sekretaris"]
	if _, err := h.office.Read(t.Context(), out, all); err != nil {
		t.Errorf("the report for all: %v", err)
	}
	r, err := h.office.Read(t.Context(), h.keys["Kepala"], some)
	if err != nil || len(r.LeftOut) != 1 || r.LeftOut[0] != "Sekretaris" {
		t.Fatalf("Read = %+v, %v", r, err)
	}
	_, err = h.office.Read(t.Context(), out, some)
	wantErr(t, "Read", err, ErrNotForYou)
	_, _, err = h.office.File(t.Context(), out, some, r.Files[0].Part)
	wantErr(t, "File", err, ErrNotForYou)
	wantErr(t, "Reply", h.office.Reply(t.Context(), out, some, "x"), ErrNotForYou)
	wantErr(t, "Archive", h.office.Archive(t.Context(), out, some, &bytes.Buffer{}), ErrNotForYou)
	for _, p := range h.store.parts {
		if _, err := unseal(p.Sealed, out.id); !errors.Is(err, ErrNotForYou) {
			t.Errorf("part %s opens directly: %v", p.Kind, err)
		}
	}
}

func TestReseal(t *testing.T) {
	h := newHouse(t, "Inspektur", "Sekretaris")
	_, all := h.send(t, h.begin(t, "untuk semua"))
	_, some := h.send(t, h.begin(t, "bukan untuk sekretaris", "Sekretaris"))
	_, other := h.send(t, h.begin(t, "bukan untuk inspektur", "Inspektur"))
	fresh := h.hire(t, "Kepala")
	second := h.hire(t, "sekretaris") // the same post again
	_, err := h.office.Read(t.Context(), fresh, all)
	wantErr(t, "before", err, ErrNotForYou)
	done, skipped, err := h.office.Reseal(t.Context(), h.keys["Inspektur"])
	if done != 2 || skipped != 1 || err != nil {
		t.Errorf("Reseal = %d, %d, %v", done, skipped, err)
	}
	for _, c := range []struct {
		who  string
		key  *Key
		id   string
		want error
	}{
		{"new, all", fresh, all, nil},
		{"new, some", fresh, some, nil},
		{"new, skipped", fresh, other, ErrNotForYou},
		{"same post, all", second, all, nil},
		{"same post, some", second, some, ErrNotForYou},
		{"left out still", h.keys["Sekretaris"], some, ErrNotForYou},
	} {
		_, err := h.office.Read(t.Context(), c.key, c.id)
		wantErr(t, c.who, err, c.want)
	}
	a, b := stanzas(h.store.reports[all].Envelope), stanzas(h.store.reports[some].Envelope)
	if a != 4 || b != 4 {
		t.Errorf("%d and %d recipients, want 4 and 4", a, b)
	}
}

func TestRemovedInvestigator(t *testing.T) {
	h := newHouse(t, "Inspektur", "Sekretaris")
	_, old := h.send(t, h.begin(t, "sebelum"))
	var ids []string
	for id, i := range h.store.people {
		if i.Post == "Sekretaris" {
			ids = append(ids, id)
		}
	}
	if err := h.office.RemoveInvestigator(t.Context(), ids[0]); err != nil {
		t.Fatal(err)
	}
	gone := h.keys["Sekretaris"]
	if _, err := h.office.Read(t.Context(), gone, old); err != nil {
		t.Errorf("what was sealed before opens until it is sealed anew: %v", err)
	}
	_, fresh := h.send(t, h.begin(t, "sesudah"))
	_, err := h.office.Read(t.Context(), gone, fresh)
	wantErr(t, "new report", err, ErrNotForYou)
	if _, _, err := h.office.Reseal(t.Context(), h.keys["Inspektur"]); err != nil {
		t.Fatal(err)
	}
	_, err = h.office.Read(t.Context(), gone, old)
	wantErr(t, "old report sealed anew", err, ErrNotForYou)
	for id, i := range h.store.people {
		if i.Active {
			wantErr(t, "last one", h.office.RemoveInvestigator(t.Context(), id), ErrLastKey)
		}
	}
}

func TestPaddedLengths(t *testing.T) {
	k := newTestKey(t)
	lengths := map[int]bool{}
	for n := 0; n < 4000; n += 37 {
		b, err := encodeBody(body{Text: strings.Repeat("a", n)})
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := sealFor(b, k.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		lengths[len(sealed)] = true
		plain, err := unseal(sealed, k.id)
		if err != nil || !bytes.Equal(plain, b) {
			t.Fatalf("unseal of %d characters: %v", n, err)
		}
	}
	if len(lengths) > 8 {
		t.Errorf("%d lengths for texts up to 4,000 characters, want at most 8", len(lengths))
	}
}

func TestUnlock(t *testing.T) {
	h := newHouse(t)
	recipient, pass, wrapped, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	var waited time.Duration
	h.office.slow.wait = func(_ context.Context, d time.Duration) error { waited += d; return nil }
	for n := range 10 {
		_, err := h.office.Unlock(t.Context(), wrapped, fmt.Sprintf("salah-%d", n))
		wantErr(t, "wrong passphrase", err, ErrPassphrase)
	}
	if waited < 30*time.Second || waited > time.Minute {
		t.Errorf("ten wrong tries waited %s", waited)
	}
	k, err := h.office.Unlock(t.Context(), wrapped, strings.ToUpper(strings.ReplaceAll(pass, "-", "  ")))
	if err != nil || k.Recipient() != recipient {
		t.Fatalf("the right one after ten wrong: %v", err)
	}
	damaged := bytes.Clone(wrapped)
	damaged[len(damaged)-1] ^= 1
	_, err = h.office.Unlock(t.Context(), damaged, pass)
	wantErr(t, "damaged", err, ErrPassphrase)
	_, err = h.office.Unlock(t.Context(), []byte("nothing"), pass)
	wantErr(t, "no key", err, ErrBadKey)
	if again, err := ReadKey(append([]byte("# kunci\n"), k.File()...), ""); err != nil ||
		again.Recipient() != recipient {
		t.Errorf("plain key file: %v", err)
	}
	if bytes.Contains(wrapped, []byte("AGE-SECRET-KEY")) {
		t.Error("the wrapped key stands open")
	}
}

func TestTwoPersonsErase(t *testing.T) {
	h := newHouse(t, "Inspektur")
	_, id := h.send(t, h.begin(t, "satu"))
	wantErr(t, "not asked", h.office.ConfirmErase(t.Context(), "b", id), ErrNotAsked)
	wantErr(t, "no report", h.office.AskErase(t.Context(), "a", "none"), ErrNotFound)
	if err := h.office.AskErase(t.Context(), "a", id); err != nil {
		t.Fatal(err)
	}
	if l, err := h.office.Line(t.Context(), id); err != nil || l.EraseBy != "a" {
		t.Errorf("Line = %+v, %v", l, err)
	}
	wantErr(t, "same person", h.office.ConfirmErase(t.Context(), "a", id), ErrSamePerson)
	err := h.office.ConfirmErase(t.Context(), "b", id)
	if err != nil || len(h.store.reports)+len(h.store.parts) != 0 {
		t.Errorf("ConfirmErase: %v", err)
	}
}

func TestStatusAndRetention(t *testing.T) {
	h := newHouse(t, "Inspektur")
	receipt, id := h.send(t, h.begin(t, "satu"))
	k := h.keys["Inspektur"]
	line := func() Line {
		t.Helper()
		all, err := h.office.List(t.Context())
		if err != nil || len(all) != 1 {
			t.Fatalf("List = %v, %v", all, err)
		}
		return all[0]
	}
	if l := line(); l.Lights.Acknowledge != Hijau || l.Lights.AcknowledgeBy != "2026-11-26" || l.Unread != 1 {
		t.Errorf("on the first day %+v", l)
	}
	h.clock.pass(4 * 24 * time.Hour)
	if l := line(); l.Lights.Acknowledge != Merah || l.Lights.Finding != Hijau || l.Age != 4 {
		t.Errorf("after four days %+v", l)
	}
	if err := h.office.Reply(t.Context(), k, id, "Kami terima."); err != nil {
		t.Fatal(err)
	}
	if l := line(); l.Lights.Acknowledge != Sudah || l.Status != Diterima {
		t.Errorf("after a reply %+v", l)
	}
	if err := h.office.SetStatus(t.Context(), id, Diproses, MarkFinding); err != nil {
		t.Fatal(err)
	}
	if l := line(); l.Lights.Finding != Sudah || l.Lights.Feedback != Hijau {
		t.Errorf("after a finding %+v", l)
	}
	if err := h.office.SetStatus(t.Context(), id, Selesai); err != nil {
		t.Fatal(err)
	}
	if l := line(); l.Erased != "2027-11-27" || l.Lights.Feedback != Sudah {
		t.Errorf("closed %+v", l)
	}
	c, err := h.intake.Open(t.Context(), receipt)
	if err != nil || c.ErasedOn() != "2027-11-27" || c.SentOn() != "2026-11-23" {
		t.Fatalf("the reporter sees %s, %v", c.ErasedOn(), err)
	}
	if n, err := h.office.Expire(t.Context(), "2027-11-26"); n != 0 || err != nil {
		t.Errorf("Expire the day before = %d, %v", n, err)
	}
	if n, err := h.office.Expire(t.Context(), "2027-11-27"); n != 1 || err != nil || len(h.store.parts) != 0 {
		t.Errorf("Expire = %d, %v", n, err)
	}
	wantErr(t, "status of nothing", h.office.SetStatus(t.Context(), id, Selesai), ErrNotFound)
}

func TestSheet(t *testing.T) {
	h := newHouse(t, "Inspektur")
	var err error
	if h.office.plan.Holidays, err = NewHolidays([]string{"2026-11-25"}); err != nil {
		t.Fatal(err)
	}
	d := h.begin(t, "mengerahkan staf")
	if err := d.Set(Siapa, "Camat X"); err != nil {
		t.Fatal(err)
	}
	_, id := h.send(t, d)
	k := h.keys["Inspektur"]
	for _, b := range Bodies() {
		s, err := h.office.Sheet(t.Context(), k, id, b, "")
		if err != nil || s.Title == "" || len(s.Rows) < 6 || len(s.Limits) == 0 || len(s.Notes) == 0 {
			t.Fatalf("%s: %+v, %v", b, s, err)
		}
		all := fmt.Sprint(*s)
		if !strings.Contains(all, "mengerahkan staf") || !strings.Contains(all, "Camat X") {
			t.Errorf("%s: the report is not on the sheet", b)
		}
	}
	s, err := h.office.Sheet(t.Context(), k, id, Bawaslu, "2026-11-20")
	if err != nil {
		t.Fatal(err)
	}
	// From Friday 20 November: working days 23, 24, 26, 27, 30, 1, 2.
	if !strings.Contains(s.Limits[0].Label, "2026-12-02") ||
		!strings.Contains(s.Limits[1].Label, "2026-11-27") {
		t.Errorf("limits %+v", s.Limits)
	}
	_, err = h.office.Sheet(t.Context(), k, id, "lain", "")
	wantErr(t, "another body", err, ErrNotFound)
	_, err = h.office.Sheet(t.Context(), newTestKey(t), id, BKN, "")
	wantErr(t, "another key", err, ErrNotForYou)
}
