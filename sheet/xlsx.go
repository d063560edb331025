package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// readXLSX reads the two sheets of a workbook. Other sheets, colours and
// widths do not matter.
func readXLSX(data []byte, res *Read) (topics, asks table, err error) {
	if err := inspect(data); err != nil {
		return table{}, table{}, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(data),
		excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped})
	if err != nil {
		return table{}, table{}, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	found := false
	for _, name := range f.GetSheetList() {
		var into *table
		switch {
		case strings.EqualFold(name, sheetTopics):
			into = &topics
		case strings.EqualFold(name, sheetAsks):
			into = &asks
		default:
			continue
		}
		found = true
		if *into, err = readSheet(f, name, res); err != nil {
			return table{}, table{}, err
		}
	}
	if !found {
		res.fail(sheetTopics, 1, "", "lembar %q atau %q tidak ada; beri nama lembarnya begitu",
			sheetTopics, sheetAsks)
	}
	return topics, asks, nil
}

// inspect looks into the archive before anything is unpacked: macros, and
// bombs, whose sizes stand in the directory.
func inspect(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	var size uint64
	for _, f := range z.File {
		if strings.Contains(strings.ToLower(f.Name), "vbaproject") {
			return ErrMacros
		}
		if size += f.UncompressedSize64; size > maxUnzipped {
			return ErrTooBig
		}
	}
	return nil
}

func readSheet(f *excelize.File, name string, res *Read) (table, error) {
	merged, err := f.GetMergeCells(name)
	if err != nil {
		return table{}, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	for _, m := range merged {
		_, n, err := excelize.CellNameToCoordinates(m.GetStartAxis())
		if err != nil {
			n = 1
		}
		res.fail(name, n, "", "sel %s digabung; pisahkan dahulu", m.GetStartAxis()+":"+m.GetEndAxis())
	}
	rows, err := f.Rows(name)
	if err != nil {
		return table{}, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	var all [][]string
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return table{}, errors.Join(fmt.Errorf("%w: %w", ErrBroken, err), rows.Close())
		}
		if all = append(all, cells); len(all) > maxRows {
			return table{}, errors.Join(ErrTooBig, rows.Close())
		}
	}
	if err := errors.Join(rows.Error(), rows.Close()); err != nil {
		return table{}, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	formulas(f, name, all, res)
	return fill(name, all), nil
}

// formulas refuses computed cells: what they show changes with the machine.
func formulas(f *excelize.File, name string, rows [][]string, res *Read) {
	if len(rows) == 0 {
		return
	}
	for n, cells := range rows {
		for i := range max(len(cells), len(rows[0])) {
			at, err := excelize.CoordinatesToCellName(i+1, n+1)
			if err != nil {
				continue
			}
			if formula, err := f.GetCellFormula(name, at); err == nil && formula != "" {
				title := at
				if i < len(rows[0]) {
					title = rows[0][i]
				}
				res.fail(name, n+1, title, "sel %s berisi rumus; tulis teksnya", at)
			}
		}
	}
}
