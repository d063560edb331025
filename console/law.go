package console

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

func (s *Server) lawPages() section {
	return section{name: "Dasar hukum", part: "Data", path: "/dasar", role: curation.Kurator, routes: []route{
		{pattern: "GET /dasar", title: "Dasar hukum", do: s.laws},
		{pattern: "GET /dasar/ubah", title: "Dasar hukum", do: s.law},
		{pattern: "POST /dasar/ubah", title: "Simpan dasar hukum", do: s.saveLaw, wait: longWait},
	}}
}

// lawRow is an instrument with the number of topics that cite it.
type lawRow struct {
	knowledge.Instrument
	Cited int
}

func (s *Server) laws(v *visit) error {
	base := s.deps.Desk.Base()
	cited := map[string]int{}
	for i := range base.Topics {
		seen := map[string]bool{}
		for _, c := range base.Topics[i].Bases() {
			if !seen[c.Instrument] {
				seen[c.Instrument] = true
				cited[c.Instrument]++
			}
		}
	}
	var rows []lawRow
	for _, ins := range base.Instruments {
		rows = append(rows, lawRow{ins, cited[ins.ID]})
	}
	work, err := s.deps.Desk.Affected(v.ctx())
	if err != nil {
		return fmt.Errorf("find the affected answers: %w", err)
	}
	return v.show("dasar", struct {
		Rows []lawRow
		Work []curation.LawWork
	}{rows, work})
}

// lawForm is the form of an instrument.
type lawForm struct {
	Law      knowledge.Instrument
	Articles string
	Statuses []option
	Read     []option
	Others   []option
	Cites    []*knowledge.Topic
	Fresh    bool
	Problem  string
	Seen     int64
}

func (s *Server) lawForm(ins knowledge.Instrument, fresh bool) lawForm {
	base := s.deps.Desk.Base()
	f := lawForm{Law: ins, Articles: strings.Join(ins.Articles, "\n"), Fresh: fresh,
		Seen:     s.deps.Desk.Generation(),
		Statuses: options(statuses(), ins.Status, statusText),
		Read:     options([]string{"naskah", "sebagian", "kutipan", "tidak"}, ins.TextRead, readText)}
	for _, o := range base.Instruments {
		if o.ID != ins.ID {
			f.Others = append(f.Others, option{o.ID, o.ID, o.ID == ins.ReplacedBy})
		}
	}
	for i := range base.Topics {
		for _, c := range base.Topics[i].Bases() {
			if c.Instrument == ins.ID {
				f.Cites = append(f.Cites, &base.Topics[i])
				break
			}
		}
	}
	return f
}

func readText(s string) string {
	return word(s, map[string]string{"naskah": "naskah lengkap", "sebagian": "sebagian naskah",
		"kutipan": "kutipan saja", "tidak": "belum dibaca"})
}

func (s *Server) law(v *visit) error {
	id := v.query("id")
	if id == "" {
		return v.show("dasar_ubah", s.lawForm(knowledge.Instrument{Status: knowledge.Berlaku,
			LastChecked: s.today(),
			TextRead:    "tidak"}, true))
	}
	ins := s.deps.Desk.Base().Instrument(id)
	if ins == nil {
		return curation.ErrNotFound
	}
	v.title = ins.ID
	return v.show("dasar_ubah", s.lawForm(*ins, false))
}

func (s *Server) saveLaw(v *visit) error {
	ins := knowledge.Instrument{ID: knowledge.OneLine(v.form("id")),
		Title:  knowledge.OneLine(v.form("judul")),
		Status: knowledge.Status(v.form("status")), ReplacedBy: v.form("diganti"), Binds: v.form("mengikat"),
		TextRead: v.form("dibaca"), Evidence: v.form("bukti"),
		LastChecked: knowledge.Day(v.form("diperiksa")),
		Note:        v.form("catatan-isi"), Articles: lineList(v.form("pasal"))}
	fresh := v.form("lama") == ""
	problem := ""
	old := s.deps.Desk.Base().Instrument(ins.ID)
	if old != nil && old.Status != ins.Status && old.LastChecked == ins.LastChecked {
		ins.LastChecked = s.today() // else answers that were reviewed on the old day would not be work
	}
	switch known := old != nil; {
	case fresh && known:
		problem = "Dasar hukum dengan singkatan itu sudah ada."
	case !fresh && (ins.ID != v.form("lama") || !known):
		return curation.ErrNotFound
	case ins.ID == "":
		problem = "Tuliskan singkatannya, misalnya “UU 20/2023”."
	}
	if problem == "" {
		item := knowledge.InstrumentItem(ins)
		seen := int64(v.formNumber("seen"))
		revs, err := s.deps.Desk.Draft(v.ctx(), v.user, []knowledge.Item{item}, v.form("catatan"), seen)
		invalid := new(curation.Invalid)
		switch {
		case errors.As(err, &invalid):
			problem = problemText(invalid.Problems)
		case err != nil:
			return fmt.Errorf("draft an instrument: %w", err)
		default:
			return s.afterDraft(v, revs)
		}
	}
	f := s.lawForm(ins, fresh)
	f.Problem, v.status = problem, http.StatusUnprocessableEntity
	return v.show("dasar_ubah", f)
}
