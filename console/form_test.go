package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// formPath is one form, where it leads, and what it asks the desk to do.
type formPath struct {
	path   string
	values url.Values
	to     string
	call   string
}

func formPaths(w *world) []formPath {
	b := w.desk.base
	t0, t2 := b.Topics[0].ID, b.Topics[2]
	election := form("nama", "Pemilu 2029", "mulai", "2028-06-01", "penetapan", "2028-11-01", "kampanye",
		"2028-11-28",
		"kampanye-sampai", "2029-02-10", "tenang", "2029-02-13", "pemungutan", "2029-02-14", "berakhir",
		"2029-04-01",
		"seen", "7", "aksi", "simpan")
	law := form("id", b.Instruments[0].ID, "lama", b.Instruments[0].ID, "judul", "Judul", "status", "dicabut",
		"diganti", b.Instruments[1].ID, "mengikat", "PNS", "dibaca", "naskah", "diperiksa", "2026-11-21",
		"pasal", "Pasal 1\nPasal 2", "seen", "7", "aksi", "simpan-ajukan")
	g := "/pertanyaan/grup/ga/"
	return []formPath{
		{g + "tambah", form("topik", t0, "kalimat", "satu", "kalimat", "dua"), "/pertanyaan", "assign ga " + t0 +
			" 2 u1"},
		{g + "gabung", form("ke", "gb"), "/pertanyaan/grup/gb", "merge ga gb"},
		{g + "pisah", form("pisah", "ga1"), "/pertanyaan/grup/gb", "split ga [ga1]"},
		{g + "luar", form("kategori", b.Outside[0].ID), "/pertanyaan", "outside ga " + b.Outside[0].ID},
		{g + "abaikan", form(), "/pertanyaan", "ignore ga"},
		{"/pertanyaan/tindakan/a1", form(), "/pertanyaan/tindakan", "undo a1"},
		{"/topik/isi/" + t2.ID, topicValues(&t2, "answer", "Baru."), "/tinjauan?keadaan=draf",
			"draft topik 1 seen 7"},
		{"/topik/isi/" + t2.ID, topicValues(&t2, "aksi", "simpan-ajukan"), "/tinjauan", "submit [fresh] "},
		{"/topik/isi/" + t2.ID + "/kalimat", form("baru", "apa kabar netral\nboleh tidak", "hapus", t2.Asks[0],
			"aksi", "simpan", "seen", "7"), "/tinjauan?keadaan=draf", "draft tanya 3 seen 7"},
		{"/topik/baru", topicValues(&t2, "id", "topik-baru", "kalimat", "satu\ndua"), "/tinjauan?keadaan=draf",
			"draft topik 3 seen 7"},
		{"/topik/baru", topicValues(&t2, "id", "", "title", "Judul Baru!", "grup", "ga", "kalimat", "satu"),
			"/tinjauan", "newtopic ga judul-baru 1"},
		{"/tinjauan/aksi", form("aksi", "ajukan", "ids", "r2", "ids", "r1"), "/tinjauan", "submit [r2 r1] "},
		{"/tinjauan/aksi", form("aksi", "setujui", "ids", "r1", "catatan", "baik"), "/tinjauan?keadaan=disetujui",
			"approve [r1] baik"},
		{"/tinjauan/aksi", form("aksi", "tolak", "ids", "r1", "catatan", "keliru"), "/tinjauan",
			"reject [r1] keliru"},
		{"/tinjauan/aksi", form("aksi", "buang", "ids", "r2"), "/tinjauan?keadaan=draf", "discard [r2] "},
		{"/tinjauan/aksi", form("aksi", "jadwal", "ids", "r4", "tanggal", "2026-12-01"),
			"/tinjauan?keadaan=disetujui", "schedule [r4] 2026-11-30"},
		{"/tinjauan/aksi", form("aksi", "terbit", "ids", "r4"), "/tinjauan/terbit?ids=r4", ""},
		{"/tinjauan/terbit", form("ids", "r4", "alasan", "perlu"), "/riwayat?keadaan=terbit", "publish [r4] perlu"},
		{"/coba", form("pertanyaan", "bolehkah like"), "/coba", ""},
		{"/tahapan/ubah", election, "/tinjauan?keadaan=draf", "draft tahapan 1 seen 7"},
		{"/tahapan/hapus", form("nama", "Pilkada 2029", "aksi", "simpan"), "/tinjauan?keadaan=draf",
			"draft tahapan 1 seen 0"},
		{"/dasar/ubah", law, "/tinjauan", "draft dasar 1 seen 7"},
		{"/kosakata", form("kata", "nyoblos", "arti", "memilih", "aksi", "simpan-ajukan"), "/tinjauan",
			"draft kata 1 seen 0"},
		{"/kosakata/hapus", form("kata", "nyaleg", "aksi", "simpan"), "/tinjauan?keadaan=draf",
			"draft kata 1 seen 0"},
		{"/riwayat/satu/r3/kembalikan", form(), "/tinjauan?keadaan=draf", "revert r3"},
		{"/riwayat/kembali-ke", form("tanggal", "2026-11-01"), "/tinjauan?keadaan=draf", "revertto 2026-11-01"},
		{"/pengguna/undang", form("nama", "Sari", "peran", "kurator", "peran", "hantu", "sampai", "2026-12-31"),
			"/pengguna", "invite Sari [kurator] 2026-12-31"},
		{"/pengguna/satu/u2", form("peran", "admin", "aktif", "ya"), "/pengguna", "roles u2 [admin]  true"},
		{"/pengguna/satu/u2/keluar", form(), "/pengguna", "signout u2"},
	}
}

