package console

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"tanyanetral/knowledge"
	"tanyanetral/report"
)

// fieldRow is one answer of the reporter.
type fieldRow struct{ Name, Text string }

// entryRow is one line of the thread or of the notes.
type entryRow struct {
	report.Entry
	Date, Who string
	Ours      bool
}

// fileRow is a file of a report.
type fileRow struct {
	report.File
	Address, SizeText string
}

// reportBody is the page of one opened report.
type reportBody struct {
	reportRow
	Key           keyState
	Fields        []fieldRow
	LeftOut       []string
	Posts         []string // that may be excluded
	Files         []fileRow
	Thread, Notes []entryRow
	Work          reportForms
}

// reportForms is what may be done with a report.
type reportForms struct {
	Open, Drawn bool
	States      []option
	Marks       []option
	Bodies      []option
	Today       knowledge.Day
	Longest     int // characters of a text
	Asked       string
	Mine        bool // the visitor asked to erase it
	Cancel      bool // taking the wish back is offered
}

// openReport opens a report with the visitor's key and writes the audit line;
// without the line nothing is shown.
func (s *Server) openReport(v *visit, id, act string) (*report.Opened, error) {
	k, err := s.unlocked(v)
	if err != nil {
		return nil, err
	}
	o, err := s.deps.Reports.Office.Read(v.ctx(), k, id)
	if err != nil {
		return nil, fmt.Errorf("open a report: %w", err)
	}
	if err := v.record(act, id); err != nil {
		return nil, err
	}
	s.memory.learnKind(v, id, o.Fields[report.Kategori])
	return o, nil
}

// askKey sends a visitor whose key is locked to where it is unlocked.
func askKey(v *visit, id string, err error) error {
	if !errors.Is(err, errLocked()) {
		return err
	}
	return v.done(keyPath(id), "")
}

func (s *Server) showReport(v *visit) error {
	id := v.r.PathValue("id")
	if _, err := s.deps.Reports.Office.Line(v.ctx(), id); err != nil {
		return fmt.Errorf("find a report: %w", err)
	}
	o, err := s.openReport(v, id, "report.open")
	if err != nil {
		return askKey(v, id, err)
	}
	b := reportBody{reportRow: rowOf(o.Line, o.Fields[report.Kategori]), Key: s.keyState(v),
		LeftOut: o.LeftOut,
		Files:   fileRows(o), Thread: entryRows(o.Thread), Notes: entryRows(o.Notes)}
	for _, f := range report.Fields() {
		if text := o.Fields[f]; text != "" {
			b.Fields = append(b.Fields, fieldRow{report.FieldName(f), text})
		}
	}
	if b.Work, err = s.reportForms(v, o.Line); err != nil {
		return err
	}
	if b.Posts, err = s.excludable(v, o.LeftOut); err != nil {
		return err
	}
	v.title = b.Name
	return v.show("pemeriksa_laporan", b)
}

func (s *Server) reportForms(v *visit, l report.Line) (reportForms, error) {
	f := reportForms{Open: l.Closed == "", Drawn: l.Status == report.Ditarik, Today: s.today(),
		Longest: report.DefaultLimits().FieldRunes, Mine: l.EraseBy == v.user.ID,
		Cancel: s.deps.Reports.Cancel != nil}
	chosen := l.Status
	if !slices.Contains(workStates(), chosen) {
		chosen = report.Diterima
	}
	f.States = options(workStates(), chosen, reportStatus)
	if l.Lights.Finding != report.Sudah {
		f.Marks = append(f.Marks, option{Value: string(report.MarkFinding),
			Label: "Temuan pertama sudah ada"})
	}
	if l.Lights.Feedback != report.Sudah {
		f.Marks = append(f.Marks, option{Value: string(report.MarkFeedback),
			Label: "Umpan balik sudah disampaikan"})
	}
	f.Bodies = options(report.Bodies(), report.Bawaslu, bodyText)
	if l.EraseBy == "" {
		return f, nil
	}
	names, err := v.names()
	f.Asked = nameOf(names, l.EraseBy)
	return f, err
}

// workStates are the states that a form sets; a report is finished by closing
// it with an outcome.
func workStates() []report.Status {
	return []report.Status{report.Diterima, report.Diproses, report.Diteruskan}
}

func bodyText(b report.Body) string {
	return word(string(b), map[string]string{
		"bawaslu": "Bawaslu", "inspektorat": "Inspektorat", "bkn": "BKN", "polisi": "Polisi",
	})
}

func fileRows(o *report.Opened) []fileRow {
	var rows []fileRow
	for _, f := range o.Files {
		r := fileRow{File: f, SizeText: bytesText(max(f.Size, 1<<10)),
			Address: reportPath(o.ID) + "/berkas/" + url.PathEscape(f.Part)}
		if !f.Clean {
			r.Address += "/periksa"
		}
		rows = append(rows, r)
	}
	return rows
}

func entryRows(entries []report.Entry) []entryRow {
	var rows []entryRow
	for _, e := range entries {
		r := entryRow{Entry: e, Date: reportDay(e.Day), Who: "Pelapor"}
		switch {
		case e.Kind == report.Balasan:
			r.Who, r.Ours = "Kantor", true
		case e.Kind == report.Catatan && e.By != "":
			r.Who = e.By
		case e.Kind == report.Catatan:
			r.Who = "Pemeriksa"
		}
		rows = append(rows, r)
	}
	return rows
}

func reportPath(id string) string { return "/laporan/satu/" + url.PathEscape(id) }

