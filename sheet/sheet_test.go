package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tanyanetral/knowledge"
)

func base(tb testing.TB) *knowledge.Base {
	tb.Helper()
	b, err := knowledge.Load(knowledge.Embedded())
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func written(tb testing.TB, b *knowledge.Base, f Format) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := Write(&out, b, f); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// TestRoundTrip: what was written changes nothing when it is read again.
func TestRoundTrip(t *testing.T) {
	b := base(t)
	want := len(b.Topics)
	for _, topic := range b.Topics {
		want += len(topic.Asks)
	}
	for _, f := range []Format{XLSX, CSV, YAML} {
		t.Run(string(f), func(t *testing.T) {
			r, err := Parse(bytes.NewReader(written(t, b, f)), f, b)
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Errors) > 0 || len(r.Items) > 0 || r.Same != want {
				t.Errorf("%d errors, %d items, %d of %d the same; first: %.300v %.300v",
					len(r.Errors), len(r.Items),
					r.Same, want, first(r.Errors), first(r.Items))
			}
		})
	}
}

// TestWholeBase: all of it read into a base without any topic makes the same
// topics again.
func TestWholeBase(t *testing.T) {
	b := base(t)
	empty := *b
	empty.Topics = nil
	none, problems := empty.With(nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	r, err := Parse(bytes.NewReader(written(t, b, XLSX)), XLSX, none)
	if err != nil || len(r.Errors) > 0 {
		t.Fatal(err, first(r.Errors))
	}
	again, problems := none.With(r.Items)
	if len(problems) > 0 {
		t.Fatalf("%d problems: %+v", len(problems), problems[0])
	}
	if got, want := written(t, again, YAML), written(t, b, YAML); len(got) != len(want) {
		t.Errorf("%d bytes of YAML, want %d", len(got), len(want))
	}
}

func first[T any](all []T) any {
	if len(all) == 0 {
		return "none"
	}
	return all[0]
}

// sheetFile builds a workbook; the map gives the cells of each sheet.
func sheetFile(t *testing.T, change func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", sheetAsks); err != nil {
		t.Fatal(err)
	}
	for i, title := range askTitles() {
		at, _ := excelize.CoordinatesToCellName(i+1, 1)
		if err := f.SetCellStr(sheetAsks, at, title); err != nil {
			t.Fatal(err)
		}
	}
	change(f)
	var out bytes.Buffer
	if _, err := f.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAsks(t *testing.T) {
	b := base(t)
	topic := b.Topics[0]
	data := sheetFile(t, func(f *excelize.File) {
		for n, cells := range [][]string{
			{topic.ID, "boleh gak ya tuh kucing kampanye"}, {topic.ID, topic.Asks[3]}, {topic.ID, topic.Asks[4], "ya"},
			{topic.ID, "'=1+1 itu boleh?"},
		} {
			for i, c := range cells {
				at, _ := excelize.CoordinatesToCellName(i+1, n+2)
				if err := f.SetCellStr(sheetAsks, at, c); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
	r, err := Parse(bytes.NewReader(data), XLSX, b)
	if err != nil {
		t.Fatal(err)
	}
	if r.Rows != 4 || r.Added != 2 || r.Same != 1 || r.Removed != 1 || len(r.Items) != 3 {
		t.Errorf("%d rows, %d added, %d the same, %d removed, errors %v", r.Rows, r.Added, r.Same,
			r.Removed, r.Errors)
	}
	if !strings.Contains(string(r.Items[2].Value), `"=1+1 itu boleh?"`) {
		t.Errorf("the guard stays: %s", r.Items[2].Value)
	}
	if at := r.Place(r.Items[0]); at.Row != 2 || at.Sheet != sheetAsks {
		t.Errorf("the first item stands at %+v", at)
	}
}

// TestCellErrors: every wrong cell is named, and then nothing is changed.
func TestCellErrors(t *testing.T) {
	b := base(t)
	id := b.Topics[0].ID
	set := func(at, v string) func(*excelize.File) {
		return func(f *excelize.File) {
			for cell, v := range map[string]string{"A2": id, "B2": "kalimat baru yang wajar", at: v} {
				if err := f.SetCellStr(sheetAsks, cell, v); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	tests := []struct {
		name   string
		change func(*excelize.File)
		row    int
		column string
		text   string
	}{
		{"unknown topic", set("A2", "tidak-ada"), 2, "id topik", "tidak ada"},
		{"no wording", set("B2", ""), 2, "pertanyaan", "kosong"},
		{"odd mark", set("C2", "mungkin"), 2, "hapus", "ya"},
		{"nothing to remove", set("C2", "ya"), 2, "pertanyaan", "tidak dapat dihapus"},
		{"unknown column", set("D1", "warna"), 1, "warna", "tidak dikenal"},
		{"formula", func(f *excelize.File) {
			set("A2", id)(f)
			if err := f.SetCellFormula(sheetAsks, "B2", "=A1&A2"); err != nil {
				t.Fatal(err)
			}
		}, 2, "pertanyaan", "rumus"},
		{"merged cells", func(f *excelize.File) {
			set("A2", id)(f)
			if err := f.MergeCell(sheetAsks, "A2", "B2"); err != nil {
				t.Fatal(err)
			}
		}, 2, "", "digabung"},
		{"other sheets only", func(f *excelize.File) {
			if err := f.SetSheetName(sheetAsks, "Rekap"); err != nil {
				t.Fatal(err)
			}
		}, 1, "", "tidak ada"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Parse(bytes.NewReader(sheetFile(t, tt.change)), XLSX, b)
			if err != nil {
				t.Fatal(err)
			}
			named := slices.ContainsFunc(r.Errors, func(e CellError) bool {
				return e.Row == tt.row && e.Column == tt.column && strings.Contains(e.Text, tt.text)
			})
			if !named || len(r.Items) > 0 {
				t.Errorf("%d items, errors %+v", len(r.Items), r.Errors)
			}
		})
	}
}

// TestOutcomeCell: a wrong line of a cell is told with its number and form.
func TestOutcomeCell(t *testing.T) {
	b := base(t)
	data := "id,akibat\n" + b.Topics[0].ID + ",\"kapan-saja | | pns | disiplin\"\n"
	r, err := Parse(strings.NewReader(data), CSV, b)
	if err != nil || len(r.Errors) != 1 {
		t.Fatalf("%v %+v", err, r)
	}
	if e := r.Errors[0]; e.Row != 2 || e.Column != "akibat" || !strings.Contains(e.Text, "seharusnya 6") {
		t.Errorf("%+v", e)
	}
}

func TestHostileFiles(t *testing.T) {
	b := base(t)
	bomb := func(name string, size int) []byte {
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(make([]byte, size)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	good := sheetFile(t, func(*excelize.File) {})
	tests := []struct {
		name string
		data []byte
		f    Format
		want error
	}{
		{"zip bomb", bomb("xl/worksheets/sheet1.xml", maxUnzipped+1), XLSX, ErrTooBig},
		{"macros", bomb("xl/vbaProject.bin", 10), XLSX, ErrMacros},
		{"no workbook", bomb("halo.txt", 10), XLSX, ErrBroken},
		{"not a zip", []byte("halo dunia"), XLSX, ErrBroken},
		{"cut off", good[:len(good)/2], XLSX, ErrBroken},
		{"huge", make([]byte, maxFile+1), CSV, ErrTooBig},
		{"broken CSV", []byte("id,judul\n\"a,b\n"), CSV, ErrBroken},
		{"broken YAML", []byte("- id: [x\n"), YAML, ErrBroken},
		{"a tag before a broken character", []byte("! \xff"), YAML, ErrBroken},
		{"unknown key", []byte("- id: x\n  warna: biru\n"), YAML, ErrBroken},
		{"other format", nil, Format("pdf"), ErrFormat},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Parse(bytes.NewReader(tt.data), tt.f, b); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestGuard(t *testing.T) {
	for _, s := range []string{"=1+1", "+62", "-1", "@sum", "'kutip", "\tx", "biasa", ""} {
		g := guard(s)
		if unguard(g) != s {
			t.Errorf("%q comes back as %q", s, unguard(g))
		}
		if g != "" && strings.ContainsRune("=+-@\t\r", rune(g[0])) {
			t.Errorf("%q is still a formula", g)
		}
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("id,judul\nx,y\n"))
	f.Add([]byte("id;akibat\nx;\"a | b\nc\"\n"))
	b := base(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Parse(bytes.NewReader(data), CSV, b)
		if err == nil && len(r.Errors) > 0 && len(r.Items) > 0 {
			t.Error("items in spite of errors")
		}
	})
}

// BenchmarkParse2000 reads 2,000 new ways of asking from a workbook.
func BenchmarkParse2000(b *testing.B) {
	kb := base(b)
	small := *kb
	small.Topics = slices.Clone(kb.Topics)
	left := 2000
	for i := range small.Topics {
		n := min(left, len(small.Topics[i].Asks))
		left -= n
		small.Topics[i].Asks = small.Topics[i].Asks[:n]
	}
	data := written(b, &small, XLSX)
	none := kb.WithAsks(0)
	for b.Loop() {
		r, err := Parse(bytes.NewReader(data), XLSX, none)
		if err != nil || r.Added != 2000 {
			b.Fatal(err, fmt.Sprintf("%+v", r))
		}
	}
}
