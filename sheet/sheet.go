// Package sheet moves the base to a spreadsheet and back: one row a topic, one
// sheet for the ways of asking. It is a leaf beside knowledge: what a file
// changes comes out as items, which the curators' desk drafts, reviews and
// publishes like any other change.
//
// A file is read whole or not at all: every wrong cell is named by sheet, row
// and column, and then nothing is changed. What is absent from a file stays as
// it is; a way of asking goes only where its row says so.
package sheet

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tanyanetral/knowledge"
)

// Format is a kind of file.
type Format string

// The formats. CSV holds the topics with their ways of asking in one cell, a
// line each; XLSX has a sheet for them.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv"
	YAML Format = "yaml"
)

// FormatOf tells the format by the end of a file's name.
func FormatOf(name string) (Format, error) {
	for _, f := range []Format{XLSX, CSV, YAML} {
		if strings.HasSuffix(strings.ToLower(name), "."+string(f)) {
			return f, nil
		}
	}
	if strings.HasSuffix(strings.ToLower(name), ".yml") {
		return YAML, nil
	}
	return "", ErrFormat
}

// Errors of a file that cannot be read at all.
var (
	ErrFormat = errors.New("only .xlsx, .csv and .yaml files are read")
	ErrTooBig = errors.New("the file is too big")
	ErrMacros = errors.New("a workbook with macros is not read")
	ErrBroken = errors.New("the file is damaged or is not what its name says")
)

// Limits of a file.
const (
	maxFile     = 10 << 20 // bytes; the shipped base is below 1 MB as XLSX
	maxUnzipped = 64 << 20 // bytes; what a small workbook may unpack to
	maxRows     = 50_000   // of one sheet
)

// CellError is what is wrong with a cell.
type CellError struct {
	Sheet  string
	Row    int    // from 1, as spreadsheets count
	Column string // title of the column; empty: the row as a whole
	Text   string // in Indonesian, for the person who filled it
}

// Read is what a file changes against the base.
type Read struct {
	Rows                 int // that hold something, titles not counted
	Added, Changed, Same int // topics and ways of asking
	Removed              int // ways of asking
	Items                []knowledge.Item
	Errors               []CellError // if there are any, Items is empty

	rows map[string]CellError // place of every item, by kind and key
}

// Place tells where an item stands in the file, for problems that only the
// base can see.
func (r *Read) Place(i knowledge.Item) CellError { return r.rows[string(i.Kind)+" "+i.Key] }

func (r *Read) fail(sheet string, row int, column, format string, args ...any) {
	r.Errors = append(r.Errors, CellError{sheet, row, column, fmt.Sprintf(format, args...)})
}

// Names of the sheets.
const (
	sheetTopics = "Topik"
	sheetAsks   = "Pertanyaan"
)

// row is one topic as it stands in a file, before it is understood.
type row struct {
	number int
	cells  map[string]string // by column title
}

// column is one column of the topics: its title and how a topic fills it.
type column struct {
	title string
	get   func(*knowledge.Topic) string
	set   func(*knowledge.Topic, string) error
}

// text is a column whose cell is a field as it is.
func text(title string, field func(*knowledge.Topic) *string) column {
	return column{title,
		func(t *knowledge.Topic) string { return *field(t) },
		func(t *knowledge.Topic, s string) error { *field(t) = s; return nil }}
}

// columns are those of a topic, in their order.
func columns() []column {
	return []column{
		text("id", func(t *knowledge.Topic) *string { return &t.ID }),
		text("kelompok", func(t *knowledge.Topic) *string { return &t.Group }),
		text("judul", func(t *knowledge.Topic) *string { return &t.Title }),
		text("putusan", func(t *knowledge.Topic) *string { return (*string)(&t.Verdict) }),
		text("jawaban", func(t *knowledge.Topic) *string { return &t.Answer }),
		text("penjelasan", func(t *knowledge.Topic) *string { return &t.Explanation }),
		text("yang dapat dilakukan", func(t *knowledge.Topic) *string { return &t.Instead }),
		text("contoh boleh", func(t *knowledge.Topic) *string { return &t.Allowed }),
		text("contoh tidak boleh", func(t *knowledge.Topic) *string { return &t.Forbidden }),
		text("sudah terlanjur", func(t *knowledge.Topic) *string { return &t.Already }),
		{"akibat", func(t *knowledge.Topic) string { return lines(t.Outcomes, outcomeLine) },
			func(t *knowledge.Topic, s string) (err error) {
				t.Outcomes, err = each(s, parseOutcome)
				return err
			}},
		{"bagian", func(t *knowledge.Topic) string { return lines(t.Sections, sectionLine) },
			func(t *knowledge.Topic, s string) (err error) {
				t.Sections, err = each(s, parseSection)
				return err
			}},
		{"posisi", func(t *knowledge.Topic) string { return lines(t.Positions, positionLine) },
			func(t *knowledge.Topic, s string) (err error) {
				t.Positions, err = each(s, parsePosition)
				return err
			}},
		list("terkait", func(t *knowledge.Topic) *[]string { return &t.Related }),
		text("keyakinan", func(t *knowledge.Topic) *string { return (*string)(&t.Confidence) }),
		text("peringatan", func(t *knowledge.Topic) *string { return &t.Caution }),
		text("catatan kurator", func(t *knowledge.Topic) *string { return &t.Check }),
		text("ditinjau", func(t *knowledge.Topic) *string { return (*string)(&t.Reviewed) }),
		text("bukti terbaru", func(t *knowledge.Topic) *string { return (*string)(&t.Evidence) }),
		list("sumber", func(t *knowledge.Topic) *[]string { return &t.Sources }),
	}
}

