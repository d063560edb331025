package main

import (
	"archive/zip"
	"bytes"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
	"tanyanetral/sheet"
)

// TestBadInputInBrowser does in the real console what goes wrong in an office.
func TestBadInputInBrowser(t *testing.T) {
	p := openPlace(t, t.TempDir())
	first, _ := p.signIn(rina)
	second, _ := p.signIn(bayu)
	for _, part := range []struct {
		name string
		do   func(t *testing.T, p *place, first, second *window)
	}{{"two curators", twoCurators}, {"workbooks", badWorkbooks}, {"locked", lockedDatabase}} {
		t.Run(part.name, func(t *testing.T) {
			of := func(w *window) *window { return &window{t, w.ctx, w.base} }
			own := *p
			own.t = t
			part.do(t, &own, of(first), of(second))
		})
	}
	p.program.stop(t)
}

// twoCurators: two open one topic, and both save. The second sees what the
// first wrote, chooses part by part, and nothing is lost.
func twoCurators(t *testing.T, p *place, first, second *window) {
	const page = "/topik/isi/" + strayTopic
	first.opens(page, "Teks jawaban")
	second.opens(page, "Teks jawaban")
	first.writes("#explanation", "Penjelasan yang ditulis Rina.")
	first.clicks(`button[value="simpan-ajukan"]`, "Disimpan dan diajukan")
	second.writes("#instead", "Saran <b>yang</b> ditulis Bayu & kawan.")
	second.clicks(`button[value="simpan-ajukan"]`, "Dua versi topik")
	second.shows("Penjelasan yang ditulis Rina.")
	second.shows("Saran <b>yang</b> ditulis Bayu & kawan.")
	theirs := chromedp.CSS(`input[name="pilih.explanation"][value="mereka"]`)
	second.do("take what Rina wrote", chromedp.Click(theirs))
	second.clicks(`button[value="simpan-ajukan"]`, "Disimpan dan diajukan")
	all := p.revisions(curation.Diajukan)
	if len(all) != 2 {
		t.Fatalf("%d changes wait, want both", len(all))
	}
	both := 0
	for _, r := range all {
		if strings.Contains(string(r.Item.Value), "Rina") && strings.Contains(string(r.Item.Value), "Bayu") {
			both++
		}
	}
	if both != 1 {
		t.Error("the two versions were not put together")
	}
}

// workbook is the shipped base as a workbook, in which each file of the
// archive may be changed, and to which one may be added.
func workbook(t *testing.T, change func(name, data string) string, extra string, size int) []byte {
	t.Helper()
	base, err := knowledge.Load(knowledge.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	var good, out bytes.Buffer
	if err := sheet.Write(&good, base, sheet.XLSX); err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(good.Bytes()), int64(good.Len()))
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(&out)
	put := func(name string, data []byte) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		put(f.Name, []byte(change(f.Name, string(data))))
	}
	if extra != "" {
		put(extra, make([]byte, size))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// badWorkbooks uploads files that cannot be taken; each has its sentence, and
// nothing is changed.
func badWorkbooks(t *testing.T, p *place, first, _ *window) {
	same := func(_, data string) string { return data }
	good := workbook(t, same, "", 0)
	merged := workbook(t, func(name, data string) string {
		if !strings.HasSuffix(name, "/sheet1.xml") {
			return data
		}
		const cells = `<mergeCells count="1"><mergeCell ref="B2:C2"/></mergeCells>`
		return strings.Replace(data, "</sheetData>", "</sheetData>"+cells, 1)
	}, "", 0)
	before := len(p.revisions(""))
	tests := []struct {
		name, file string
		data       []byte
		want       string
	}{
		{"good", "baik.xlsx", good, "Tidak ada kekeliruan."},
		{"broken", "rusak.xlsx", good[:len(good)/2], "Berkas ini rusak"},
		{"no workbook", "palsu.xlsx", []byte("halo dunia"), "Berkas ini rusak"},
		{"merged", "gabung.xlsx", merged, "sel B2:C2 digabung"},
		{"macros", "makro.xlsx", workbook(t, same, "xl/vbaProject.bin", 10), "berisi makro"},
		{"named as with macros", "makro.xlsm", good, "tanpa makro"},
		{"bomb", "bom.xlsx", workbook(t, same, "xl/media/bom.bin", 80<<20), "terlalu besar"},
		{"huge", "besar.xlsx", bytes.Repeat([]byte("x"), 11<<20), "Isian terlalu besar"},
		{"empty", "kosong.xlsx", nil, "Pilih berkas"},
	}
	dir := t.TempDir()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := &window{t, first.ctx, first.base}
			name := filepath.Join(dir, tt.file)
			if err := os.WriteFile(name, tt.data, 0o600); err != nil {
				t.Fatal(err)
			}
			w.opens("/lembar", "Lembar kerja")
			w.do("choose the file", chromedp.SetUploadFiles(chromedp.CSS("#berkas"), []string{name}))
			w.do("import it", chromedp.Click(chromedp.CSS(`input[name="coba"]`)))
			w.clicks(`form[action="/lembar"] button`, tt.want)
		})
	}
	if after := len(p.revisions("")); after != before {
		t.Errorf("%d changes were made of files that cannot be taken", after-before)
	}
}

// lockedDatabase: another program holds the database for longer than the
// console waits. The page says so and keeps what was typed; it can be sent
// again from there.
func lockedDatabase(t *testing.T, p *place, first, _ *window) {
	const word, means = "nyablon", "sablon kaos"
	first.opens("/kosakata", "Kosakata")
	unlock := p.locks()
	first.writes(`input[name="kata"]`, word)
	first.writes(`input[name="arti"]`, means)
	first.clicks(`form[action="/kosakata"] button`, "Sedang sibuk")
	first.shows("Isian Anda tidak hilang")
	first.shows(means)
	first.opens("/", "Beranda") // what only reads goes on
	unlock()
	first.opens("/kosakata", "Kosakata")
	if n := len(p.words(word)); n != 0 {
		t.Fatalf("%d changes were made while the database was locked", n)
	}
	unlock = p.locks()
	first.writes(`input[name="kata"]`, word)
	first.writes(`input[name="arti"]`, means)
	first.clicks(`form[action="/kosakata"] button`, "Sedang sibuk")
	unlock()
	first.clicks("main form button", "Disimpan")
	if n := len(p.words(word)); n != 1 {
		t.Errorf("%d changes were made by sending again, want 1", n)
	}
}

// words are the changes of a word's meaning.
func (p *place) words(word string) (found []curation.Revision) {
	p.t.Helper()
	for _, r := range p.revisions("") {
		if r.Item.Kind == knowledge.ItemWord && r.Item.Key == word {
			found = append(found, r)
		}
	}
	return found
}

// locks takes the right to write from the program, as a copy by hand may.
func (p *place) locks() (unlock func()) {
	p.t.Helper()
	const how = "?_txlock=immediate&_busy_timeout=10000"
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(p.state, "tanyanetral.db")+how)
	if err != nil {
		p.t.Fatal(err)
	}
	tx, err := db.BeginTx(p.t.Context(), nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return func() {
		p.t.Helper()
		if err := tx.Rollback(); err != nil {
			p.t.Error(err)
		}
		if err := db.Close(); err != nil {
			p.t.Error(err)
		}
	}
}
