package sheet

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"tanyanetral/knowledge"
)

// table is a sheet as it was read: titles, then rows of cells.
type table struct {
	name   string
	titles []string
	rows   []row
}

// Parse reads a file and tells what it changes against the base. The error is
// one of the Err values: the file cannot be read at all. What is wrong with
// single cells is in Read.Errors.
func Parse(r io.Reader, f Format, b *knowledge.Base) (*Read, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	if len(data) > maxFile {
		return nil, ErrTooBig
	}
	res := &Read{rows: map[string]CellError{}}
	var topics, asks table
	switch f {
	case XLSX:
		topics, asks, err = readXLSX(data, res)
	case CSV:
		topics, asks, err = readCSV(data, res)
	case YAML:
		topics, asks, err = readYAML(data, res)
	default:
		return nil, ErrFormat
	}
	if err != nil {
		return nil, err
	}
	res.topics(b, topics)
	res.asks(b, asks, topics)
	if len(res.Errors) > 0 {
		res.Items = nil
	}
	return res, nil
}

// topics turns rows into changed topics.
func (r *Read) topics(b *knowledge.Base, t table) {
	if len(t.rows) == 0 {
		return
	}
	r.checkTitles(t, titles())
	seen := map[string]int{}
	for _, row := range t.rows {
		r.Rows++
		id := row.cells["id"]
		if first, twice := seen[id]; twice && id != "" {
			r.fail(t.name, row.number, "id", "topik %q sudah ada di baris %d", id, first)
			continue
		}
		seen[id] = row.number
		r.topic(b, t, row)
	}
}

func (r *Read) topic(b *knowledge.Base, t table, row row) {
	var topic knowledge.Topic
	if old := b.Topic(row.cells["id"]); old != nil {
		topic = *old // columns that the file lacks stay as they are
	}
	topic.Asks = nil
	for _, c := range columns() {
		cell, there := row.cells[c.title]
		if !there {
			continue
		}
		if err := c.set(&topic, cell); err != nil {
			r.fail(t.name, row.number, c.title, "%v", err)
		}
	}
	if topic.ID == "" {
		r.fail(t.name, row.number, "id", "id topik kosong")
		return
	}
	r.compare(b, knowledge.ItemTopic, topic.ID, topic, CellError{Sheet: t.name, Row: row.number})
}

// compare adds an item unless the base has it already.
func (r *Read) compare(b *knowledge.Base, kind knowledge.ItemKind, key string, v any, at CellError) {
	value, err := json.Marshal(v)
	if err != nil {
		r.fail(at.Sheet, at.Row, "", "baris ini tidak dapat disimpan")
		return
	}
	old := b.ItemValue(kind, key)
	switch {
	case old == nil:
		r.Added++
	case sameJSON(old, value):
		r.Same++
		return
	default:
		r.Changed++
	}
	r.rows[string(kind)+" "+key] = at
	r.Items = append(r.Items, knowledge.Item{Kind: kind, Key: key, Value: value})
}

// sameJSON compares by content: an empty list and an absent one are the same.
func sameJSON(a, b []byte) bool {
	var x, y map[string]any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	return reflect.DeepEqual(bare(x), bare(y))
}

// bare leaves out what is empty.
func bare(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if e = bare(e); e == nil {
				delete(v, k)
			} else {
				v[k] = e
			}
		}
		if len(v) > 0 {
			return v
		}
	case []any:
		for i := range v {
			v[i] = bare(v[i])
		}
		if len(v) > 0 {
			return v
		}
	case string:
		if v != "" {
			return v
		}
	case nil:
	default:
		return v
	}
	return nil
}

