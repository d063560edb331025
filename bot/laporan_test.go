package bot

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tanyanetral/report"
)

// TestWrongCodesAreSlowed: mistyped ones are not, and the right one ends it.
func TestWrongCodesAreSlowed(t *testing.T) {
	b := openBooth(t)
	b.play(sentReport + "[Biarkan]\n")
	wrong := strangeCodes(t, 5)
	b.play("> /laporan " + wrong[0] + "\n< tidak membuka laporan\n- tunggu\n")
	b.play("> " + wrong[1] + "\n- tunggu\n> " + wrong[2] + "\n< tunggu 5 detik\n> @kode\n< tunggu 5 detik\n")
	b.play("> 1\n< tunggu 5 detik\n")
	b.fake.Advance(5 * time.Second)
	b.play("> " + wrong[3] + "\n< tunggu 15 detik\n")
	b.fake.Advance(15 * time.Second)
	b.play("> @kode\n< Status: baru\n[Selesai]\n> /laporan " + wrong[4] + "\n- tunggu\n")
}

// strangeCodes are well-formed codes that open nothing: those of other stores.
func strangeCodes(t *testing.T, n int) (codes []string) {
	t.Helper()
	other := newStrongroom()
	office := report.NewOffice(silent(), other, report.Plan{}, time.Now)
	recipient, _, wrapped, err := report.NewKey()
	if err == nil {
		_, err = office.AddInvestigator(t.Context(), "X", "x", recipient, wrapped)
	}
	intake := report.NewIntake(silent(), other, report.Options{}, time.Now)
	for range n {
		d, beginErr := intake.Begin()
		code := ""
		if err = errors.Join(err, beginErr, d.Set(report.Apa, "x")); err == nil {
			var sending report.Sending
			sending, err = intake.Submit(t.Context(), d)
			code = sending.Receipt.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, code)
	}
	return codes
}

// TestReplies: what investigators answer is read with the code, and answered.
func TestReplies(t *testing.T) {
	b := openBooth(t)
	b.play(sentReport + "[Biarkan]\n")
	lines, err := b.office.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all, err := b.office.Investigators(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	key, err := b.office.Unlock(t.Context(), all[0].Wrapped, b.keys[0])
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("panjang <sekali> ", 450)
	for _, text := range []string{"Di aula <mana> kejadiannya?", long} {
		if err := b.office.Reply(t.Context(), key, lines[0].ID, text); err != nil {
			t.Fatal(err)
		}
	}
	b.play("> /laporan @kode\n< Status: diterima\n>> Di aula kecamatan\n< belum terkirim\n")
	b.play("> /kirim\n< Pesan terkirim\n[Selesai]\n")
	var said []string
	for _, m := range b.fake.Messages(ani().ID) {
		if strings.Contains(m.Plain, "Pemeriksa,") {
			said = append(said, m.Plain)
		}
	}
	if len(said) < 3 || !strings.Contains(said[0], "aula <mana> kej") ||
		!strings.Contains(said[0], "(baru)") {
		t.Errorf("%d messages with replies: %q", len(said), said)
	}
	opened, err := b.office.Read(t.Context(), key, lines[0].ID)
	if err != nil || opened.Thread[len(opened.Thread)-1].Text != "Di aula kecamatan" {
		t.Errorf("the answer: %+v, %v", opened, err)
	}
}
