package main

import (
	"bytes"
	"encoding/base64"
	bin "encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tanyanetral/bot/telegramtest"
	"tanyanetral/curation"
	"tanyanetral/report"
	"tanyanetral/storage"
)

// The investigator and the reporter of TestReportInBrowser. What the reporter
// is called, and the marks in what both write, may be found nowhere.
var (
	siti     = telegramtest.User{ID: 7003, FirstName: "Siti"}
	reporter = telegramtest.User{ID: 81234567890321, FirstName: "Wirasandika", UserName: "wirasandika88"}
)

const (
	markTold  = "Zq7Vw2Kx9Tn4Rb6Lp1Md8Ys3"
	markReply = "Hc5Jf0Gu7Ea2Xo9Qi4Nt6Sv1"
	markNote  = "Wd8By3Pk6Uz1Cr5Fm0Ol7Ag2"
)

// enrolled puts an investigator with a key in the console into a new
// database; the passphrase opens it.
func enrolled(
	t *testing.T, state string, u telegramtest.User, post string,
) (passphrase string, wrapped []byte) {
	t.Helper()
	log := newLog(io.Discard, 0)
	db, err := storage.Open(t.Context(), log, state)
	if err != nil {
		t.Fatal(err)
	}
	user := curation.User{ID: "siti", Name: u.FirstName, Telegram: u.ID,
		Roles: []curation.Role{curation.Pemeriksa}, Active: true}
	recipient, passphrase, wrapped, err := report.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	o := report.NewOffice(log, db, report.DefaultPlan(), time.Now)
	_, added := o.AddInvestigator(t.Context(), post, user.ID, recipient, wrapped)
	if err := errors.Join(db.PutUser(t.Context(), user), added, db.Close()); err != nil {
		t.Fatal(err)
	}
	return passphrase, wrapped
}

// TestReportInBrowser takes a report from Telegram to the investigator's pages
// and the answer back, and then looks for the reporter in every byte that is
// kept.
func TestReportInBrowser(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state")
	passphrase, wrapped := enrolled(t, state, siti, "Inspektur")
	p := openPlace(t, state)
	p.plays(reporter, "> /lapor", "[Mulai]", "[Pegawai dikerahkan]",
		"> Camat menyuruh kami memilih nomor 9, "+markTold, "> /lanjut", "> Aula kecamatan", "> /lanjut", "> /lanjut",
		"! photo @jpeg", "> /periksa", "< berkas-1.jpg", "[Kirim]", "< hanya tampil sekali", "> @kelompok", "< Cocok")
	code, _ := p.fake.Code(reporter.ID)
	p.investigates(passphrase)
	p.cleaned(wrapped, passphrase)
	p.plays(reporter, "> /laporan "+code, "< Status: diteruskan")
	if got := p.reads(reporter); !strings.Contains(got, markReply) || strings.Contains(got, markNote) {
		t.Errorf("the reporter reads\n%s\nwant the reply and no note", got)
	}
	copied := filepath.Join(t.TempDir(), "salinan.db")
	if code := startAt(t, "", "", state, "backup", copied).wait(t); code != 0 {
		t.Errorf("the backup ends with code %d", code)
	}
	p.program.stop(t)
	kept := []byte(p.program.output.String())
	for _, dir := range []string{state, filepath.Dir(copied)} {
		kept = append(kept, contents(t, dir)...)
	}
	if len(kept) < 100_000 || !bytes.Contains(kept, []byte("report.open")) {
		t.Fatalf("only %d bytes were looked at, or not the right ones", len(kept))
	}
	secrets := append(traces(reporter, code), markTold, markReply, markNote, passphrase, "PonselRahasia")
	for _, secret := range secrets {
		for _, form := range written(secret) {
			if bytes.Contains(kept, []byte(form)) {
				t.Errorf("%q stands among what is kept", form)
			}
		}
	}
}

// plays holds a conversation, line by line as telegramtest's Play knows them.
func (p *place) plays(u telegramtest.User, lines ...string) {
	p.t.Helper()
	p.fake.Play(p.t, u, strings.Join(lines, "\n"))
}

