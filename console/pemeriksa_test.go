package console

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tanyanetral/curation"
	"tanyanetral/report"
)

// reportPaths are all pages of investigators, with their headings.
func (b *bureau) reportPaths() []pagePath {
	one := "/laporan/satu/" + b.first
	return []pagePath{
		{"/laporan", "Laporan"}, {"/laporan?keadaan=ditutup", "Laporan"}, {"/laporan?keadaan=semua", "Laporan"},
		{"/laporan/cara", "Membuka di komputer sendiri"}, {"/laporan/kunci", "Kunci saya"},
		{one, reportName(b.first)}, {one + "/berkas/x/periksa", "Sebelum mengunduh"},
		{one + "/lembar?untuk=bawaslu", "Penerusan"}, {one + "/lembar?untuk=inspektorat", "Penerusan"},
		{one + "/lembar?untuk=bkn&diketahui=2026-11-20", "Penerusan"}, {one + "/lembar?untuk=polisi", "Penerusan"},
	}
}

func TestInvestigatorRoles(t *testing.T) {
	b := newBureau(t)
	if a := b.get("u3", "/"); a.Header.Get("Location") != "/laporan" {
		t.Errorf("an investigator goes to %q", a.Header.Get("Location"))
	}
	refused := func(user, path string, a answer) {
		t.Helper()
		if !b.audit.has("console.refused") {
			t.Errorf("%s at %s: no audit line", user, path)
		}
		wants(t, user+" "+path, a, http.StatusForbidden, "Bukan wewenang Anda", "!"+kindOfReport)
	}
	for _, user := range []string{"u1", "u2"} {
		for _, p := range append(b.reportPaths(), pagePath{path: "/laporan/satu/" + b.first + "/arsip"}) {
			b.audit.lines = nil
			refused(user, p.path, b.get(user, p.path))
		}
		for _, path := range []string{"/balas", "/catatan", "/status", "/tutup", "/hapus"} {
			b.audit.lines = nil
			refused(user, path, b.post(user, "/laporan/satu/"+b.first+path, "teks", "x"))
		}
	}
	b.audit.lines = nil
	refused("u3", "/pemeriksa", b.get("u3", "/pemeriksa"))
	refused("u2", "/pemeriksa", b.get("u2", "/pemeriksa"))
	refused("u3", "/pemeriksa", b.post("u3", "/pemeriksa", "jabatan", "x"))
	a := b.get("u1", "/pemeriksa")
	wants(t, "the admin's page", a, http.StatusOK, "Inspektur Pembantu I", "Kunci pemeriksa",
		"1 laporan terbuka",
		"!"+b.first, "!"+reportName(b.first), `!href="/laporan"`)
}

// TestReportStory works on a report from the list to its closing.
func TestReportStory(t *testing.T) {
	b := newBureau(t)
	one := "/laporan/satu/" + b.first
	wants(t, "locked list", b.get("u3", "/laporan"), 200, reportName(b.first),
		"3 belum dibaca", "25 Nov 2026",
		"Buka kunci",
		"!"+kindOfReport, "!"+whatHappened)
	if a := b.get("u3", one); a.Header.Get("Location") != "/laporan/kunci?laporan="+b.first {
		t.Errorf("a locked report leads to %q", a.Header.Get("Location"))
	}
	wants(t, "key page", b.get("u3", "/laporan/kunci?laporan="+b.first), 200, `name="frasa"`, "/laporan/cara",
		"untuk selamanya",
		one+"/arsip")
	a := b.post("u3", "/laporan/kunci", "laporan", b.first, "frasa", strings.ToUpper(b.phrases["u3"]))
	if a.Header.Get("Location") != one {
		t.Fatalf("unlocking leads to %q", a.Header.Get("Location"))
	}
	if b.audit.has("report.open") {
		t.Error("unlocking counts as opening a report")
	}
	a = b.get("u3", one)
	wants(t, "report", a, 200, whatHappened, kindOfReport, "Aula kantor", "metadata belum dibuang",
		"berkas-1.png",
		"/periksa", "Kunci sekarang", "!Dikecualikan dari")
	wants(t, "list", b.get("u3", "/laporan"), 200, kindOfReport, "!belum dibaca")
	wants(t, "another's list", b.get("u5", "/laporan"), 200, "!"+kindOfReport)
	b.works(one)
	b.leads("u3", one+"/status", "status", "diproses", "tanda", "temuan")
	if l := b.line(); l.Status != report.Diproses || l.Lights.Finding != report.Sudah ||
		l.Lights.Feedback == report.Sudah {
		t.Errorf("after the status: %+v", l)
	}
	wants(t, "no outcome", b.post("u3", one+"/tutup", "teks", " "), http.StatusUnprocessableEntity,
		"Tuliskan isinya")
	b.leads("u3", one+"/tutup", "teks", "Sudah dibina-Zz3")
	if l := b.line(); l.Status != report.Selesai || l.Lights.Feedback != report.Sudah || l.Erased == "" {
		t.Errorf("after closing: %+v", l)
	}
	wants(t, "closed", b.get("u3", "/laporan?keadaan=ditutup"), 200, reportName(b.first),
		"dihapus 21 Nov 2027")
	wants(t, "open", b.get("u3", "/laporan"), 200, "!"+reportName(b.first))
	for _, act := range []string{"report.unlock", "report.open", "report.reply",
		"report.note", "report.status",
		"report.close"} {
		if !b.audit.has(act) {
			t.Errorf("no audit line %s", act)
		}
	}
	b.secretsStayIn("Terima kasih-Kk9", "Periksa daftar hadir-Jj2", "Sudah dibina-Zz3")
}

