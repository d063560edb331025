package console

import (
	"fmt"
	"net/http"
	"net/url"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// wordingBody is the page of a topic's ways of asking.
type wordingBody struct {
	Topic    *knowledge.Topic
	Lines    string // new ones, one a line
	Problems []string
	Near     []curation.NearWarning
	Seen     int64
}

// closeTo is the confidence from which another topic counts as near to a new
// wording: half as sure as of its own.
const closeTo = 0.5

func (s *Server) wordings(v *visit) error {
	t := s.deps.Desk.Base().Topic(v.r.PathValue("id"))
	if t == nil {
		return curation.ErrNotFound
	}
	v.title = "Cara bertanya: " + t.Title
	return v.show("kalimat", wordingBody{Topic: t, Seen: s.deps.Desk.Generation()})
}

// saveWordings adds and removes ways of asking. New ones that lie close to
// another topic are shown once before they are taken.
func (s *Server) saveWordings(v *visit) error {
	t := s.deps.Desk.Base().Topic(v.r.PathValue("id"))
	if t == nil {
		return curation.ErrNotFound
	}
	b := wordingBody{Topic: t, Lines: v.form("baru"), Seen: int64(v.formNumber("seen"))}
	var items []knowledge.Item
	for _, line := range lineList(b.Lines) {
		if text := knowledge.CheckWording(line); text != "" {
			b.Problems = append(b.Problems, "“"+line+"”: "+text)
			continue
		}
		items = append(items, knowledge.AskItem(t.ID, line))
		if near := s.nearTo(t.ID, line); len(near) > 0 {
			b.Near = append(b.Near, curation.NearWarning{Topic: t.ID, Wording: line, Near: near})
		}
	}
	for _, line := range v.values("hapus") {
		items = append(items, knowledge.Item{Kind: knowledge.ItemAsk, Key: knowledge.AskKey(t.ID, line)})
	}
	switch {
	case len(b.Problems) > 0 || len(b.Near) > 0 && v.form("yakin") == "":
		v.status, v.title = http.StatusUnprocessableEntity, "Cara bertanya: "+t.Title
		return v.show("kalimat", b)
	case len(items) == 0:
		return v.warn("/topik/isi/"+url.PathEscape(t.ID)+"/kalimat", "Tidak ada yang ditambah atau dihapus.")
	}
	revs, err := s.deps.Desk.Draft(v.ctx(), v.user, items, v.form("catatan"), b.Seen)
	if err != nil {
		return fmt.Errorf("draft ways of asking: %w", err)
	}
	return s.afterDraft(v, revs)
}

// nearTo are the other topics that a wording lies close to.
func (s *Server) nearTo(topic, wording string) []knowledge.Candidate {
	var near []knowledge.Candidate
	for _, c := range s.deps.Bot.Near(topic, wording) {
		if c.Topic != topic && c.Confidence >= closeTo {
			near = append(near, c)
		}
	}
	return near
}
