package console

import "tanyanetral/curation"

func (s *Server) healthPages() section {
	return section{name: "Kesehatan", part: "Sistem", path: "/kesehatan", role: curation.Admin,
		routes: []route{
			{pattern: "GET /kesehatan", title: "Kesehatan", do: s.health},
		}}
}

// Label tells the state in words, beside its colour.
func (l LineState) Label() string {
	return word(string(l), map[string]string{"baik": "Baik", "perhatian": "Perlu perhatian",
		"buruk": "Buruk"})
}

func (s *Server) health(v *visit) error {
	lines := s.deps.Health(v.ctx())
	worst := Good
	for _, l := range lines {
		if l.State == Bad || l.State == Warning && worst == Good {
			worst = l.State
		}
	}
	return v.show("kesehatan", struct {
		Lines []Line
		Worst LineState
	}{lines, worst})
}
