package report

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Body is a body outside the office to which a report is handed over.
type Body string

// The bodies.
const (
	Bawaslu     Body = "bawaslu"
	Inspektorat Body = "inspektorat"
	BKN         Body = "bkn"
	Polisi      Body = "polisi"
)

// Bodies are all bodies in the order in which they are offered.
func Bodies() []Body { return []Body{Bawaslu, Inspektorat, BKN, Polisi} }

// Sheet is a page to print and hand over. It carries nothing of the reporter
// but what the reporter wrote.
type Sheet struct {
	Body   Body
	Title  string
	To     string     // the addressee and how it takes reports
	Rows   []SheetRow // in the order of the body's own form
	Limits []SheetRow // deadlines, with the rule behind each
	Notes  []string   // what to know before handing it over
	Day    string     // on which the sheet was made
	Report string     // id of the report, for the office's own files
}

// SheetRow is one line of a sheet.
type SheetRow struct {
	Label string
	Value string
	Fill  bool // to be filled in by hand
}

// Sheet makes the hand-over sheet of a report. Known is the day on which the
// breach became known to who will report it; empty: the day on which the report
// was sent.
func (o *Office) Sheet(ctx context.Context, k *Key, id string, to Body, known string) (*Sheet, error) {
	r, err := o.Read(ctx, k, id)
	if err != nil {
		return nil, err
	}
	if known == "" {
		known = r.Day
	}
	if _, err := time.Parse(time.DateOnly, known); err != nil {
		return nil, errDay
	}
	s := &Sheet{Body: to, Day: o.today(), Report: r.ID}
	switch to {
	case Bawaslu:
		bawasluSheet(s, r, known, o.plan.Holidays)
	case Inspektorat:
		inspektoratSheet(s, r, known)
	case BKN:
		bknSheet(s, r, known)
	case Polisi:
		polisiSheet(s, r, known, o.plan.Holidays)
	default:
		return nil, fmt.Errorf("hand over to %q: %w", to, ErrNotFound)
	}
	return s, nil
}

func row(label, value string) SheetRow {
	return SheetRow{Label: label, Value: value, Fill: value == ""}
}

// facts are the rows that every form has.
func facts(r *Opened) []SheetRow {
	return []SheetRow{
		row("Pihak yang dilaporkan", r.Fields[Siapa]),
		row("Peristiwa", r.Fields[Apa]),
		row("Tempat peristiwa", r.Fields[DiMana]),
		row("Waktu peristiwa", r.Fields[Kapan]),
	}
}

// evidence lists what goes with the sheet.
func evidence(r *Opened) SheetRow {
	var all []string
	if v := r.Fields[Bukti]; v != "" {
		all = append(all, v)
	}
	for _, f := range r.Files {
		label := f.Label
		if !f.Clean {
			label += " (metadata belum dibuang)"
		}
		all = append(all, label)
	}
	return row("Bukti", strings.Join(all, "; "))
}

// electionLimits are the two limits for reports to Bawaslu: working days for
// the general election (UU 7/2017 pasal 454 ayat (6)), calendar days for local
// elections (UU 8/2015 pasal 134 ayat (4) with pasal 1 angka 28).
func electionLimits(known string, h Holidays) []SheetRow {
	calendar := ""
	if day, err := time.Parse(time.DateOnly, known); err == nil {
		calendar = day.AddDate(0, 0, 7).Format(time.DateOnly)
	}
	return []SheetRow{
		row("Pemilu: paling lambat "+deadline(known, 7, h),
			"7 hari kerja sejak diketahui (UU 7/2017 Pasal 454 ayat (6))"),
		row("Pilkada: paling lambat "+calendar,
			"7 hari kalender sejak diketahui dan/atau ditemukan (UU 8/2015 Pasal 134 ayat (4))"),
	}
}

const knownNote = "Tenggat dihitung dari hari diketahui, bukan hari kejadian. Yang tercetak dihitung dari %s."