// uncleanFile warns before a file is downloaded that still says who made it.
func (s *Server) uncleanFile(v *visit) error {
	id := v.r.PathValue("id")
	if _, err := s.unlocked(v); err != nil {
		return askKey(v, id, err)
	}
	return v.show("pemeriksa_berkas", struct{ Back, Address string }{
		reportPath(id), reportPath(id) + "/berkas/" + url.PathEscape(v.r.PathValue("part")),
	})
}

func (s *Server) reportFile(v *visit) error {
	id, part := v.r.PathValue("id"), v.r.PathValue("part")
	k, err := s.unlocked(v)
	if err != nil {
		return askKey(v, id, err)
	}
	name, data, err := s.deps.Reports.Office.File(v.ctx(), k, id, part)
	if err != nil {
		return fmt.Errorf("open a file of a report: %w", err)
	}
	if err := v.record("report.file", id+" "+part); err != nil {
		return err
	}
	setAttachment(v.w.Header(), name)
	http.ServeContent(v.w, v.r, "", s.opts.Now(), bytes.NewReader(data))
	return nil
}

// setAttachment lets a browser save what follows and never show it: a file of
// a reporter is nobody's page.
func setAttachment(h http.Header, name string) {
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q",
		unsafeName.ReplaceAllString(name, "_")))
}

// unsafeName is what a name of a file has no need of.
var unsafeName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// sending is the download of an archive; the headers go out with its first
// byte, so that an error before it is still a page.
type sending struct {
	v       *visit
	name    string
	started bool
}

func (d *sending) Write(p []byte) (int, error) {
	if !d.started {
		d.started = true
		setAttachment(d.v.w.Header(), d.name)
	}
	return d.v.w.Write(p)
}

// reportArchive sends everything of a report, still sealed. With an open key
// it is checked that the key would open it; without one the archive is for a
// key that is kept outside.
func (s *Server) reportArchive(v *visit) error {
	id := v.r.PathValue("id")
	own, err := s.ownPosts(v)
	if err != nil {
		return err
	}
	if len(own) == 0 {
		return errNoKey()
	}
	k, err := s.unlocked(v)
	if err != nil && !errors.Is(err, errLocked()) {
		return err
	}
	if _, err := s.opens(v, k, id); err != nil {
		return err
	}
	if err := v.record("report.archive", id); err != nil {
		return err
	}
	w := &sending{v: v, name: "laporan-" + id + ".tar"}
	if err := s.deps.Reports.Office.Archive(v.ctx(), k, id, w); err != nil {
		if !w.started {
			return fmt.Errorf("write an archive: %w", err)
		}
		s.log.Warn("an archive of a report was cut off", "error", err)
		panic(http.ErrAbortHandler) // the browser must not take the half for the whole
	}
	return nil
}

// opens checks that a report exists and that a key, unless it is nil, opens
// it. It asks for a file that no report has, so that nothing counts as read.
func (s *Server) opens(v *visit, k *report.Key, id string) (report.Line, error) {
	line, err := s.deps.Reports.Office.Line(v.ctx(), id)
	if err != nil {
		return line, fmt.Errorf("find a report: %w", err)
	}
	if k == nil {
		return line, nil
	}
	if _, _, err = s.deps.Reports.Office.File(v.ctx(), k, id, "-"); !errors.Is(err, report.ErrNotFound) {
		return line, fmt.Errorf("try a key: %w", err)
	}
	return line, nil
}

// isoDay is a day as programs write it.
var isoDay = regexp.MustCompile(`\b\d{4}-\d{2}-\d{2}\b`)

// withDays writes the days within a sentence as people here do.
func withDays(text string) string { return isoDay.ReplaceAllStringFunc(text, reportDay) }

// handOver shows the sheet for another body, to be printed.
func (s *Server) handOver(v *visit) error {
	id, to, known := v.r.PathValue("id"), report.Body(v.query("untuk")), knowledge.Day(v.query("diketahui"))
	if !slices.Contains(report.Bodies(), to) {
		return report.ErrNotFound
	}
	if known != "" && (!known.Valid() || known > s.today()) {
		return v.warn(reportPath(id), "Hari diketahui harus hari ini atau sebelumnya.")
	}
	k, err := s.unlocked(v)
	if err != nil {
		return askKey(v, id, err)
	}
	sheet, err := s.deps.Reports.Office.Sheet(v.ctx(), k, id, to, string(known))
	if err != nil {
		return fmt.Errorf("make a sheet: %w", err)
	}
	if err := v.record("report.sheet", id+" "+string(to)); err != nil {
		return err
	}
	for i, r := range sheet.Rows {
		if isoDay.FindString(r.Value) == r.Value { // a day of ours, not a sentence of the reporter
			sheet.Rows[i].Value = withDays(r.Value)
		}
	}
	for i, r := range sheet.Limits {
		sheet.Limits[i].Label = withDays(r.Label)
	}
	for i, n := range sheet.Notes {
		sheet.Notes[i] = withDays(n)
	}
	line, err := s.deps.Reports.Office.Line(v.ctx(), id)
	if err != nil {
		return fmt.Errorf("find a report: %w", err)
	}
	v.title = sheet.Title
	return v.show("pemeriksa_lembar", struct {
		*report.Sheet
		Name, Back, Made string
		Sent, Open       bool
	}{sheet, reportName(id), reportPath(id), reportDay(sheet.Day), line.Status == report.Diteruskan,
		line.Closed == ""})
}