// reads is all that the bot has written to a person.
func (p *place) reads(u telegramtest.User) string {
	var all []string
	for _, m := range p.fake.Messages(u.ID) {
		if m.From.ID == p.fake.Bot().ID {
			all = append(all, m.Plain)
		}
	}
	return strings.Join(all, "\n")
}

// investigates reads the report in the console, answers, notes something and
// hands it on.
func (p *place) investigates(passphrase string) {
	p.t.Helper()
	w, _ := p.signIn(siti)
	w.opens("/pertanyaan", "Bukan wewenang Anda")
	w.opens("/laporan", "Isi dan kategori tersegel")
	w.hides("dikerahkan")
	w.opens("/laporan/kunci", "Frasa sandi")
	w.writes("#frasa", "bukan frasa yang benar sama sekali")
	w.clicks(`form[action="/laporan/kunci"] button`, "Frasa sandi tidak cocok")
	w.writes("#frasa", passphrase)
	w.clicks(`form[action="/laporan/kunci"] button`, "Kunci terbuka")
	w.clicks(".list li:first-child a", markTold)
	w.shows("berkas-1.jpg")
	w.shows("Aula kecamatan")
	w.writes("#balasan", "Terima kasih. Apakah ada daftar hadir? "+markReply)
	w.clicks(`form[action$="/balas"] button`, markReply)
	w.writes("#catatan", "Minta daftar hadir kepada bagian umum. "+markNote)
	w.clicks(`form[action$="/catatan"] button`, markNote)
	w.clicks(`form[action$="/lembar"] button`, "Yang perlu diketahui")
	w.shows("diisi tangan")
	w.clicks(`form[action$="/status"] button`, "iteruskan")
	w.opens("/laporan/kunci", "Segel ulang")
	w.clicks(`form[action="/laporan/kunci/tutup"] button`, "Kunci ditutup")
	w.hides(markTold)
}

// cleaned opens the reporter's picture with the key: neither where it was
// taken nor by which phone is in it.
func (p *place) cleaned(wrapped []byte, passphrase string) {
	p.t.Helper()
	key, err := report.ReadKey(wrapped, passphrase)
	if err != nil {
		p.t.Fatal(err)
	}
	p.look(func(db *storage.DB) error {
		o := report.NewOffice(newLog(io.Discard, 0), db, report.DefaultPlan(), time.Now)
		lines, err := o.List(p.t.Context())
		if err != nil || len(lines) != 1 {
			p.t.Fatalf("%d reports, %v", len(lines), err)
		}
		opened, err := o.Read(p.t.Context(), key, lines[0].ID)
		if err != nil || len(opened.Files) != 1 {
			p.t.Fatalf("%+v, %v", opened, err)
		}
		_, data, err := o.File(p.t.Context(), key, lines[0].ID, opened.Files[0].Part)
		for _, secret := range []string{"GPS-6.2088", "PonselRahasia", "Exif"} {
			if len(data) == 0 || bytes.Contains(data, []byte(secret)) {
				p.t.Errorf("the picture of %d bytes holds %q", len(data), secret)
			}
		}
		return err
	})
}

// traces are what would lead to a person: the account as text and as a
// database or a program writes numbers, the names, the receipt.
func traces(u telegramtest.User, code string) []string {
	big := bin.BigEndian.AppendUint64(nil, uint64(u.ID))
	little := bin.LittleEndian.AppendUint64(nil, uint64(u.ID))
	const short = 6 // bytes that SQLite takes for a number of that size
	return []string{strconv.FormatInt(u.ID, 10), string(big[len(big)-short:]), string(little[:short]),
		u.FirstName, u.UserName, code, strings.ReplaceAll(code, "-", "")}
}

// written are the forms in which a text may stand in a file.
func written(s string) []string {
	forms := []string{s, hex.EncodeToString([]byte(s)), strings.ToUpper(hex.EncodeToString([]byte(s)))}
	for lead := range 3 { // base64 depends on where in its groups of three the text begins
		whole := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat(" ", lead) + s))
		forms = append(forms, whole[(lead*8+5)/6:len(whole)-1])
	}
	return forms
}

// contents are all bytes of all files of a folder.
func contents(t *testing.T, dir string) (all []byte) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		all = append(all, data...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
