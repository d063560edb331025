package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"tanyanetral/curation"
	"tanyanetral/report"
)

// Reports are the investigators' side of the reports, for their pages.
type Reports struct {
	Office office // nil: there are no investigators' pages
	// Cancel takes back the wish to erase a report; nil: the pages do not offer it.
	Cancel func(ctx context.Context, id string) error
}

// office is the work on reports, as the report package does it.
type office interface {
	reportReading
	reportWork
	reportEnd
	keyholders
}

// reportReading shows reports; their content opens to a key alone.
type reportReading interface {
	List(ctx context.Context) ([]report.Line, error)
	Line(ctx context.Context, id string) (report.Line, error)
	Read(ctx context.Context, k *report.Key, id string) (*report.Opened, error)
	File(ctx context.Context, k *report.Key, id, part string) (name string, data []byte, err error)
	Archive(ctx context.Context, k *report.Key, id string, w io.Writer) error
}

// reportWork moves a report on.
type reportWork interface {
	Reply(ctx context.Context, k *report.Key, id, text string) error
	Note(ctx context.Context, k *report.Key, id, text string) error
	SetStatus(ctx context.Context, id string, to report.Status, marks ...report.Mark) error
	Sheet(ctx context.Context, k *report.Key, id string, to report.Body, known string) (*report.Sheet, error)
	Exclude(ctx context.Context, k *report.Key, id string, posts ...string) error
}

// reportEnd erases a report before its time, by two persons.
type reportEnd interface {
	AskErase(ctx context.Context, user, id string) error
	ConfirmErase(ctx context.Context, user, id string) error
}

// keyholders are the investigators and their keys.
type keyholders interface {
	Investigators(ctx context.Context) ([]report.Investigator, error)
	AddInvestigator(ctx context.Context, post, user, recipient string, wrapped []byte) (report.Investigator,
		error)
	RemoveInvestigator(ctx context.Context, id string) error
	Unlock(ctx context.Context, wrapped []byte, passphrase string) (*report.Key, error)
	Reseal(ctx context.Context, k *report.Key) (done, skipped int, err error)
}

// investigatorPages are the pages of reports. An admin sees those of the keys
// alone; what a report says is for investigators.
func (s *Server) investigatorPages() []section {
	if s.deps.Reports.Office == nil {
		return nil
	}
	all := []section{s.reportPages(), s.unlockPages(), s.keyholderPages()}
	for _, sec := range all {
		for i, rt := range sec.routes {
			sec.routes[i].do = func(v *visit) error { return reportFault(rt.do(v)) }
		}
	}
	return all
}

func (s *Server) reportPages() section {
	const one = "/laporan/satu/{id}"
	return section{name: "Laporan", part: "Pemeriksaan", path: "/laporan", role: curation.Pemeriksa,
		routes: []route{
			{pattern: "GET /laporan", title: "Laporan", do: s.reportList},
			{pattern: "GET /laporan/cara", title: "Membuka di komputer sendiri", do: s.openingGuide},
			{pattern: "GET " + one, title: "Satu laporan", do: s.showReport},
			{pattern: "GET " + one + "/berkas/{part}", title: "Unduh berkas", do: s.reportFile,
				wait: longWait},
			{pattern: "GET " + one + "/berkas/{part}/periksa", title: "Sebelum mengunduh", do: s.uncleanFile},
			{pattern: "GET " + one + "/arsip", title: "Unduh arsip", do: s.reportArchive, wait: longWait},
			{pattern: "GET " + one + "/lembar", title: "Lembar penerusan", do: s.handOver},
			{pattern: "POST " + one + "/balas", title: "Balas pelapor", do: s.replyReport, limit: textLimit},
			{pattern: "POST " + one + "/catatan", title: "Tambah catatan", do: s.noteReport,
				limit: textLimit},
			{pattern: "POST " + one + "/status", title: "Ubah status", do: s.moveReport},
			{pattern: "POST " + one + "/tutup", title: "Tutup laporan", do: s.closeReport, limit: textLimit},
			{pattern: "POST " + one + "/kecualikan", title: "Kecualikan pemeriksa", do: s.excludePosts},
			{pattern: "POST " + one + "/hapus", title: "Hapus laporan", do: s.eraseReport},
		}}
}

// unlockPages take a passphrase: what is typed here is never given back.
func (s *Server) unlockPages() section {
	return section{
		name: "Kunci saya", part: "Pemeriksaan", path: "/laporan/kunci",
		role: curation.Pemeriksa, secret: true,
		routes: []route{
			{pattern: "GET /laporan/kunci", title: "Kunci saya", do: s.ownKey},
			{pattern: "POST /laporan/kunci", title: "Buka kunci", do: s.unlock,
				limit: keyLimit, wait: longWait},
			{pattern: "POST /laporan/kunci/tutup", title: "Kunci sekarang", do: s.lockNow},
			{pattern: "POST /laporan/kunci/segel", title: "Segel ulang", do: s.reseal, wait: longWait},
		},
	}
}

func (s *Server) keyholderPages() section {
	return section{
		name: "Kunci pemeriksa", part: "Pemeriksaan", path: "/pemeriksa", role: curation.Admin, secret: true,
		routes: []route{
			{pattern: "GET /pemeriksa", title: "Kunci pemeriksa", do: s.keyholders},
			{pattern: "POST /pemeriksa", title: "Kunci pemeriksa baru", do: s.addKeyholder},
			{pattern: "POST /pemeriksa/satu/{id}/keluarkan", title: "Keluarkan kunci", do: s.removeKeyholder},
		},
	}
}