func TestForms(t *testing.T) {
	for i, f := range formPaths(newWorld(t)) {
		t.Run(fmt.Sprintf("%d%s", i, f.path), func(t *testing.T) {
			w := newWorld(t)
			a := w.call(f.path, "kue-admin", f.values)
			if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != f.to {
				t.Fatalf("status %d, location %q", a.StatusCode, a.Header.Get("Location"))
			}
			if all := append(w.desk.done(), w.staff.calls...); f.call != "" && !slices.Contains(all, f.call) {
				t.Errorf("calls %q, want %q", all, f.call)
			}
			next := w.call(f.to, "kue-admin", nil)
			if next.StatusCode != http.StatusOK {
				t.Errorf("the next page has status %d", next.StatusCode)
			}
			if f.path != "/coba" && f.call != "" &&
				strings.Count(next.body, `class="flash" role="status"`) != 1 {
				t.Error("the next page has no message")
			}
			if again := w.call(f.to, "kue-admin", nil); strings.Contains(again.body, `role="status"`) {
				t.Error("the message stays")
			}
		})
	}
}

func TestForgedForms(t *testing.T) {
	for i, f := range formPaths(newWorld(t)) {
		w := newWorld(t)
		for name, a := range map[string]answer{
			"no token":     w.call(f.path, "kue-admin", without(f.values)),
			"other's":      w.call(f.path, "kue-kurator", f.values),
			"other origin": w.call(f.path, "kue-admin", f.values, crossSite),
			"no session":   w.call(f.path, "", f.values),
		} {
			if a.StatusCode != http.StatusForbidden && a.StatusCode != http.StatusUnauthorized {
				t.Errorf("%d %s, %s: status %d", i, f.path, name, a.StatusCode)
			}
		}
		if calls := append(w.desk.done(), w.staff.calls...); len(calls) > 0 {
			t.Errorf("%s: a forged form did %q", f.path, calls)
		}
		if !w.audit.has("console.forged") {
			t.Errorf("%s: no audit line", f.path)
		}
	}
}

func without(f url.Values) url.Values {
	c := url.Values{}
	for k, v := range f {
		if k != formField {
			c[k] = v
		}
	}
	return c
}

func crossSite(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }

// TestTopicFormKeepsEverything sends the form of every shipped topic back
// unchanged: nothing may be lost or altered on the way.
func TestTopicFormKeepsEverything(t *testing.T) {
	w := newWorld(t)
	for i := range w.desk.base.Topics {
		topic := &w.desk.base.Topics[i]
		a := w.call("/topik/isi/"+topic.ID, "kue-admin", topicValues(topic))
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: status %d", topic.ID, a.StatusCode)
		}
		want := knowledge.TopicItem(*topic)
		if diff := cmp.Diff(string(want.Value), string(w.desk.drafted[0].Value)); diff != "" {
			t.Fatalf("%s changed on its way (-want +got):\n%s", topic.ID, diff)
		}
	}
}

