package console

import (
	"fmt"
	"unicode/utf8"

	"tanyanetral/curation"
)

func (s *Server) tryPages() section {
	return section{name: "Coba", part: "Kerja", path: "/coba", role: curation.Kurator, routes: []route{
		{pattern: "GET /coba", title: "Coba bertanya", do: s.tryPage},
		{pattern: "POST /coba", title: "Coba bertanya", do: s.try},
	}}
}

// tried is a question that was tried. It waits in the session's memory: a
// question must not stand in an address.
type tried struct {
	Question string
	Trial    Trial
}

// maxTried is how long a question may be, as one message of Telegram.
const maxTried = 4096

func (s *Server) tryPage(v *visit) error {
	last, _ := v.s.memory.kept(v, "coba").(tried)
	return v.show("coba", last)
}

func (s *Server) try(v *visit) error {
	q := v.form("pertanyaan")
	if q == "" || utf8.RuneCountInString(q) > maxTried {
		return v.warn("/coba", "Tuliskan satu pertanyaan, paling banyak 4.096 karakter.")
	}
	trial, err := s.deps.Bot.Try(v.ctx(), q)
	if err != nil {
		return fmt.Errorf("try a question: %w", err)
	}
	v.s.memory.keep(v, "coba", tried{q, trial})
	return v.done("/coba", "")
}