const (
	// textLimit holds the longest text of a report, percent-encoded: 8,192
	// characters of at most 4 bytes, each written as 3.
	textLimit = 128 << 10
	// keyLimit holds a key file of 64 KB, the most that is read, and the form.
	keyLimit = 96 << 10
)

func errLocked() fault {
	return fault{http.StatusConflict, "Kunci tertutup",
		"Kunci Anda tertutup, jadi tidak ada yang diubah atau dikirim. " +
			"Salin isian di bawah bila ada, buka kunci di menu Kunci saya, lalu kirim ulang."}
}

func errRemoved() fault {
	return fault{http.StatusConflict, "Kunci Anda sudah dikeluarkan",
		"Admin mengeluarkan kunci ini dari daftar pemeriksa, " +
			"maka kunci ditutup sekarang dan laporan tidak dapat dibuka lagi dengannya. Tidak ada laporan yang " +
			"hilang: pemeriksa lain tetap membacanya. Bila ini keliru, hubungi admin."}
}

func errNoKey() fault {
	return fault{http.StatusConflict, "Belum ada kunci",
		"Tidak ada kunci pemeriksa yang aktif atas nama Anda. " +
			"Mintalah admin menambahkannya di halaman Kunci pemeriksa."}
}

func errManyWrong() fault {
	return fault{http.StatusTooManyRequests, "Istirahat sebentar", fmt.Sprintf(
		"Frasa sandi sudah %d kali keliru. Tidak ada yang rusak atau hilang; percobaan ini dicatat, dan "+
			"formulirnya dapat dipakai lagi %d menit sesudah percobaan terakhir. Bila frasa sandinya "+
			"hilang, lihat penjelasan di halaman Kunci saya.", maxWrong, int(wrongPause.Minutes()))}
}

// reportFault gives the errors of the report package their sentences.
func reportFault(err error) error {
	conflict := func(title, text string) error { return fault{http.StatusConflict, title, text} }
	switch {
	case errors.Is(err, report.ErrNotFound):
		return errNotHere()
	case errors.Is(err, report.ErrNotForYou):
		return conflict("Tidak terbuka dengan kunci Anda",
			"Laporan ini tidak disegel untuk kunci Anda: laporannya datang "+
				"sebelum kunci Anda ditambahkan dan belum disegel ulang, atau ditujukan kepada pemeriksa lain. "+
				"Tidak ada yang diubah.")
	case errors.Is(err, report.ErrNobodyLeft):
		return errInput("Paling sedikit satu pemeriksa harus tetap dapat membuka laporan ini. " +
			"Tidak ada yang diubah.")
	case errors.Is(err, report.ErrNothingSaid):
		return errInput("Tuliskan isinya lebih dahulu.")
	case errors.Is(err, report.ErrTooLong):
		return errInput(fmt.Sprintf("Terlalu panjang: paling banyak %s karakter. "+
			"Bagi menjadi beberapa kiriman.",
			numberText(report.DefaultLimits().FieldRunes)))
	case errors.Is(err, report.ErrClosed):
		return conflict("Laporan sudah ditarik",
			"Pelapor menarik laporan ini, jadi statusnya tidak dapat diubah lagi.")
	case errors.Is(err, report.ErrSamePerson):
		return conflict("Perlu orang kedua", "Yang meminta penghapusan tidak dapat menyetujuinya sendiri. "+
			"Mintalah pemeriksa lain membuka laporan ini dan menyetujuinya.")
	case errors.Is(err, report.ErrNotAsked):
		return conflict("Belum ada permintaan",
			"Permintaan penghapusan ini sudah dibatalkan atau belum pernah dibuat.")
	case errors.Is(err, report.ErrLastKey):
		return conflict("Kunci terakhir",
			"Ini kunci aktif yang terakhir. Tambahkan kunci lain lebih dahulu, "+
				"supaya laporan baru tetap ada yang dapat membukanya.")
	case errors.Is(err, report.ErrBadKey):
		return errInput("Itu bukan kunci yang dikenali. Kunci publik dimulai dengan “age1”.")
	}
	return err
}

// record writes an audit line about what is going to be shown, and refuses to
// show it when the line cannot be written.
func (v *visit) record(act, object string) error {
	line := curation.AuditLine{At: v.s.opts.Now().UTC(), User: v.user.ID, Act: act, Object: object}
	if err := v.s.deps.Audit.AddAudit(v.ctx(), line); err != nil {
		return fmt.Errorf("write the audit line of %s: %w", act, err)
	}
	return nil
}

// reportAct tells an act on reports in the audit log; empty: it is another.
func reportAct(act string) string {
	return map[string]string{
		"report.open": "membuka laporan", "report.file": "mengunduh berkas laporan",
		"report.archive": "mengunduh arsip laporan", "report.sheet": "membuat lembar penerusan",
		"report.reply": "membalas pelapor", "report.note": "menulis catatan laporan",
		"report.status": "mengubah status laporan", "report.close": "menutup laporan",
		"report.exclude":      "mengecualikan pemeriksa dari laporan",
		"report.erase.ask":    "meminta laporan dihapus",
		"report.erase.cancel": "membatalkan penghapusan laporan",
		"report.erase":        "menghapus laporan", "report.unlock": "membuka kunci pemeriksa",
		"report.lock": "menutup kunci pemeriksa", "report.removed": "memakai kunci yang sudah dikeluarkan",
		"report.wrong": "sepuluh kali keliru frasa sandi", "report.reseal": "menyegel ulang laporan",
		"report.key.add": "menambah kunci pemeriksa", "report.key.remove": "mengeluarkan kunci pemeriksa",
	}[act]
}
