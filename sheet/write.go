package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/xuri/excelize/v2"

	"tanyanetral/knowledge"
)

// titleAsks is the column of a CSV file that holds the ways of asking.
const titleAsks = "pertanyaan"

// titleRemove marks a way of asking that is to go.
const titleRemove = "hapus"

// Write writes all topics with their ways of asking.
func Write(w io.Writer, b *knowledge.Base, f Format) error {
	var err error
	switch f {
	case XLSX:
		err = writeXLSX(w, b)
	case CSV:
		err = writeCSV(w, b)
	case YAML:
		err = writeYAML(w, b)
	default:
		return ErrFormat
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", f, err)
	}
	return nil
}

func titles() []string {
	var all []string
	for _, c := range columns() {
		all = append(all, c.title)
	}
	return all
}

func writeCSV(w io.Writer, b *knowledge.Base) error {
	out := csv.NewWriter(w)
	if err := out.Write(append(titles(), titleAsks)); err != nil {
		return err
	}
	for i := range b.Topics {
		t := &b.Topics[i]
		var cells []string
		for _, c := range columns() {
			cells = append(cells, guard(c.get(t)))
		}
		if err := out.Write(append(cells, guard(strings.Join(t.Asks, "\n")))); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// entry is a topic in a YAML file: as in the base, with its ways of asking.
type entry struct {
	knowledge.Topic `yaml:",inline"`
	Asks            []string `yaml:"asks"`
}

func writeYAML(w io.Writer, b *knowledge.Base) error {
	all := make([]entry, len(b.Topics))
	for i, t := range b.Topics {
		all[i] = entry{t, t.Asks}
	}
	return yaml.NewEncoder(w).Encode(all)
}

// writeXLSX streams the two sheets; every cell is a text.
func writeXLSX(w io.Writer, b *knowledge.Base) (err error) {
	f := excelize.NewFile()
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	if err := f.SetSheetName("Sheet1", sheetTopics); err != nil {
		return err
	}
	if _, err := f.NewSheet(sheetAsks); err != nil {
		return err
	}
	var rows [][]string
	for i := range b.Topics {
		var cells []string
		for _, c := range columns() {
			cells = append(cells, c.get(&b.Topics[i]))
		}
		rows = append(rows, cells)
	}
	if err := stream(f, sheetTopics, titles(), rows); err != nil {
		return err
	}
	rows = nil
	for _, t := range b.Topics {
		for _, a := range t.Asks {
			rows = append(rows, []string{t.ID, a, ""})
		}
	}
	if err := stream(f, sheetAsks, askTitles(), rows); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}

func askTitles() []string { return []string{"id topik", titleAsks, titleRemove} }

// stream fills a sheet whose first row, the titles, stays in view.
func stream(f *excelize.File, sheet string, titles []string, rows [][]string) error {
	s, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	if err := s.SetColWidth(1, len(titles), 28); err != nil {
		return err
	}
	panes := &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}
	if err := s.SetPanes(panes); err != nil {
		return err
	}
	for n, cells := range append([][]string{titles}, rows...) {
		values := make([]any, len(cells))
		for i, c := range cells {
			values[i] = guard(c)
		}
		at, err := excelize.CoordinatesToCellName(1, n+1)
		if err != nil {
			return err
		}
		if err := s.SetRow(at, values); err != nil {
			return err
		}
	}
	return s.Flush()
}
