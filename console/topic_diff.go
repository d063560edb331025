package console

import (
	"encoding/json"
	"fmt"
	"net/http"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// differenceBody shows two versions of a topic to the second of two people.
type differenceBody struct {
	Topic  string // id
	Rows   []diffRow
	Mine   string // the whole own version, carried along
	Theirs curation.Revision
	Names  map[string]string
	Seen   int64
	Drafts string
	Note   string
}

// difference shows both versions; nothing of the own one is lost.
func (s *Server) difference(v *visit, mine knowledge.Topic, theirs curation.Revision) error {
	other := s.deps.Desk.Base().Topic(mine.ID)
	if t := decodeTopic(theirs.Item.Value); t != nil {
		other = t
	}
	data, err := json.Marshal(mine)
	if err != nil {
		return fmt.Errorf("carry the own version along: %w", err)
	}
	names, err := v.names()
	if err != nil {
		return err
	}
	f, err := s.topicForm(v, mine, false)
	if err != nil {
		return err
	}
	v.title, v.status = "Dua versi topik", http.StatusConflict
	return v.show("topik_beda", differenceBody{Topic: mine.ID, Rows: diffTopics(other, &mine),
		Mine:   string(data),
		Theirs: theirs, Names: names, Seen: s.deps.Desk.Generation(), Drafts: draftsOf(f),
		Note: v.form("catatan")})
}

// draftsOf lists all open drafts that the person has now seen.
func draftsOf(f topicForm) string {
	all := ""
	for _, r := range f.Others {
		all += r.ID + " "
	}
	return all
}

// mergeTopic builds a topic from two versions, part by part.
func (s *Server) mergeTopic(v *visit) error {
	id := v.r.PathValue("id")
	theirs := s.deps.Desk.Base().Topic(id)
	mine := decodeTopic([]byte(v.form("punya")))
	if theirs == nil || mine == nil || mine.ID != id {
		return curation.ErrNotFound
	}
	if t, err := s.draftValue(v, v.form("lain"), id); err != nil {
		return err
	} else if t != nil {
		theirs = t
	}
	mixed := *mine
	for _, p := range parts() {
		if v.form("pilih."+p.key) == "mereka" {
			p.take(&mixed, theirs)
		}
	}
	if rival := s.rivalDraft(v, id); rival != nil {
		return s.difference(v, mixed, *rival)
	}
	revs, err := s.deps.Desk.Draft(v.ctx(), v.user, []knowledge.Item{knowledge.TopicItem(mixed)},
		v.form("catatan"),
		int64(v.formNumber("seen")))
	return s.drafted(v, mixed, revs, err, false)
}

// draftValue reads the topic of a revision that somebody else made.
func (s *Server) draftValue(v *visit, revision, topic string) (*knowledge.Topic, error) {
	if revision == "" {
		return nil, nil
	}
	r, err := s.revision(v, revision)
	if err != nil {
		return nil, err
	}
	if r.Item.Kind != knowledge.ItemTopic || r.Item.Key != topic {
		return nil, curation.ErrNotFound
	}
	return decodeTopic(r.Item.Value), nil
}