// asks turns rows into new and removed ways of asking.
func (r *Read) asks(b *knowledge.Base, t, topics table) {
	if len(t.rows) == 0 {
		return
	}
	r.checkTitles(t, askTitles())
	fresh := map[string]bool{}
	for _, row := range topics.rows {
		fresh[row.cells["id"]] = true
	}
	for _, row := range t.rows {
		r.Rows++
		id, line, mark := row.cells["id topik"], oneLine(row.cells[titleAsks]), row.cells[titleRemove]
		at := CellError{Sheet: t.name, Row: row.number}
		switch {
		case b.Topic(id) == nil && !fresh[id]:
			r.fail(t.name, row.number, "id topik", "topik %q tidak ada", id)
		case line == "":
			r.fail(t.name, row.number, titleAsks, "kosong; hapus barisnya atau isi")
		case mark == "":
			r.compare(b, knowledge.ItemAsk, knowledge.AskKey(id, line),
				knowledge.AskLine{Owner: id, Text: line}, at)
		case !strings.EqualFold(mark, "ya"):
			r.fail(t.name, row.number, titleRemove, "isi dengan \"ya\" untuk menghapus, atau kosongkan")
		case b.ItemValue(knowledge.ItemAsk, knowledge.AskKey(id, line)) == nil:
			r.fail(t.name, row.number, titleAsks, "pertanyaan ini tidak ada, jadi tidak dapat dihapus")
		default:
			r.Removed++
			key := knowledge.AskKey(id, line)
			r.rows[string(knowledge.ItemAsk)+" "+key] = at
			r.Items = append(r.Items, knowledge.Item{Kind: knowledge.ItemAsk, Key: key})
		}
	}
}

// checkTitles names columns that are unknown, and the first one if it is
// missing: without it no row means anything.
func (r *Read) checkTitles(t table, known []string) {
	for _, title := range t.titles {
		if title != "" && !slices.Contains(known, title) && title != titleAsks {
			r.fail(t.name, 1, title, "kolom ini tidak dikenal; yang dikenal: %s", strings.Join(known, ", "))
		}
	}
	if !slices.Contains(t.titles, known[0]) {
		r.fail(t.name, 1, known[0], "kolom ini tidak ada")
	}
}

// fill makes a table of plain rows, the first of which holds the titles.
func fill(name string, rows [][]string) table {
	t := table{name: name}
	if len(rows) == 0 {
		return t
	}
	for _, title := range rows[0] {
		t.titles = append(t.titles, strings.ToLower(strings.TrimSpace(unguard(title))))
	}
	for n, cells := range rows[1:] {
		r := row{n + 2, map[string]string{}}
		filled := false
		for i, title := range t.titles {
			cell := ""
			if i < len(cells) {
				cell = strings.TrimSpace(unguard(strings.TrimSpace(cells[i])))
			}
			r.cells[title] = cell
			filled = filled || cell != ""
		}
		if filled {
			t.rows = append(t.rows, r)
		}
	}
	return t
}

func readCSV(data []byte, _ *Read) (topics, asks table, err error) {
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	in.FieldsPerRecord = -1
	first, _, _ := bytes.Cut(data, []byte("\n"))
	if bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		in.Comma = ';' // as spreadsheets in Indonesian write it
	}
	rows, err := in.ReadAll()
	if err != nil {
		return table{}, table{}, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	topics = fill("CSV", rows)
	asks = table{name: "CSV", titles: askTitles()}
	for _, r := range topics.rows {
		for _, line := range split(r.cells[titleAsks]) {
			asks.rows = append(asks.rows, row{r.number,
				map[string]string{"id topik": r.cells["id"], titleAsks: line}})
		}
	}
	return topics, asks, nil
}

func readYAML(data []byte, _ *Read) (topics, asks table, err error) {
	var all []entry
	if err := knowledge.DecodeYAML(data, &all); err != nil {
		return table{}, table{}, fmt.Errorf("%w: %w", ErrBroken, errors.New(firstLine(err)))
	}
	topics = table{name: "YAML", titles: titles()}
	asks = table{name: "YAML", titles: askTitles()}
	for i := range all {
		t := &all[i].Topic
		r := row{i + 1, map[string]string{}}
		for _, c := range columns() {
			r.cells[c.title] = c.get(t)
		}
		topics.rows = append(topics.rows, r)
		for _, a := range all[i].Asks {
			asks.rows = append(asks.rows, row{i + 1, map[string]string{"id topik": t.ID, titleAsks: a}})
		}
	}
	return topics, asks, nil
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
