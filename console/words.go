package console

import (
	"fmt"
	"strings"
	"time"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// months are short names of the months, January first.
func months() []string {
	return []string{"Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"}
}

// dayText writes a day as people here do.
func dayText(d knowledge.Day) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return "–"
	}
	return fmt.Sprintf("%d %s %d", t.Day(), months()[t.Month()-1], t.Year())
}

// numberText writes a number with points between the thousands.
func numberText(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}

// percent writes a part of 1 as whole percents.
func percent(f float64) string { return fmt.Sprintf("%.0f%%", f*100) }

// share writes n of all as percents.
func share(n, all int) string {
	if all == 0 {
		return "–"
	}
	return percent(float64(n) / float64(all))
}

// bytesText writes a size in the unit that people know.
func bytesText(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d KB", n>>10)
}

// plainLabel leaves the sign before a label out: the page shows a colour.
func plainLabel(s string) string {
	if _, rest, ok := strings.Cut(s, " "); ok && !strings.ContainsAny(s[:1], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		return rest
	}
	return s
}

func verdictText(v knowledge.Verdict) string { return plainLabel(v.Label()) }

func statusText(s knowledge.Status) string { return s.Label() }

func stateText(s curation.State) string {
	return word(string(s), map[string]string{
		"draf": "Draf", "diajukan": "Menunggu tinjauan", "disetujui": "Disetujui", "terbit": "Terbit",
		"ditolak": "Ditolak", "dibuang": "Dibuang",
	})
}

func kindText(k knowledge.ItemKind) string {
	return word(string(k), map[string]string{
		"topik": "Topik", "tanya": "Cara bertanya", "luar": "Kalimat di luar lingkup", "dasar": "Dasar hukum",
		"kata": "Kosakata", "tahapan": "Tahapan",
	})
}

func reasonText(r knowledge.Reason) string {
	return word(string(r), map[string]string{
		"tidak-ditemukan": "tidak ditemukan", "bukan-itu": "pilihan tidak cocok",
		"tidak-membantu": "jawaban tidak membantu", "keliru": "jawaban dianggap keliru",
	})
}

func roleText(r curation.Role) string {
	return word(string(r), map[string]string{"kurator": "Kurator", "pemeriksa": "Pemeriksa",
		"admin": "Admin"})
}

func rolesText(all []curation.Role) string {
	var names []string
	for _, r := range all {
		names = append(names, roleText(r))
	}
	return strings.Join(names, ", ")
}

func zoneText(z knowledge.Zone) string {
	return word(string(z), map[string]string{
		"direct": "Dijawab langsung", "menu": "Diberi pilihan", "none": "Tidak terjawab",
	})
}

func actionText(k curation.ActionKind) string {
	return word(string(k), map[string]string{
		"tambah": "Ditambahkan ke topik", "baru": "Topik baru", "gabung": "Digabung",
		"pisah": "Dipisahkan", "di-luar": "Di luar lingkup", "abaikan": "Diabaikan",
	})
}

// actText tells an act of the audit log; one without words is shown as it is.
func actText(act string) string {
	if s := reportAct(act); s != "" {
		return s
	}
	return word(act, map[string]string{
		"console.refused": "membuka halaman di luar wewenang", "console.forged": "formulir ditolak",
		"console.link": "tautan tidak berlaku", "console.signout": "mengeluarkan pengguna",
		"sheet.import": "impor lembar kerja", "sheet.refused": "impor ditolak",
		"sheet.export": "ekspor lembar kerja",
		"draft":        "menulis draf", "submit": "mengajukan", "approve": "menyetujui", "reject": "menolak",
		"discard": "membuang draf", "schedule": "menjadwalkan", "publish": "menerbitkan",
		"publish.override": "menerbitkan dengan alasan", "publish.refused": "penerbitan ditolak",
		"group.tambah": "menambah cara bertanya", "group.baru": "membuat topik dari pertanyaan",
		"group.pisah":  "memisahkan pertanyaan",
		"group.gabung": "menggabungkan pertanyaan", "group.di-luar": "mencatat di luar lingkup",
		"group.abaikan": "mengabaikan pertanyaan", "group.undo": "membatalkan tindakan",
		"link":    "meminta tautan masuk",
		"sign-in": "masuk", "user.invite": "mengundang pengguna", "user.join": "pengguna bergabung",
		"user.roles": "mengubah peran", "user.admin": "admin dari pengaturan",
	})
}

func word(key string, words map[string]string) string {
	if s, ok := words[key]; ok {
		return s
	}
	return key
}

// whos lists the persons that an outcome can bind, the usual ones first.
func whos() []knowledge.Who {
	return []knowledge.Who{
		knowledge.ASN, knowledge.PNS, knowledge.CPNS, knowledge.PPPK, knowledge.ParuhWaktu, knowledge.PPNPN,
		knowledge.PejabatASN, knowledge.Camat, knowledge.Lurah, knowledge.Guru, knowledge.Penjabat,
		"kepala-daerah",
		"pejabat-negara", knowledge.Kades, knowledge.Perangkat, "bpd", "rt-rw", "pendamping", knowledge.BUMN,
		knowledge.TNIPolri, knowledge.PetugasAdho, "pelamar", knowledge.Pensiunan, "guru-swasta", "calon",
		"tim-kampanye", knowledge.Umum,
	}
}

// relations lists whom a section can speak to beside the persons.
func relations() []knowledge.Relation {
	return []knowledge.Relation{"pasangan", "anak", "orang-tua", "saudara", "keluarga", "atasan", "bawahan",
		"teman", "siswa", "warga"}
}

func verdicts() []knowledge.Verdict {
	return []knowledge.Verdict{knowledge.Dilarang, knowledge.Boleh, knowledge.Bersyarat, knowledge.Sengketa,
		knowledge.Info}
}

func confidences() []knowledge.Confidence {
	return []knowledge.Confidence{knowledge.Kuat, knowledge.SatuSumber, knowledge.PerluCek,
		knowledge.Inferensi}
}

func statuses() []knowledge.Status {
	return []knowledge.Status{knowledge.Berlaku, knowledge.Diubah, knowledge.Sebagian, knowledge.Dicabut}
}

func whens() []knowledge.When {
	return []knowledge.When{knowledge.KapanSaja, knowledge.SebelumPenetapan, knowledge.SesudahPenetapan,
		knowledge.MasaKampanye, knowledge.MasaTenang, knowledge.HariPemungutan}
}

// option is one entry of a select.
type option struct {
	Value, Label string
	Chosen       bool
}

// options builds the entries of a select from values that have labels.
func options[T ~string](all []T, chosen T, text func(T) string) []option {
	list := make([]option, len(all))
	for i, x := range all {
		list[i] = option{string(x), text(x), x == chosen}
	}
	return list
}
