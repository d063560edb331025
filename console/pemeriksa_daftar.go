package console

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"tanyanetral/knowledge"
	"tanyanetral/report"
)

// reportDay writes a day of a report as people here do.
func reportDay(day string) string { return dayText(knowledge.Day(day)) }

// reportName is how people speak of a report: the beginning of its random id.
func reportName(id string) string {
	const letters = 6
	return "Laporan " + strings.ToUpper(id[:min(letters, len(id))])
}

func reportStatus(s report.Status) string {
	return word(string(s), map[string]string{
		"baru": "Baru", "diterima": "Diterima", "diproses": "Diproses", "diteruskan": "Diteruskan",
		"selesai": "Selesai", "ditarik": "Ditarik pelapor",
	})
}

// statusClass is the colour of a status.
func statusClass(s report.Status) string {
	switch s {
	case report.Baru:
		return "h-perhatian"
	case report.Selesai:
		return "h-baik"
	case report.Diterima, report.Diproses, report.Diteruskan:
		return "s-disetujui"
	}
	return ""
}

// lightRow is one deadline as it is shown: in words beside its colour.
type lightRow struct{ Name, Label, Class, By string }

func lightRows(l report.Lights) []lightRow {
	row := func(name string, x report.Light, by string) lightRow {
		r := lightRow{Name: name, By: reportDay(by)}
		switch x {
		case report.Merah:
			r.Label, r.Class = "lewat tenggat", "h-buruk"
		case report.Kuning:
			r.Label, r.Class = "segera", "h-perhatian"
		case report.Hijau:
			r.Label, r.Class = "masih ada waktu", "h-baik"
		default:
			r.Label = "sudah"
		}
		return r
	}
	return []lightRow{
		row("Tanggapan pertama", l.Acknowledge, l.AcknowledgeBy),
		row("Temuan pertama", l.Finding, l.FindingBy),
		row("Umpan balik", l.Feedback, l.FeedbackBy),
	}
}

// reportRow is a report in the list, without its content.
type reportRow struct {
	report.Line
	Name, Sent, State, Class string
	Kind                     string // category; empty: not opened with this key
	Deadlines                []lightRow
	Until                    string // day on which it is erased; empty: open
}

func rowOf(l report.Line, kind string) reportRow {
	r := reportRow{Line: l, Name: reportName(l.ID), Sent: reportDay(l.Day), State: reportStatus(l.Status),
		Class: statusClass(l.Status), Kind: shorten(kind), Deadlines: lightRows(l.Lights)}
	if l.Erased != "" {
		r.Until = reportDay(l.Erased)
	}
	return r
}

// shorten cuts a category that a reporter wrote at length.
func shorten(s string) string {
	const most = 60 // characters, one line of a phone
	s = knowledge.OneLine(s)
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// reportListSize is how many reports stand on a page.
const reportListSize = 50

// tab is a choice of what a list shows.
type tab struct {
	Value, Label string
	N            int
	Here         bool
}

// keyState is whether the key is open, for the bar above the pages.
type keyState struct {
	Open  bool
	Until string
}

func (s *Server) keyState(v *visit) keyState {
	at := s.memory.closesAt(v)
	if at.IsZero() {
		return keyState{}
	}
	return keyState{true, s.hourText(at)}
}

// hourText is a moment of today, without its day.
func (s *Server) hourText(t time.Time) string {
	t = t.In(s.opts.Zone)
	return t.Format("15.04 ") + zoneName(t)
}

func (s *Server) reportList(v *visit) error {
	lines, err := s.deps.Reports.Office.List(v.ctx())
	if err != nil {
		return fmt.Errorf("list the reports: %w", err)
	}
	tabs, shown := reportTabs(lines, v.query("keadaan"))
	from := min((v.page()-1)*reportListSize, len(shown))
	part := shown[from:min(from+reportListSize, len(shown))]
	kinds := s.memory.kindsOf(v)
	rows, closed := make([]reportRow, len(part)), false
	for i, l := range part {
		rows[i] = rowOf(l, kinds[l.ID])
		_, known := kinds[l.ID]
		closed = closed || !known
	}
	return v.show("pemeriksa_daftar", struct {
		Rows   []reportRow
		Tabs   []tab
		Key    keyState
		Sealed bool // the category of one that is shown is not known yet
		Pager  pager
	}{rows, tabs, s.keyState(v), closed, v.paged(reportListSize, len(rows), len(shown), false)})
}

// reportTabs counts the open and the closed reports, and picks those that the
// address asks for; the open ones are the work.
func reportTabs(lines []report.Line, want string) ([]tab, []report.Line) {
	tabs := []tab{{Value: "terbuka", Label: "Terbuka"}, {Value: "ditutup", Label: "Ditutup"},
		{Value: "semua", Label: "Semua", N: len(lines)}}
	var open, closed []report.Line
	for _, l := range lines {
		if l.Closed == "" {
			open = append(open, l)
		} else {
			closed = append(closed, l)
		}
	}
	tabs[0].N, tabs[1].N = len(open), len(closed)
	switch want {
	case "ditutup":
		tabs[1].Here = true
		return tabs, closed
	case "semua":
		tabs[2].Here = true
		return tabs, lines
	}
	tabs[0].Here = true
	return tabs, open
}

// deadlineCount is how many open reports stand at a deadline, and no more.
type deadlineCount struct {
	Name              string
	Late, Soon, Ahead int
}

// countDeadlines is what an admin may know of the reports.
func countDeadlines(lines []report.Line) (open int, counts []deadlineCount) {
	counts = []deadlineCount{{Name: "Tanggapan pertama"}, {Name: "Temuan pertama"}, {Name: "Umpan balik"}}
	for _, l := range lines {
		if l.Closed != "" {
			continue
		}
		open++
		for i, x := range []report.Light{l.Lights.Acknowledge, l.Lights.Finding, l.Lights.Feedback} {
			switch x {
			case report.Merah:
				counts[i].Late++
			case report.Kuning:
				counts[i].Soon++
			case report.Hijau:
				counts[i].Ahead++
			default:
			}
		}
	}
	return open, counts
}

func (s *Server) openingGuide(v *visit) error { return v.show("pemeriksa_cara", nil) }
