package console

import (
	"fmt"
	"slices"

	"tanyanetral/report"
)

// working is the key for changing a report: one that opens it. Who was left
// out by the reporter, or lacks the key, changes nothing either.
func (s *Server) working(v *visit) (*report.Key, report.Line, error) {
	k, err := s.unlocked(v)
	if err != nil {
		return nil, report.Line{}, err
	}
	line, err := s.opens(v, k, v.r.PathValue("id"))
	return k, line, err
}

// talking is working for what the reporter is told: one who withdrew the
// report is told nothing more.
func (s *Server) talking(v *visit) (*report.Key, string, error) {
	k, line, err := s.working(v)
	if err == nil && line.Status == report.Ditarik {
		err = report.ErrClosed
	}
	return k, line.ID, err
}

func (s *Server) replyReport(v *visit) error {
	k, id, err := s.talking(v)
	if err != nil {
		return err
	}
	if err := s.deps.Reports.Office.Reply(v.ctx(), k, id, v.form("teks")); err != nil {
		return fmt.Errorf("reply to a reporter: %w", err)
	}
	v.note("report.reply", id)
	return v.done(reportPath(id), "Balasan tersimpan. Pelapor membacanya dengan kode tanda terimanya.")
}

func (s *Server) noteReport(v *visit) error {
	k, line, err := s.working(v)
	if err != nil {
		return err
	}
	id := line.ID
	if err := s.deps.Reports.Office.Note(v.ctx(), k, id, v.form("teks")); err != nil {
		return fmt.Errorf("note on a report: %w", err)
	}
	v.note("report.note", id)
	return v.done(reportPath(id), "Catatan tersimpan. Hanya pemeriksa yang membacanya.")
}

func (s *Server) moveReport(v *visit) error {
	_, line, err := s.working(v)
	if err != nil {
		return err
	}
	id, to := line.ID, report.Status(v.form("status"))
	if !slices.Contains(workStates(), to) {
		return errInput("Pilih status laporan.")
	}
	var marks []report.Mark
	for _, m := range []report.Mark{report.MarkFinding, report.MarkFeedback} {
		if slices.Contains(v.values("tanda"), string(m)) {
			marks = append(marks, m)
		}
	}
	if err := s.deps.Reports.Office.SetStatus(v.ctx(), id, to, marks...); err != nil {
		return fmt.Errorf("change the status of a report: %w", err)
	}
	v.note("report.status", id+" "+string(to))
	return v.done(reportPath(id), "Status disimpan: "+reportStatus(to)+".")
}

// closeReport tells the reporter the outcome, then closes the report.
func (s *Server) closeReport(v *visit) error {
	k, id, err := s.talking(v)
	if err != nil {
		return err
	}
	if err := s.deps.Reports.Office.Reply(v.ctx(), k, id, v.form("teks")); err != nil {
		return fmt.Errorf("tell the outcome: %w", err)
	}
	v.note("report.reply", id)
	if err := s.deps.Reports.Office.SetStatus(v.ctx(), id, report.Selesai); err != nil {
		return fmt.Errorf("close a report: %w", err)
	}
	v.note("report.close", id)
	return v.done(reportPath(id), "Laporan ditutup, dan hasilnya disampaikan kepada pelapor.")
}

// eraseReport is the two-person rule: one asks, another one confirms.
func (s *Server) eraseReport(v *visit) error {
	_, line, err := s.working(v)
	if err != nil {
		return err
	}
	id := line.ID
	switch v.form("aksi") {
	case "minta":
		if err := s.deps.Reports.Office.AskErase(v.ctx(), v.user.ID, id); err != nil {
			return fmt.Errorf("ask to erase a report: %w", err)
		}
		v.note("report.erase.ask", id)
		return v.done(reportPath(id), "Permintaan penghapusan dicatat. Pemeriksa lain perlu menyetujuinya.")
	case "batal":
		if s.deps.Reports.Cancel == nil {
			return report.ErrNotAsked
		}
		if err := s.deps.Reports.Cancel(v.ctx(), id); err != nil {
			return fmt.Errorf("take back the wish to erase: %w", err)
		}
		v.note("report.erase.cancel", id)
		return v.done(reportPath(id), "Permintaan penghapusan dibatalkan. Laporan tetap ada.")
	case "setuju":
		return s.confirmErase(v, line)
	}
	return errBadForm()
}

func (s *Server) confirmErase(v *visit, line report.Line) error {
	id := line.ID
	switch line.EraseBy {
	case "":
		return report.ErrNotAsked
	case v.user.ID:
		return report.ErrSamePerson
	}
	if v.form("yakin") == "" {
		return v.warn(reportPath(id), "Centang lebih dahulu bahwa laporan akan dihapus untuk selamanya.")
	}
	if err := v.record("report.erase", id); err != nil {
		return err
	}
	if err := s.deps.Reports.Office.ConfirmErase(v.ctx(), v.user.ID, id); err != nil {
		return fmt.Errorf("erase a report: %w", err)
	}
	return v.done("/laporan",
		reportName(id)+" dihapus. Cadangan lama masih memuat sandinya sampai umurnya habis.")
}
