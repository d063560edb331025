package console

import (
	"fmt"
	"slices"
	"strings"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

func (s *Server) historyPages() section {
	return section{name: "Riwayat", part: "Sistem", path: "/riwayat", role: curation.Kurator, routes: []route{
		{pattern: "GET /riwayat", title: "Riwayat perubahan", do: s.history},
		{pattern: "GET /riwayat/satu/{id}", title: "Satu perubahan",
			do: func(v *visit) error { return s.showRevision(v, true) }},
		{pattern: "POST /riwayat/satu/{id}/kembalikan", title: "Kembalikan", do: s.revert, wait: longWait},
		{pattern: "POST /riwayat/kembali-ke", title: "Kembali ke tanggal", do: s.revertTo, wait: longWait},
		{pattern: "GET /riwayat/audit", title: "Catatan audit", do: s.auditLog},
	}}
}

func states() []curation.State {
	return []curation.State{curation.Draf, curation.Diajukan, curation.Disetujui, curation.Terbit,
		curation.Ditolak,
		curation.Dibuang}
}

func kinds() []knowledge.ItemKind {
	return []knowledge.ItemKind{knowledge.ItemTopic, knowledge.ItemAsk, knowledge.ItemOutside,
		knowledge.ItemInstrument, knowledge.ItemWord, knowledge.ItemElection}
}

// historySize is how many lines stand on a page.
const historySize = 50

func (s *Server) history(v *visit) error {
	f := curation.RevisionFilter{Key: v.query("kunci"), Limit: historySize,
		Offset: (v.page() - 1) * historySize}
	if st := curation.State(v.query("keadaan")); slices.Contains(states(), st) {
		f.State = st
	}
	if k := knowledge.ItemKind(v.query("jenis")); slices.Contains(kinds(), k) {
		f.Kind = k
	}
	revs, err := s.deps.Desk.Revisions(v.ctx(), f)
	if err != nil {
		return fmt.Errorf("read the revisions: %w", err)
	}
	names, err := v.names()
	if err != nil {
		return err
	}
	return v.show("riwayat", struct {
		Rows          []revisionRow
		Names         map[string]string
		States, Kinds []option
		Key           string
		Today         knowledge.Day
		Pager         pager
	}{s.rows(revs), names, options(states(), f.State, stateText), options(kinds(), f.Kind, kindText), f.Key,
		s.today(), v.paged(historySize, len(revs), -1, len(revs) == historySize)})
}

func (s *Server) revert(v *visit) error {
	revs, err := s.deps.Desk.Revert(v.ctx(), v.user, v.r.PathValue("id"))
	if err != nil {
		return fmt.Errorf("take a revision back: %w", err)
	}
	return s.reverted(v, revs)
}

func (s *Server) revertTo(v *visit) error {
	day := knowledge.Day(v.form("tanggal"))
	if !day.Valid() || day > s.today() {
		return v.warn("/riwayat", "Pilih tanggal yang sudah lewat.")
	}
	revs, err := s.deps.Desk.RevertTo(v.ctx(), v.user, day)
	if err != nil {
		return fmt.Errorf("go back to a day: %w", err)
	}
	return s.reverted(v, revs)
}

// reverted goes on to the drafts that restore what was.
func (s *Server) reverted(v *visit, revs []curation.Revision) error {
	if len(revs) == 0 {
		return v.warn("/riwayat", "Isinya sudah sama; tidak ada yang perlu dikembalikan.")
	}
	return v.done("/tinjauan?keadaan=draf",
		fmt.Sprintf("%d draf dibuat untuk mengembalikan isi lama. Ajukan dan terbitkan seperti biasa.",
			len(revs)))
}

func (s *Server) auditLog(v *visit) error {
	lines, err := s.deps.Audit.Audit(v.ctx(), historySize, (v.page()-1)*historySize)
	if err != nil {
		return fmt.Errorf("read the audit log: %w", err)
	}
	full := len(lines) == historySize
	if !v.user.Can(curation.Pemeriksa, s.today()) {
		// That a report was opened at all is nothing for curators.
		lines = slices.DeleteFunc(lines, func(l curation.AuditLine) bool {
			return strings.HasPrefix(l.Act, "report.")
		})
	}
	names, err := v.names()
	if err != nil {
		return err
	}
	return v.show("audit", struct {
		Lines []curation.AuditLine
		Names map[string]string
		Pager pager
	}{lines, names, v.paged(historySize, len(lines), -1, full)})
}