// list is a column of ids, one a line.
func list(title string, field func(*knowledge.Topic) *[]string) column {
	return column{title,
		func(t *knowledge.Topic) string { return strings.Join(*field(t), "\n") },
		func(t *knowledge.Topic, s string) error { *field(t) = split(s); return nil }}
}

// split takes the lines of a cell that hold something.
func split(s string) []string {
	var all []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

func lines[T any](all []T, write func(T) string) string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = write(v)
	}
	return strings.Join(out, "\n")
}

func each[T any](s string, parse func(string) (T, error)) ([]T, error) {
	var all []T
	for i, line := range split(s) {
		v, err := parse(line)
		if err != nil {
			return nil, fmt.Errorf("baris %d: %w", i+1, err)
		}
		all = append(all, v)
	}
	return all, nil
}

// Parts of a line stand between these; neither is part of any text they hold.
const (
	partSep = " | "
	itemSep = "; "
)

// outcomeLine writes an outcome as "kapan | bila | siapa; siapa | jenis |
// tingkat | dasar; dasar".
func outcomeLine(o knowledge.Outcome) string {
	return strings.Join([]string{string(o.When), o.If, lines2(o.Who), string(o.Kind), string(o.Level),
		lines2(o.Basis)}, partSep)
}

func lines2[T any](all []T) string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = fmt.Sprint(v)
	}
	return strings.Join(out, itemSep)
}

const outcomeForm = "tulis: kapan | bila | siapa; siapa | jenis | tingkat | dasar; dasar"

func parseOutcome(s string) (knowledge.Outcome, error) {
	p := strings.Split(s, strings.TrimSpace(partSep))
	if len(p) != 6 {
		return knowledge.Outcome{}, fmt.Errorf("ada %d bagian, seharusnya 6; %s", len(p), outcomeForm)
	}
	for i := range p {
		p[i] = strings.TrimSpace(p[i])
	}
	o := knowledge.Outcome{When: knowledge.When(p[0]), If: p[1], Kind: knowledge.Kind(p[3]),
		Level: knowledge.Level(p[4])}
	for _, w := range parts(p[2]) {
		o.Who = append(o.Who, knowledge.Who(w))
	}
	for _, c := range parts(p[5]) {
		o.Basis = append(o.Basis, knowledge.ParseCitation(c))
	}
	return o, nil
}

func parts(s string) []string {
	var all []string
	for p := range strings.SplitSeq(s, strings.TrimSpace(itemSep)) {
		if p = strings.TrimSpace(p); p != "" {
			all = append(all, p)
		}
	}
	return all
}

func sectionLine(s knowledge.Section) string { return s.For + ": " + oneLine(s.Text) }

func parseSection(s string) (knowledge.Section, error) {
	who, what, ok := strings.Cut(s, ":")
	if !ok {
		return knowledge.Section{}, errors.New("tulis: untuk siapa, titik dua, lalu teksnya")
	}
	return knowledge.Section{For: strings.TrimSpace(who), Text: strings.TrimSpace(what)}, nil
}

func positionLine(p knowledge.Position) string { return p.Holder + ": " + oneLine(p.Text) }

func parsePosition(s string) (knowledge.Position, error) {
	who, what, ok := strings.Cut(s, ":")
	if !ok {
		return knowledge.Position{}, errors.New("tulis: pemegang pendapat, titik dua, lalu teksnya")
	}
	return knowledge.Position{Holder: strings.TrimSpace(who), Text: strings.TrimSpace(what)}, nil
}

// oneLine keeps a text on the one line that a cell gives it.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// guard keeps a spreadsheet from taking a text for a formula; unguard takes
// the mark away again.
func guard(s string) string {
	if s != "" && slices.Contains([]byte("=+-@\t\r'"), s[0]) {
		return "'" + s
	}
	return s
}

func unguard(s string) string { return strings.TrimPrefix(s, "'") }