func bawasluSheet(s *Sheet, r *Opened, known string, h Holidays) {
	s.Title = "Penerusan informasi awal kepada Bawaslu"
	s.To = "Bawaslu/Panwaslu setempat, atau sigaplapor.bawaslu.go.id"
	s.Rows = append([]SheetRow{
		row("Nama dan alamat yang menyampaikan", ""), row("Nomor identitas dan telepon", ""),
	}, facts(r)...)
	s.Rows = append(s.Rows, row("Hari diketahui", known), row("Saksi (nama, alamat, telepon)", ""),
		evidence(r))
	s.Limits = electionLimits(known, h)
	s.Notes = []string{
		fmt.Sprintf(knownNote, known),
		"Laporan resmi memerlukan nama dan alamat pelapor yang berhak memilih. Tanpa itu, lembar ini adalah " +
			"informasi awal yang dapat dijadikan temuan oleh Bawaslu.",
		"Laporan lewat SigapLapor: identitas dan bukti dibawa ke kantor dalam 2 hari.",
		"Pilkada: laporan ditindaklanjuti 3 hari setelah diterima, keterangan tambahan 2 hari " +
			"(UU 8/2015 Pasal 134 ayat (5) dan (6)).",
	}
}

func inspektoratSheet(s *Sheet, r *Opened, known string) {
	s.Title = "Penerusan dugaan pelanggaran disiplin kepada Inspektorat"
	s.To = "Inspektorat (APIP) daerah"
	s.Rows = append(facts(r), row("Jabatan dan unit yang dilaporkan", ""),
		row("Atasan langsung yang dilaporkan", ""),
		row("Hari diketahui", known), evidence(r))
	s.Limits = []SheetRow{
		row("Pemanggilan oleh atasan langsung",
			"jarak surat panggilan dan pemeriksaan paling lama 7 hari kerja (PP 94/2021 Pasal 26)"),
	}
	s.Notes = []string{
		"Yang diperlukan: pihak yang jelas, perbuatan yang menyimpang, dan bukti awal.",
		"Hasil pemeriksaan Inspektorat dapat dipakai dalam pemeriksaan disiplin (PP 94/2021 Pasal 34).",
		"Atasan langsung wajib memanggil dan memeriksa; yang tidak melakukannya dijatuhi hukuman yang lebih " +
			"berat (PP 94/2021 Pasal 28).",
	}
}

func bknSheet(s *Sheet, r *Opened, known string) {
	s.Title = "Penerusan dugaan pelanggaran netralitas ASN kepada BKN"
	s.To = "BKN lewat sbt.bkn.go.id (Pelaporan Publik, Netralitas)"
	s.Rows = append([]SheetRow{row("NIP atau NIK yang dilaporkan", "")}, facts(r)...)
	s.Rows = append(s.Rows, row("Jabatan dan instansi yang dilaporkan", ""), row("Hari diketahui", known),
		evidence(r))
	s.Limits = []SheetRow{
		row("Verifikasi", "Satgas Netralitas paling lama 7 hari; kajian Bawaslu 3 hari kerja"),
	}
	s.Notes = []string{
		"Tanpa NIP atau NIK, laporan masuk lewat SP4N-LAPOR! (lapor.go.id).",
		"Hasilnya dikirim BKN kepada Pejabat Pembina Kepegawaian; KASN tidak ada lagi.",
		"Dugaan pelanggaran pada masa pemilu atau pilkada diteruskan juga kepada Bawaslu, dengan tenggat 7 hari.",
	}
}

func polisiSheet(s *Sheet, r *Opened, known string, h Holidays) {
	s.Title = "Penerusan dugaan tindak pidana kepada Polisi"
	s.To = "Kepolisian setempat; tindak pidana pemilu dan pilkada lewat Bawaslu (Sentra Gakkumdu)"
	s.Rows = append([]SheetRow{row("Nama dan alamat yang melaporkan", "")}, facts(r)...)
	s.Rows = append(s.Rows, row("Hari diketahui", known), row("Saksi (nama, alamat, telepon)", ""),
		evidence(r))
	s.Limits = electionLimits(known, h)
	s.Notes = []string{
		fmt.Sprintf(knownNote, known),
		"Tindak pidana pemilu dan pilkada masuk lewat Bawaslu, bukan langsung ke polisi; tenggat di atas " +
			"berlaku di sana.",
		"Pidana pemilu diteruskan Bawaslu kepada polisi paling lama 1x24 jam setelah dinyatakan bersama Gakkumdu " +
			"(UU 7/2017 Pasal 476).",
		"Saksi dan korban tindak pidana dapat meminta perlindungan LPSK (UU 3/2026).",
	}
}