func (b *bureau) line() report.Line {
	b.t.Helper()
	l, err := b.office.Line(b.t.Context(), b.first)
	if err != nil {
		b.t.Fatal(err)
	}
	return l
}

// leads posts a form that has to lead on.
func (b *bureau) leads(user, path string, pairs ...string) {
	b.t.Helper()
	if a := b.post(user, path, pairs...); a.StatusCode != http.StatusSeeOther {
		b.t.Errorf("%s: status %d\n%s", path, a.StatusCode, a.body)
	}
}

// works replies and notes, and looks at it from both sides.
func (b *bureau) works(one string) {
	b.t.Helper()
	b.leads("u3", one+"/balas", "teks", "Terima kasih-Kk9")
	b.leads("u3", one+"/catatan", "teks", "Periksa daftar hadir-Jj2")
	c, err := b.intake.Open(b.t.Context(), b.receipt)
	if err != nil {
		b.t.Fatal(err)
	}
	thread, err := c.Thread(b.t.Context())
	if err != nil || len(thread) == 0 || thread[len(thread)-1].Text != "Terima kasih-Kk9" {
		b.t.Errorf("the reporter reads %+v, %v", thread, err)
	}
	if err := c.Say(b.t.Context(), "Ada saksi lain"); err != nil {
		b.t.Fatal(err)
	}
	wants(b.t, "thread", b.get("u3", one), 200, "Terima kasih-Kk9", "Periksa daftar hadir-Jj2",
		"Inspektur Pembantu I",
		"Ada saksi lain", ">baru<", "Diterima")
	b.unlock("u5")
	wants(b.t, "the note", b.get("u5", one), 200, "Periksa daftar hadir-Jj2")
}

