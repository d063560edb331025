package console

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

func (s *Server) electionPages() section {
	return section{name: "Tahapan", part: "Data", path: "/tahapan", role: curation.Kurator, routes: []route{
		{pattern: "GET /tahapan", title: "Tahapan pemilihan", do: s.elections},
		{pattern: "GET /tahapan/ubah", title: "Tahapan pemilihan", do: s.election},
		{pattern: "POST /tahapan/ubah", title: "Simpan tahapan", do: s.saveElection},
		{pattern: "POST /tahapan/hapus", title: "Hapus tahapan", do: s.dropElection},
	}}
}

// calendar is the list of elections, empty when none was entered.
func (s *Server) calendar() []knowledge.Election {
	if c := s.deps.Desk.Calendar(); c != nil {
		return c.Elections
	}
	return nil
}

// phased is an election with its phase of today.
type phased struct {
	knowledge.Election
	Phase string
}

func (s *Server) elections(v *visit) error {
	var all []phased
	for _, e := range s.calendar() {
		p := e.PhaseAt(s.today())
		label := p.Label()
		if p == knowledge.DiLuarTahapan {
			label = "Di luar tahapan"
		}
		all = append(all, phased{e, label})
	}
	return v.show("tahapan", all)
}

// electionForm is the form of an election.
type electionForm struct {
	Election knowledge.Election
	Days     []dayField
	Old      string // name before
	Problem  string
	Seen     int64
}

// dayField is one day of the form.
type dayField struct {
	Name, Label, Hint string
	Value             knowledge.Day
}

func (s *Server) electionForm(e knowledge.Election, old string) electionForm {
	return electionForm{Election: e, Old: old, Seen: s.deps.Desk.Generation(), Days: []dayField{
		{"mulai", "Tahapan mulai", "Hari pertama tahapan.", e.Begins},
		{"penetapan", "Penetapan calon", "", e.Nominated},
		{"kampanye", "Kampanye mulai", "", e.CampaignFrom},
		{"kampanye-sampai", "Kampanye sampai", "Hari terakhir kampanye.", e.CampaignUntil},
		{"tenang", "Masa tenang sampai", "Hari terakhir sebelum pemungutan.", e.QuietUntil},
		{"pemungutan", "Hari pemungutan suara", "", e.Vote},
		{"berakhir", "Tahapan berakhir", "Sesudah hari ini pemilihan tidak dihitung lagi.", e.Ends},
	}}
}

func (s *Server) election(v *visit) error {
	name := v.query("nama")
	if name == "" {
		return v.show("tahapan_ubah", s.electionForm(knowledge.Election{}, ""))
	}
	all := s.calendar()
	i := slices.IndexFunc(all, func(e knowledge.Election) bool { return e.Name == name })
	if i < 0 {
		return curation.ErrNotFound
	}
	return v.show("tahapan_ubah", s.electionForm(all[i], name))
}

func (s *Server) saveElection(v *visit) error {
	day := func(name string) knowledge.Day { return knowledge.Day(v.form(name)) }
	e := knowledge.Election{Name: knowledge.OneLine(v.form("nama")), Begins: day("mulai"),
		Nominated:    day("penetapan"),
		CampaignFrom: day("kampanye"), CampaignUntil: day("kampanye-sampai"), QuietUntil: day("tenang"),
		Vote: day("pemungutan"), Ends: day("berakhir")}
	old := v.form("lama")
	items := []knowledge.Item{knowledge.ElectionItem(e)}
	if old != "" && old != e.Name {
		items = append(items, knowledge.Item{Kind: knowledge.ItemElection, Key: old})
	}
	problem := ""
	if _, problems := items[0].Canonical(); len(problems) > 0 {
		problem = problemText(problems)
	}
	if problem == "" {
		revs, err := s.deps.Desk.Draft(v.ctx(), v.user, items, v.form("catatan"), int64(v.formNumber("seen")))
		invalid := new(curation.Invalid)
		switch {
		case errors.As(err, &invalid):
			problem = problemText(invalid.Problems)
		case err != nil:
			return fmt.Errorf("draft an election: %w", err)
		default:
			return s.afterDraft(v, revs)
		}
	}
	f := s.electionForm(e, old)
	f.Problem, v.status = problem, http.StatusUnprocessableEntity
	return v.show("tahapan_ubah", f)
}

func (s *Server) dropElection(v *visit) error {
	name := v.form("nama")
	if !slices.ContainsFunc(s.calendar(), func(e knowledge.Election) bool { return e.Name == name }) {
		return curation.ErrNotFound
	}
	item := knowledge.Item{Kind: knowledge.ItemElection, Key: name}
	revs, err := s.deps.Desk.Draft(v.ctx(), v.user, []knowledge.Item{item}, "", int64(v.formNumber("seen")))
	if err != nil {
		return fmt.Errorf("draft the end of an election: %w", err)
	}
	return s.afterDraft(v, revs)
}
