package console

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"

	"tanyanetral/curation"
)

func (s *Server) sheetPages() section {
	return section{name: "Lembar kerja", part: "Data", path: "/lembar", role: curation.Kurator,
		routes: []route{
			{pattern: "GET /lembar", title: "Lembar kerja", do: s.sheetPage},
			{pattern: "GET /lembar/unduh", title: "Unduh", do: s.export, wait: longWait},
			{pattern: "POST /lembar", title: "Unggah lembar kerja", do: s.importSheet, limit: uploadLimit,
				wait: longWait},
		}}
}

// imported is the report of the last import, kept for the page after it.
type imported struct {
	Name   string
	Dry    bool
	Report Report
}

// shownErrors is how many errors of an import are listed.
const shownErrors = 200

func (s *Server) sheetPage(v *visit) error {
	last, _ := s.memory.kept(v, "impor").(imported)
	b := struct {
		Last   imported
		Errors []CellError
		More   int
	}{last, last.Report.Errors, 0}
	if n := len(b.Errors) - shownErrors; n > 0 {
		b.Errors, b.More = b.Errors[:shownErrors], n
	}
	return v.show("lembar", b)
}

// sheetTypes are the formats with their content type.
func sheetTypes() map[string]string {
	return map[string]string{
		"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"csv":  "text/csv; charset=utf-8", "yaml": "application/yaml; charset=utf-8",
	}
}

func (s *Server) export(v *visit) error {
	format := v.query("format")
	kind, ok := sheetTypes()[format]
	if !ok {
		return curation.ErrNotFound
	}
	var b bytes.Buffer
	if err := s.deps.Sheets.Export(v.ctx(), format, &b); err != nil {
		return fmt.Errorf("export a spreadsheet: %w", err)
	}
	data := b.Bytes()
	if format == "csv" && bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		kind, format = "application/zip", "zip" // one file a sheet
	}
	v.note("sheet.export", format)
	v.w.Header().Set("Content-Type", kind)
	v.w.Header().Set("Content-Disposition",
		fmt.Sprintf("attachment; filename=\"tanyanetral-%s.%s\"", s.today(), format))
	if _, err := v.w.Write(data); err != nil {
		s.log.Debug("an export was not read to its end", "error", err)
	}
	return nil
}

func (s *Server) importSheet(v *visit) error {
	file, header, err := v.r.FormFile("berkas")
	if errors.Is(err, http.ErrMissingFile) || err == nil && header.Size == 0 {
		return v.warn("/lembar", "Pilih berkas yang akan diunggah.")
	}
	if err != nil {
		return errBadForm()
	}
	defer func() {
		if err := file.Close(); err != nil {
			s.log.Warn("an uploaded file was not closed", "error", err)
		}
		if err := v.r.MultipartForm.RemoveAll(); err != nil {
			s.log.Warn("an uploaded file was not removed", "error", err)
		}
	}()
	name := filepath.Base(strings.ReplaceAll(header.Filename, "\\", "/"))
	switch strings.ToLower(filepath.Ext(name)) {
	case ".xlsx", ".csv", ".yaml", ".yml", ".zip":
	default:
		return v.warn("/lembar", "Hanya berkas XLSX, CSV, atau YAML yang dapat dibaca, tanpa makro.")
	}
	dry := v.form("coba") != ""
	report, err := s.deps.Sheets.Import(v.ctx(), v.user, name, file, dry)
	if err != nil {
		if known := unreadable(err); known != "" {
			v.note("sheet.refused", "")
			return v.warn("/lembar", known)
		}
		return fmt.Errorf("import a spreadsheet: %w", err)
	}
	s.memory.keep(v, "impor", imported{name, dry, report})
	switch {
	case len(report.Errors) > 0:
		v.note("sheet.refused", "")
		return v.warn("/lembar", "Ada yang perlu diperbaiki, jadi tidak ada yang disimpan.")
	case dry:
		return v.done("/lembar", "Uji coba selesai: tidak ada yang disimpan.")
	}
	v.note("sheet.import", fmt.Sprintf("%d revisions", len(report.Revisions)))
	return v.done("/lembar", "Impor selesai. Perubahannya menunggu sebagai draf di Tinjauan.")
}

// refusal is an error of a file with a sentence for the person; whoever reads
// files gives it the method.
type refusal interface {
	error
	Refusal() string // Indonesian
}

// unreadable is the sentence of a file that cannot be read at all.
func unreadable(err error) string {
	var r refusal
	if errors.As(err, &r) {
		return r.Refusal()
	}
	return ""
}