func TestReportFilesAndArchive(t *testing.T) {
	b := newBureau(t)
	one := "/laporan/satu/" + b.first
	b.unlock("u3")
	k, err := report.ReadKey(b.vault.people[0].Wrapped, b.phrases["u3"])
	if err != nil {
		t.Fatal(err)
	}
	o, err := b.office.Read(t.Context(), k, b.first)
	if err != nil || len(o.Files) != 2 {
		t.Fatalf("%d files, %v", len(o.Files), err)
	}
	for _, f := range o.Files {
		b.audit.lines = nil
		a := b.get("u3", one+"/berkas/"+f.Part)
		if int64(len(a.body)) != f.Size || a.Header.Get("Content-Type") != "application/octet-stream" ||
			a.Header.Get("Content-Disposition") != `attachment; filename="`+f.Label+`"` ||
			!b.audit.has("report.file") {
			t.Errorf("%s: %d bytes of %d, %v", f.Label, len(a.body), f.Size, a.Header)
		}
		if path := one + "/berkas/" + f.Part + "/periksa"; !f.Clean {
			wants(t, "warning", b.get("u3", path), 200, "belum dibuang", `href="`+one+"/berkas/"+f.Part+`"`)
		}
	}
	wants(t, "no such file", b.get("u3", one+"/berkas/lain"), http.StatusNotFound)
	for _, open := range []bool{true, false} {
		if !open {
			b.leads("u3", "/laporan/kunci/tutup")
		}
		b.audit.lines = nil
		a := b.get("u3", one+"/arsip")
		if a.StatusCode != 200 || strings.Contains(a.body, whatHappened) || !b.audit.has("report.archive") {
			t.Fatalf("archive: status %d", a.StatusCode)
		}
		var plain bytes.Buffer
		if err := report.OpenArchive(strings.NewReader(a.body), k, &plain); err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(plain.Bytes()), int64(plain.Len()))
		if err != nil || len(z.File) < 3 {
			t.Errorf("the opened archive has %d files: %v", len(z.File), err)
		}
	}
	wants(t, "archive of nothing", b.get("u3", "/laporan/satu/tidak-ada/arsip"), http.StatusNotFound)
}

func TestHandOver(t *testing.T) {
	b := newBureau(t)
	one := "/laporan/satu/" + b.first + "/lembar?untuk="
	b.unlock("u3")
	for body, texts := range map[string][]string{
		"bawaslu": {"Bawaslu", "1 Des 2026", "28 Nov 2026", "7 hari kerja", "UU 7/2017", "diisi tangan"},
		"polisi":  {"Gakkumdu"}, "bkn": {"Satgas"}, "inspektorat": {"PP 94/2021"},
	} {
		b.audit.lines = nil
		wants(t, body, b.get("u3", one+body), 200, append(texts, whatHappened, "Catat sebagai diteruskan")...)
		if !b.audit.has("report.sheet") {
			t.Errorf("%s: no audit line", body)
		}
	}
	wants(t, "known later", b.get("u3", one+"bawaslu&diketahui=2026-11-12"), 200,
		"23 Nov 2026", "19 Nov 2026")
	wants(t, "unknown body", b.get("u3", one+"kpk"), http.StatusNotFound)
	wants(t, "future", b.get("u3", one+"bkn&diketahui=2030-01-01"), http.StatusSeeOther)
}

func TestKeyLocksItself(t *testing.T) {
	b := newBureau(t)
	one := "/laporan/satu/" + b.first
	pass := func(d time.Duration) { b.clock.ticks.Add(int64(d / (200 * time.Millisecond))) }
	b.unlock("u3")
	for range 3 { // use keeps it open
		pass(9 * time.Minute)
		wants(t, "in use", b.get("u3", one), 200, whatHappened)
	}
	pass(10 * time.Minute)
	wants(t, "idle", b.get("u3", one), http.StatusSeeOther)
	a := b.post("u3", one+"/balas", "teks", "Kalimat panjang saya")
	wants(t, "a form after locking", a, http.StatusConflict, "Kunci tertutup", "Kalimat panjang saya")
	if n := len(b.vault.parts); n != 3 {
		t.Errorf("%d parts", n)
	}
	wants(t, "list", b.get("u3", "/laporan"), 200, "!"+kindOfReport)
	b.unlock("u3")
	if n := b.server.LockIdleKeys(); n != 1 {
		t.Errorf("%d keys are open", n)
	}
	pass(10 * time.Minute)
	if n := b.server.LockIdleKeys(); n != 0 || holds(b.server.memory) {
		t.Errorf("%d keys stay open", n)
	}
}

// holds tells whether any session has an open key.
func holds(m *memory) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.all {
		if s.things[keyThing] != nil {
			return true
		}
	}
	return false
}

func TestKeyGoesWithTheSession(t *testing.T) {
	for name, leave := range map[string]func(b *bureau){
		"lock":            func(b *bureau) { b.leads("u3", "/laporan/kunci/tutup") },
		"sign out":        func(b *bureau) { b.leads("u3", "/keluar") },
		"all devices":     func(b *bureau) { b.leads("u3", "/keluar-semua") },
		"sent out":        func(b *bureau) { b.leads("u1", "/pengguna/satu/u3/keluar") },
		"session dropped": func(b *bureau) { delete(b.staff.cookies, "kue-pemeriksa"); b.get("u3", "/laporan") },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBureau(t)
			b.unlock("u3")
			if !holds(b.server.memory) {
				t.Fatal("the key is not held")
			}
			leave(b)
			if holds(b.server.memory) {
				t.Error("the key is still held")
			}
		})
	}
}

