package report

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

const marker = "ZqX7vK2mPw9TnR4s"

// dump is everything that the store holds, as one text.
func (h *house) dump() string {
	var b strings.Builder
	for _, i := range h.store.people {
		fmt.Fprintf(&b, "%+v\n%s\n", i, i.Wrapped)
	}
	for _, s := range h.store.reports {
		fmt.Fprintf(&b, "%+v\n%s\n%x\n", s, s.Envelope, s.Lookup)
	}
	for _, p := range h.store.parts {
		fmt.Fprintf(&b, "%+v\n%s\n", p, p.Sealed)
	}
	for d, all := range h.store.stage {
		for _, p := range all {
			fmt.Fprintf(&b, "%s %+v\n%s\n", d, p, p.Sealed)
		}
	}
	return b.String()
}

func TestConversation(t *testing.T) {
	h := newHouse(t, "Inspektur", "Sekretaris")
	d := h.begin(t, "Camat mengajak staf memilih paslon "+marker)
	for f, v := range map[Field]string{DiMana: "Kantor camat " + marker, Kapan: "Senin", Siapa: "Camat"} {
		if err := d.Set(f, v); err != nil {
			t.Fatal(err)
		}
	}
	photo := jpegWith(t, 40, 30, 1, marker)
	got, err := h.intake.Attach(t.Context(), d, incoming(photo), false)
	if err != nil || got.Label != "berkas-1.jpg" || !got.Clean {
		t.Fatalf("Attach = %+v, %v", got, err)
	}
	assertSecret(t, "draft", h.dump()+h.logs.String())
	receipt, id := h.send(t, d)
	k := h.keys["Inspektur"]
	r, err := h.office.Read(t.Context(), k, id)
	if err != nil {
		t.Fatal(err)
	}
	if r.Fields[Apa] != "Camat mengajak staf memilih paslon "+marker || len(r.Files) != 1 || r.Unread != 2 {
		t.Errorf("Read = %+v", r)
	}
	name, data, err := h.office.File(t.Context(), k, id, r.Files[0].Part)
	if err != nil || name != "berkas-1.jpg" || len(data) == 0 || bytes.Contains(data, []byte(marker)) {
		t.Errorf("File = %q, %d bytes, %v", name, len(data), err)
	}
	if err := h.office.Reply(t.Context(), k, id, "Terima kasih, kapan tepatnya? "+marker); err != nil {
		t.Fatal(err)
	}
	if err := h.office.Note(t.Context(), k, id, "catatan "+marker); err != nil {
		t.Fatal(err)
	}
	c, err := h.intake.Open(t.Context(), strings.ToLower(strings.ReplaceAll(receipt, "-", " ")))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Say(t.Context(), "Senin pagi "+marker); err != nil {
		t.Fatal(err)
	}
	got, err = c.AttachTo(t.Context(), incoming([]byte("PDF? %PDF-1.7 "+marker)), true)
	if err != nil || got.Clean {
		t.Fatalf("AttachTo = %+v, %v", got, err)
	}
	thread, err := c.Thread(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := "isi berkas:berkas-1.jpg balasan* pesan berkas:berkas-2.pdf"
	if s := outline(thread); s != want {
		t.Errorf("thread %q, want %q", s, want)
	}
	if thread, err = c.Thread(t.Context()); err != nil || strings.Contains(outline(thread), "*") {
		t.Errorf("thread again %q, %v: the reply is still new", outline(thread), err)
	}
	if r, err = h.office.Read(t.Context(), h.keys["Sekretaris"], id); err != nil || len(r.Notes) != 1 ||
		r.Notes[0].By != "Inspektur" || len(r.Files) != 2 || r.Files[1].Clean {
		t.Errorf("Read of the other = %+v, %v", r, err)
	}
	assertSecret(t, "sent", h.dump()+h.logs.String())
	for _, g := range append(Receipt(receipt).Groups(), receipt) {
		if strings.Contains(h.dump(), g) || strings.Contains(h.logs.String(), g) {
			t.Errorf("group %s of the receipt is stored", g)
		}
	}
}

func outline(thread []Entry) string {
	var words []string
	for _, e := range thread {
		w := string(e.Kind)
		if e.Label != "" {
			w += ":" + e.Label
		}
		if e.Kind == Balasan && e.New {
			w += "*"
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

// assertSecret looks for the marker in the ways in which it could be written.
func assertSecret(t *testing.T, when, dump string) {
	t.Helper()
	for _, form := range []string{
		marker, hex.EncodeToString([]byte(marker)), base64.StdEncoding.EncodeToString([]byte(marker))[:20],
		"Budi Santoso", "09:30",
	} {
		if strings.Contains(dump, form) {
			t.Errorf("%s: %q stands in the store or the log", when, form)
		}
	}
}

func TestReceiptOfOneOpensNoOther(t *testing.T) {
	h := newHouse(t, "Inspektur")
	a, idA := h.send(t, h.begin(t, "satu"))
	b, idB := h.send(t, h.begin(t, "dua"))
	ca, err := h.intake.Open(t.Context(), a)
	if err != nil || ca.stored.ID != idA {
		t.Fatalf("Open(a) = %v, %v", ca, err)
	}
	sa, sb := h.store.reports[idA], h.store.reports[idB]
	if bytes.Equal(sa.Lookup, sb.Lookup) || sa.ReporterKey == sb.ReporterKey || sa.ReportKey == sb.ReportKey {
		t.Error("two reports share something")
	}
	parts, err := h.store.Parts(t.Context(), idB)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openBody(parts[0], ca.key); !errors.Is(err, ErrNotForYou) {
		t.Errorf("the key of one receipt on another report: %v", err)
	}
	// A store in which somebody swapped the lookup values is refused too.
	sa.Lookup, sb.Lookup = sb.Lookup, sa.Lookup
	h.store.reports[idA], h.store.reports[idB] = sa, sb
	_, err = h.intake.Open(t.Context(), b)
	wantErr(t, "swapped", err, ErrUnknown)
	_, err = h.intake.Open(t.Context(), newReceipt().String())
	wantErr(t, "another receipt", err, ErrUnknown)
}

func TestDraft(t *testing.T) {
	h := newHouse(t, "Inspektur", "Sekretaris")
	d := h.begin(t, "x")
	wantErr(t, "long text", d.Set(Apa, strings.Repeat("é", 8001)), ErrTooLong)
	if err := d.Set(Apa, strings.Repeat("é", 8000)); err != nil {
		t.Errorf("8,000 characters: %v", err)
	}
	wantErr(t, "all left out", d.LeaveOut(postID("Inspektur"), postID("sekretaris")), ErrNobodyLeft)
	if err := d.Set(Apa, " "); err != nil {
		t.Error(err)
	}
	_, err := h.intake.Submit(t.Context(), d)
	wantErr(t, "nothing said", err, ErrNothingSaid)
	_, err = newHouse(t).intake.Ready(t.Context())
	wantErr(t, "nobody", err, ErrNoInvestigators)
	if err := d.Set(Apa, "satu\u200b\u202edua\u0000\xff"); err != nil || d.Get(Apa) != "satudua" {
		t.Errorf("Get = %q, %v", d.Get(Apa), err)
	}
}

func TestDraftsExpire(t *testing.T) {
	h := newHouse(t, "Inspektur")
	d, young := h.begin(t, "lama"), h.begin(t, "baru")
	if _, err := h.intake.Attach(t.Context(), d, incoming(jpegWith(t, 8, 8, 1, "")), false); err != nil {
		t.Fatal(err)
	}
	h.clock.pass(29 * time.Minute)
	if got, err := h.intake.Sweep(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("Sweep after 29 minutes = %v, %v", got, err)
	}
	if err := young.Set(DiMana, "sini"); err != nil {
		t.Fatal(err)
	}
	h.clock.pass(time.Minute)
	wantErr(t, "set after 30 minutes", d.Set(Apa, "x"), ErrDraftGone)
	got, err := h.intake.Sweep(t.Context())
	if err != nil || len(got) != 1 || got[0] != d.id || len(h.store.stage) != 0 || len(h.intake.open()) != 1 {
		t.Errorf("Sweep = %v, %v; %d staged, %d drafts", got, err, len(h.store.stage), len(h.intake.open()))
	}
	_, err = h.intake.Submit(t.Context(), d)
	wantErr(t, "submit", err, ErrDraftGone)
	_, err = h.intake.Attach(t.Context(), d, incoming([]byte("x")), true)
	wantErr(t, "attach", err, ErrDraftGone)
	err = h.intake.Discard(t.Context(), young)
	if err != nil || len(h.intake.open()) != 0 || young.Get(DiMana) != "" {
		t.Errorf("Discard: %v", err)
	}
}

// A report that waits for its reporter is on no list, opens to no key, and is
// erased after its days unless the receipt opens it.
func TestWaitingReport(t *testing.T) {
	h := newHouse(t, "Inspektur")
	var ids []string
	var all []Sending
	for range 2 {
		s, err := h.intake.Submit(t.Context(), h.begin(t, "satu"))
		if err != nil {
			t.Fatal(err)
		}
		ids, all = append(ids, s.id), append(all, s)
	}
	lines, err := h.office.List(t.Context())
	if len(lines) != 0 || err != nil {
		t.Errorf("List = %v, %v", lines, err)
	}
	_, err = h.office.Read(t.Context(), h.keys["Inspektur"], ids[0])
	wantErr(t, "read", err, ErrNotFound)
	wantErr(t, "status", h.office.SetStatus(t.Context(), ids[0], Diproses), ErrNotFound)
	other := h.hire(t, "Sekretaris")
	done, skipped, err := h.office.Reseal(t.Context(), h.keys["Inspektur"])
	if done != 2 || skipped != 0 || err != nil {
		t.Errorf("Reseal = %d, %d, %v", done, skipped, err)
	}
	c, err := h.intake.Open(t.Context(), all[0].Receipt.String())
	if err != nil || c.Status() != Baru {
		t.Fatalf("Open: %v, %v", c, err)
	}
	if _, err := h.office.Read(t.Context(), other, ids[0]); err != nil {
		t.Error(err)
	}
	for n, day := range []string{"2026-11-30", "2026-12-01"} { // sent on the 23rd
		if got, err := h.office.Expire(t.Context(), day); got != n || err != nil {
			t.Errorf("Expire on %s = %d, %v", day, got, err)
		}
	}
	if len(h.store.reports) != 1 || h.store.reports[ids[0]].Status != Baru {
		t.Errorf("left: %v", h.store.reports)
	}
	_, err = h.intake.Open(t.Context(), all[1].Receipt.String())
	wantErr(t, "open after erasure", err, ErrUnknown)
}

// The files of a draft that ended while the store failed are erased by a later
// sweep, and count until then.
func TestFilesAreErasedLater(t *testing.T) {
	h := newHouse(t, "Inspektur")
	d := h.begin(t, "satu")
	if _, err := h.intake.Attach(t.Context(), d, incoming([]byte("halo")), true); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("disk is full")
	h.store.fail = func(method string) error {
		if method == "DropStage" {
			return broken
		}
		return nil
	}
	wantErr(t, "discard", h.intake.Discard(t.Context(), d), broken)
	_, err := h.intake.Sweep(t.Context())
	wantErr(t, "sweep", err, broken)
	h.store.fail = nil
	if got, err := h.intake.Sweep(t.Context()); len(got) != 0 || err != nil || len(h.store.stage) != 0 ||
		len(h.intake.open()) != 0 {
		t.Errorf("Sweep = %v, %v; %d staged, %d drafts", got, err, len(h.store.stage), len(h.intake.open()))
	}
}

func TestFailingStore(t *testing.T) {
	broken := errors.New("disk is full")
	for _, method := range []string{"Investigators", "Accept"} {
		h := newHouse(t, "Inspektur")
		d := h.begin(t, "satu")
		h.store.fail = func(m string) error {
			if m == method {
				return broken
			}
			return nil
		}
		_, err := h.intake.Submit(t.Context(), d)
		wantErr(t, method, err, broken)
		h.store.fail = nil
		if len(h.store.reports) != 0 || d.Gone() {
			t.Errorf("%s: %d reports, draft gone %v", method, len(h.store.reports), d.Gone())
		}
		h.send(t, d)
	}
	h := newHouse(t, "Inspektur")
	receipt, _ := h.send(t, h.begin(t, "satu"))
	c, err := h.intake.Open(t.Context(), receipt)
	if err != nil {
		t.Fatal(err)
	}
	h.store.fail = func(m string) error {
		if m == "AddPart" {
			return broken
		}
		return nil
	}
	_, err = c.AttachTo(t.Context(), incoming([]byte("halo")), false)
	wantErr(t, "AttachTo", err, broken)
	if len(h.store.stage) != 0 || len(h.store.parts) != 1 {
		t.Errorf("after a failing AttachTo: %d staged, %d parts", len(h.store.stage), len(h.store.parts))
	}
}

func TestAttachLimits(t *testing.T) {
	h := newHouse(t, "Inspektur")
	d := h.begin(t, "satu")
	big := make([]byte, 20<<20+1)
	lying := incoming(big)
	lying.Size = 10
	for name, c := range map[string]struct {
		in   Incoming
		want error
	}{
		"empty":         {incoming(nil), ErrEmptyFile},
		"25 MB":         {incoming(make([]byte, 25<<20)), ErrTooBig},
		"25 MB, lying":  {lying, ErrTooBig},
		"unknown":       {incoming([]byte{0, 1, 2, 3}), ErrCannotClean},
		"image bomb":    {incoming(pngClaiming(60000, 60000)), ErrBomb},
		"no such image": {incoming([]byte("\xff\xd8\xff\xe0 nothing")), ErrCannotClean},
	} {
		_, err := h.intake.Attach(t.Context(), d, c.in, false)
		wantErr(t, name, err, c.want)
	}
	_, err := h.intake.Attach(t.Context(), d, incoming(pngClaiming(60000, 60000)), true)
	wantErr(t, "a bomb is never kept", err, ErrBomb)
	for n := range 10 {
		got, err := h.intake.Attach(t.Context(), d, incoming([]byte{0, 1, 2, byte(n)}), true)
		if err != nil || got.Clean || got.Label != fmt.Sprintf("berkas-%d.bin", n+1) {
			t.Fatalf("file %d = %+v, %v", n+1, got, err)
		}
	}
	_, err = h.intake.Attach(t.Context(), d, incoming([]byte("halo")), false)
	wantErr(t, "eleventh", err, ErrTooMany)
	if len(d.Files()) != 10 {
		t.Errorf("%d files", len(d.Files()))
	}
}

func TestWithdraw(t *testing.T) {
	h := newHouse(t, "Inspektur")
	receipt, id := h.send(t, h.begin(t, "satu"))
	c, err := h.intake.Open(t.Context(), receipt)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Withdraw(t.Context()); err != nil || c.Status() != Ditarik || c.ErasedOn() != "2026-12-23" {
		t.Errorf("Withdraw: %v, %s, %s", err, c.Status(), c.ErasedOn())
	}
	wantErr(t, "say", c.Say(t.Context(), "x"), ErrClosed)
	wantErr(t, "status", h.office.SetStatus(t.Context(), id, Diproses), ErrClosed)
	if n, err := h.office.Expire(t.Context(), "2026-12-22"); n != 0 || err != nil {
		t.Errorf("Expire the day before = %d, %v", n, err)
	}
	if n, err := h.office.Expire(t.Context(), "2026-12-23"); n != 1 || err != nil || len(h.store.parts) != 0 {
		t.Errorf("Expire = %d, %v; %d parts", n, err, len(h.store.parts))
	}
	wantErr(t, "say after erasure", c.Say(t.Context(), "x"), ErrUnknown)
	_, err = h.intake.Open(t.Context(), receipt)
	wantErr(t, "open after erasure", err, ErrUnknown)
}

func TestArgonTakesTurns(t *testing.T) {
	h := newHouse(t, "Inspektur")
	leave, err := h.intake.argon.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := h.intake.Open(ctx, newReceipt().String())
		done <- err
	}()
	cancel()
	wantErr(t, "waiting for the turn", <-done, context.Canceled)
	leave()
}

// A receipt opens its report for as long as the report is kept, so what is
// derived from it never changes.
func TestDerivedValuesAreFrozen(t *testing.T) {
	const r = Receipt("00006-00007-00000-00001")
	c, err := derive(t.Context(), newGate(1), r)
	if err != nil {
		t.Fatal(err)
	}
	const lookup = "320e4421e06ffbc2363d74df8bc6e92e8942a79b47850f826659accb21392b61"
	const key = "age1xpfhfu48wrjyxml3yq3e2njw76ywzr494sh9ujl3kwkyw7zjp9mslatzny"
	if got := hex.EncodeToString(c.lookup); got != lookup {
		t.Errorf("lookup value %s", got)
	}
	if got := c.key.Recipient().String(); got != key {
		t.Errorf("public key %s", got)
	}
}

// Whatever comes at once, a draft ends sent or gone, never both.
func TestDraftAtOnce(t *testing.T) {
	h := newHouse(t, "Inspektur")
	d := h.begin(t, "satu")
	var wg sync.WaitGroup
	sent := make(chan error, 2)
	for range 2 {
		wg.Go(func() { _, err := h.intake.Submit(t.Context(), d); sent <- err })
		wg.Go(func() { _ = d.Set(DiMana, "sini"); _ = d.Get(Apa); _ = d.Files(); _ = d.LeftOut() })
		wg.Go(func() { _, _ = h.intake.Attach(t.Context(), d, incoming([]byte("halo")), false) })
		wg.Go(func() { _, _ = h.intake.Sweep(t.Context()) })
	}
	wg.Wait()
	a, b := <-sent, <-sent
	if (a == nil) == (b == nil) || len(h.store.reports) != 1 || len(h.store.stage) != 0 {
		t.Errorf("sent twice: %v, %v; %d reports", a, b, len(h.store.reports))
	}
}
