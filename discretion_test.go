package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tanyanetral/report"
)

// Figures are written down every minute, so that none may step when a report
// comes: of a report the day alone is kept.
func TestFiguresDoNotTimeReports(t *testing.T) {
	lights := report.Lights{Acknowledge: report.Merah}
	lines := []report.Line{{Day: "2026-11-20", Lights: lights}, {Day: "2026-11-21"},
		{Day: "2026-11-20", Closed: "2026-11-21", Lights: lights}}
	if open, past := late(lines, "2026-11-21"); open != 1 || past != 1 {
		t.Errorf("%d open, %d late; want 1 and 1", open, past)
	}
	if open, _ := late(lines, "2026-11-22"); open != 2 {
		t.Errorf("the day after, %d are open; want 2", open)
	}
	m := newMetrics()
	for _, method := range []string{"sendMessage", "getFile", "deleteMessages"} {
		m.called(method, 200)
	}
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != "tanyanetral_telegram_calls_total" {
			continue
		}
		if n := f.Metric[0].GetCounter().GetValue(); n != 3 || len(f.Metric) != 1 {
			t.Errorf("%v calls in the first of %d rows; want 3 in 1", n, len(f.Metric))
		}
		return
	}
	t.Error("no calls are counted")
}

// A report that cannot be opened leaves nothing behind, and the next try works.
func TestOpenLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	_, phrase, wrapped, err := report.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	c := openCmd{Archive: at("a.tar"), Key: at("k"), Out: at("o.zip")}
	for name, data := range map[string][]byte{c.Archive: []byte("rusak"), c.Key: wrapped} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	err = c.run(t.Context(), nil, stdio{strings.NewReader(phrase + "\n"), &out, &out})
	if !errors.Is(err, report.ErrBadArchive) {
		t.Errorf("error %v, want %v", err, report.ErrBadArchive)
	}
	if _, err := os.Stat(c.Out); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something is left: %v", err)
	}
}