func TestTopicMistakes(t *testing.T) {
	w := newWorld(t)
	topic := &w.desk.base.Topics[2]
	path := "/topik/isi/" + topic.ID
	invalid := &curation.Invalid{Problems: []knowledge.Problem{{Text: "Kalimatnya terlalu panjang."}}}
	for name, c := range map[string]struct {
		values url.Values
		err    error
		path   string
		status int
		shows  string
	}{
		"preview": {topicValues(topic, "aksi", "pratinjau", "answer", "Jawaban uji."), nil, path, 200,
			"Jawaban uji."},
		"free citation": {topicValues(topic, "o0.basis", "UU Khayalan Pasal 1"), nil, path, 422,
			"dipilih dari daftar"},
		"no title":     {topicValues(topic, "title", ""), nil, path, 422, "judul"},
		"broken rules": {topicValues(topic), invalid, path, 422, "Kalimatnya terlalu panjang."},
		"unknown":      {topicValues(topic), nil, "/topik/isi/tidak-ada", 404, "Tidak ditemukan"},
		"id in use":    {topicValues(topic, "id", topic.ID), nil, "/topik/baru", 422, "pilih id lain"},
		"near wording": {form("baru", "ini dekat sekali", "aksi", "simpan"), nil, path + "/kalimat", 422,
			"dekat dengan"},
		"bad wording": {form("baru", "12345", "aksi", "simpan"), nil, path + "/kalimat", 422,
			"harus memuat huruf"},
		"bad election": {form("nama", "X", "mulai", "besok"), nil, "/tahapan/ubah", 422, "tanggal"},
		"known law": {form("id", w.desk.base.Instruments[0].ID, "judul", "J"), nil, "/dasar/ubah", 422,
			"sudah ada"},
	} {
		t.Run(name, func(t *testing.T) {
			w.desk.draftErr = c.err
			a := w.call(c.path, "kue-admin", c.values)
			if a.StatusCode != c.status || !strings.Contains(a.body, c.shows) {
				t.Errorf("status %d, want %d with %q", a.StatusCode, c.status, c.shows)
			}
		})
	}
	w.desk.draftErr = nil
	if calls := w.desk.done(); len(calls) > 0 {
		t.Errorf("mistakes did %q", calls)
	}
	a := w.call(path+"/kalimat", "kue-admin", form("baru", "ini dekat sekali", "yakin",
		"ya", "aksi", "simpan"))
	if a.StatusCode != http.StatusSeeOther || len(w.desk.done()) != 1 {
		t.Errorf("a near wording that was looked at: status %d, calls %q", a.StatusCode, w.desk.done())
	}
}

// TestTwoCurators lets a second person save the same topic: both versions are
// shown, and the parts that the person chooses are kept.
func TestTwoCurators(t *testing.T) {
	w := newWorld(t)
	topic := w.desk.base.Topics[2]
	theirs := topic
	theirs.Answer, theirs.Instead = "Jawaban rekan.", "Saran rekan."
	w.desk.revisions = []curation.Revision{{ID: "r9", Author: "u2", State: curation.Diajukan,
		Item: knowledge.TopicItem(theirs)}}
	changed := &curation.Changed{Item: knowledge.TopicItem(theirs), Revision: w.desk.revisions[0]}
	mine := topicValues(&topic, "answer", "Jawaban saya.", "explanation", "Penjelasan saya.")
	for name, err := range map[string]error{"an open draft of another": nil, "published meanwhile": changed} {
		t.Run(name, func(t *testing.T) {
			w.desk.draftErr = err
			mine.Set("drafts", "")
			if err != nil {
				mine.Set("drafts", "r9")
			}
			a := w.call("/topik/isi/"+topic.ID, "kue-admin", mine)
			if a.StatusCode != http.StatusConflict {
				t.Fatalf("status %d", a.StatusCode)
			}
			for _, s := range []string{"Jawaban saya.", "Jawaban rekan.", "Penjelasan saya.",
				"Hendra Gunawan"} {
				if !strings.Contains(a.body, s) {
					t.Errorf("the page of the difference lacks %q", s)
				}
			}
		})
	}
	w.desk.draftErr = nil
	own := topic
	own.Answer, own.Explanation, own.Asks = "Jawaban saya.", "Penjelasan saya.", nil
	a := w.call("/topik/isi/"+topic.ID+"/pilih", "kue-admin", form("punya", asJSON(t, own), "lain", "r9",
		"drafts", "r9",
		"seen", "8", "pilih.answer", "mereka", "pilih.instead", "saya", "pilih.explanation", "saya", "aksi",
		"simpan"))
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d", a.StatusCode)
	}
	var got knowledge.Topic
	if err := json.Unmarshal(w.desk.drafted[0].Value, &got); err != nil {
		t.Fatal(err)
	}
	if got.Answer != "Jawaban rekan." || got.Explanation != "Penjelasan saya." ||
		got.Instead != topic.Instead {
		t.Errorf("merged: %q, %q, %q", got.Answer, got.Explanation, got.Instead)
	}
}