func TestAnotherSessionIsLocked(t *testing.T) {
	b := newBureau(t)
	b.unlock("u3")
	b.staff.cookies["telepon"] = "u3"
	if a := b.call("/laporan/satu/"+b.first, "telepon", nil); a.StatusCode != http.StatusSeeOther {
		t.Errorf("another session of the same user: status %d", a.StatusCode)
	}
}

func TestWrongPassphrases(t *testing.T) {
	b := newBureau(t)
	for n := 1; n < maxWrong; n++ {
		wants(t, fmt.Sprint(n), b.post("u3", "/laporan/kunci", "frasa", "salah sekali"), http.StatusSeeOther)
	}
	wants(t, "message", b.get("u3", "/laporan/kunci"), 200, "9 dari 10", "!salah sekali")
	if b.audit.has("report.wrong") {
		t.Error("an audit line too early")
	}
	calm := []string{"Istirahat sebentar", "15 menit", "!salah sekali"}
	wants(t, "tenth", b.post("u3", "/laporan/kunci", "frasa", "salah sekali"), http.StatusTooManyRequests,
		calm...)
	if !b.audit.has("report.wrong") {
		t.Error("no audit line")
	}
	a := b.post("u3", "/laporan/kunci", "frasa", b.phrases["u3"])
	wants(t, "right one too early", a, http.StatusTooManyRequests, "!"+b.phrases["u3"])
	b.unlock("u5") // others are not held up
	b.clock.ticks.Add(int64(wrongPause / (200 * time.Millisecond)))
	b.unlock("u3")
	b.secretsStayIn("salah sekali")
}

func TestForeignKeyIsNotOpened(t *testing.T) {
	b := newBureau(t)
	a := b.post("u3", "/laporan/kunci", "kunci", b.vault.people[1].ID, "frasa", b.phrases["u5"])
	if a.Header.Get("Location") != "/laporan/kunci" || holds(b.server.memory) {
		t.Errorf("status %d", a.StatusCode)
	}
}

func TestLeftOut(t *testing.T) {
	b := newBureau(t)
	_, id := b.send("Sekretaris Inspektorat")
	one := "/laporan/satu/" + id
	b.unlock("u3")
	wants(t, "reader", b.get("u3", one), 200, "Dikecualikan dari laporan ini", "Sekretaris Inspektorat")
	if a := b.post("u3", "/laporan/kunci/segel"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("reseal: status %d", a.StatusCode)
	}
	wants(t, "resealed", b.get("u3", "/laporan/kunci"), 200, "2 laporan disegel ulang")
	b.unlock("u5")
	same := []string{"Tidak terbuka dengan kunci Anda", "!" + whatHappened, "!Dikecualikan"}
	for _, path := range []string{one, one + "/arsip", one + "/lembar?untuk=bkn"} {
		wants(t, path, b.get("u5", path), http.StatusConflict, same...)
	}
	for path, pairs := range map[string][]string{"/balas": {"teks", "x"}, "/catatan": {"teks", "x"},
		"/status": {"status", "diproses"}, "/tutup": {"teks", "x"}, "/hapus": {"aksi", "minta"}} {
		wants(t, path, b.post("u5", one+path, pairs...), http.StatusConflict, same...)
	}
	l, err := b.office.Line(t.Context(), id)
	if err != nil || l.Status != report.Baru || l.EraseBy != "" {
		t.Errorf("who was left out changed the report: %+v, %v", l, err)
	}
	if slices.ContainsFunc(b.audit.lines, func(x curation.AuditLine) bool {
		return x.User == "u5" && strings.HasPrefix(x.Object, id)
	}) {
		t.Errorf("the audit log tells of an opening that was none: %v", b.audit.lines)
	}
}

// TestExcludeLater: who is named in a report opens it no more once another
// investigator says so; nothing tells an admin who it was.
func TestExcludeLater(t *testing.T) {
	b := newBureau(t)
	one := "/laporan/satu/" + b.first
	b.unlock("u3")
	b.unlock("u5")
	wants(t, "before", b.get("u5", one), 200, whatHappened)
	out := one + "/kecualikan"
	b.leads("u3", out, "jabatan", "Sekretaris Inspektorat")
	wants(t, "without the tick", b.get("u5", one), 200, whatHappened)
	wants(t, "no such post", b.post("u3", out, "jabatan", "Raja", "yakin", "ya"), http.StatusNotFound)
	b.leads("u3", out, "jabatan", "Sekretaris Inspektorat", "yakin", "ya")
	wants(t, "after", b.get("u5", one), http.StatusConflict, "Tidak terbuka dengan kunci Anda", "!"+whatHappened)
	wants(t, "the rest", b.get("u3", one), 200, whatHappened, "Dikecualikan dari laporan ini",
		"Sekretaris Inspektorat")
	for _, l := range b.audit.lines {
		if l.Act == "report.exclude" && l.Object != b.first {
			t.Errorf("the audit line says more than the report: %q", l.Object)
		}
	}
}

func TestTwoPersonErasure(t *testing.T) {
	b := newBureau(t)
	one := "/laporan/satu/" + b.first
	erase := one + "/hapus"
	b.unlock("u3")
	b.unlock("u5")
	wants(t, "nobody asked", b.post("u5", erase, "aksi", "setuju", "yakin", "ya"), http.StatusConflict,
		"Belum ada permintaan")
	b.leads("u3", erase, "aksi", "minta")
	wants(t, "asked", b.get("u3", one), 200, "Inspektur Wayan", "Batalkan", "!Setujui dan hapus")
	wants(t, "alone", b.post("u3", erase, "aksi", "setuju", "yakin", "ya"), http.StatusConflict,
		"Perlu orang kedua")
	b.leads("u3", erase, "aksi", "batal")
	wants(t, "cancelled", b.post("u5", erase, "aksi", "setuju", "yakin", "ya"), http.StatusConflict,
		"Belum ada permintaan")
	b.leads("u3", erase, "aksi", "minta")
	b.leads("u5", erase, "aksi", "setuju")
	if len(b.vault.reports) != 1 {
		t.Fatal("erased without the tick")
	}
	wants(t, "confirming", b.get("u5", one), 200, "Setujui dan hapus")
	b.leads("u5", erase, "aksi", "setuju", "yakin", "ya")
	if len(b.vault.reports) != 0 || len(b.vault.parts) != 0 {
		t.Error("the report is still there")
	}
	wants(t, "afterwards", b.get("u3", one), http.StatusNotFound, "Tidak ditemukan")
	for _, act := range []string{"report.erase.ask", "report.erase.cancel", "report.erase"} {
		if !b.audit.has(act) {
			t.Errorf("no audit line %s", act)
		}
	}
}

// brokenAudit cannot write about reports.
type brokenAudit struct{ *fakeAudit }

func (a brokenAudit) AddAudit(ctx context.Context, l curation.AuditLine) error {
	if strings.HasPrefix(l.Act, "report.") && l.Act != "report.unlock" {
		return errors.New("disk is full")
	}
	return a.fakeAudit.AddAudit(ctx, l)
}

func TestNothingIsShownUnaudited(t *testing.T) {
	b := newBureau(t)
	b.deps.Audit = brokenAudit{b.audit}
	b.open()
	b.unlock("u3")
	b.unlock("u5")
	one := "/laporan/satu/" + b.first
	for _, path := range []string{one, one + "/arsip", one + "/lembar?untuk=bkn"} {
		wants(t, path, b.get("u3", path), http.StatusInternalServerError, "!"+whatHappened, "!kunci.age")
	}
	if err := b.office.AskErase(t.Context(), "u5", b.first); err != nil {
		t.Fatal(err)
	}
	wants(t, "erase", b.post("u3", one+"/hapus", "aksi", "setuju", "yakin", "ya"),
		http.StatusInternalServerError)
	if len(b.vault.reports) != 1 {
		t.Error("erased without an audit line")
	}
}