func TestGoldenHoldsBack(t *testing.T) {
	w := newWorld(t)
	w.desk.preview.Flips = 1
	w.desk.preview.Golden = []curation.Change{{Question: "pertanyaan acuan", Flip: true}}
	a := w.call("/tinjauan/terbit?ids=r4", "kue-kurator", nil)
	if !strings.Contains(a.body, "Penerbitan ini ditahan") || strings.Contains(a.body, "Tetap terbitkan") {
		t.Error("a curator is offered to publish in spite of a golden question")
	}
	a = w.call("/tinjauan/terbit", "kue-admin", form("ids", "r4"))
	if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "menjadi keliru") {
		t.Errorf("without a reason: status %d", a.StatusCode)
	}
	if a = w.call("/tinjauan/terbit", "kue-admin", form("ids", "r4", "alasan",
		"surat BKN")); a.StatusCode != 303 {
		t.Errorf("with a reason: status %d", a.StatusCode)
	}
}

func TestSheets(t *testing.T) {
	w := newWorld(t)
	send := func(name, content, token string) answer { return w.upload(name, content, token, "kue-admin") }
	w.sheets.report = Report{Rows: 12, Errors: []CellError{{"topik", 7, "judul", "Judulnya kosong."}}}
	if a := send("isi.xlsx", "data", "token-u1"); a.StatusCode != 303 || w.sheets.got != "isi.xlsx 4 true" {
		t.Errorf("status %d, got %q", a.StatusCode, w.sheets.got)
	}
	if a := w.call("/lembar", "kue-admin", nil); !strings.Contains(a.body, "Judulnya kosong.") ||
		!strings.Contains(a.body, "tidak ada yang disimpan") {
		t.Error("the report is not shown")
	}
	w.sheets.got = ""
	for name, want := range map[string]int{"makro.xlsm": 303, "besar.xlsx": 413, "palsu.xlsx": 403} {
		content, token := "data", "token-u1"
		switch name {
		case "besar.xlsx":
			content = strings.Repeat("x", uploadLimit+1)
		case "palsu.xlsx":
			token = "lain"
		}
		if a := send(name, content, token); a.StatusCode != want || w.sheets.got != "" {
			t.Errorf("%s: status %d, imported %q", name, a.StatusCode, w.sheets.got)
		}
	}
	a := w.call("/lembar/unduh?format=yaml", "kue-admin", nil)
	if a.body != "isi yaml" || !strings.Contains(a.Header.Get("Content-Disposition"),
		"tanyanetral-2026-11-21.yaml") {
		t.Errorf("download: %q %v", a.body, a.Header)
	}
	if a := w.call("/lembar/unduh?format=exe", "kue-admin", nil); a.StatusCode != http.StatusNotFound {
		t.Errorf("unknown format: status %d", a.StatusCode)
	}
}

// upload sends a file as the form of the spreadsheets does.
func (w *world) upload(name, content, token, cookie string) answer {
	w.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range map[string]string{formField: token, "coba": "ya"} {
		if err := m.WriteField(k, v); err != nil {
			w.t.Fatal(err)
		}
	}
	f, err := m.CreateFormFile("berkas", name)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := f.Write([]byte(content)); err != nil {
		w.t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		w.t.Fatal(err)
	}
	return w.call("/lembar", cookie, url.Values{}, func(r *http.Request) {
		r.Header.Set("Content-Type", m.FormDataContentType())
		r.Body, r.ContentLength = readCloser{&b}, int64(b.Len())
	})
}

type readCloser struct{ *bytes.Buffer }

func (readCloser) Close() error { return nil }

func TestBigForm(t *testing.T) {
	w := newWorld(t)
	a := w.call("/coba", "kue-admin", form("pertanyaan", strings.Repeat("a", formLimit)))
	if a.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(a.body, "64 KB") {
		t.Errorf("status %d", a.StatusCode)
	}
}
