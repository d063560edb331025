package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

func (s *Server) topicPages() section {
	const one = "/topik/isi/{id}"
	return section{name: "Topik", part: "Kerja", path: "/topik", role: curation.Kurator, routes: []route{
		{pattern: "GET /topik", title: "Topik", do: s.topics},
		{pattern: "GET /topik/baru", title: "Topik baru", do: s.newTopic},
		{pattern: "POST /topik/baru", title: "Topik baru", do: s.saveNewTopic, wait: longWait},
		{pattern: "GET " + one, title: "Topik", do: s.topic},
		{pattern: "POST " + one, title: "Simpan topik", do: s.saveTopic, wait: longWait},
		{pattern: "POST " + one + "/pilih", title: "Gabungkan dua versi", do: s.mergeTopic, wait: longWait},
		{pattern: "GET " + one + "/kalimat", title: "Cara bertanya", do: s.wordings},
		{pattern: "POST " + one + "/kalimat", title: "Cara bertanya", do: s.saveWordings, wait: longWait},
	}}
}

// topicRow is a topic in the list.
type topicRow struct {
	*knowledge.Topic
	Notice bool // a changed instrument touches it
}

func (s *Server) topics(v *visit) error {
	base, q, group := s.deps.Desk.Base(), v.query("q"), v.query("kelompok")
	found, err := s.findTopics(v, q, group)
	if err != nil {
		return err
	}
	touched, err := s.touched(v)
	if err != nil {
		return err
	}
	rows := make([]topicRow, len(found))
	for i, t := range found {
		rows[i] = topicRow{t, touched[t.ID]}
	}
	var groups []option
	for _, g := range base.Groups {
		groups = append(groups, option{g.ID, g.Title, g.ID == group})
	}
	return v.show("topik", struct {
		Query  string
		Groups []option
		Rows   []topicRow
	}{q, groups, rows})
}

// findTopics searches, or lists all in the order of the base.
func (s *Server) findTopics(v *visit, q, group string) ([]*knowledge.Topic, error) {
	base := s.deps.Desk.Base()
	var ids []string
	if q != "" {
		var err error
		if ids, err = s.deps.Bot.Search(v.ctx(), q); err != nil {
			return nil, fmt.Errorf("search the topics: %w", err)
		}
	} else {
		for i := range base.Topics {
			ids = append(ids, base.Topics[i].ID)
		}
	}
	var found []*knowledge.Topic
	for _, id := range ids {
		if t := base.Topic(id); t != nil && (group == "" || t.Group == group) {
			found = append(found, t)
		}
	}
	return found, nil
}

// touched are the topics that a changed instrument touches.
func (s *Server) touched(v *visit) (map[string]bool, error) {
	work, err := s.deps.Desk.Affected(v.ctx())
	if err != nil {
		return nil, fmt.Errorf("find the affected answers: %w", err)
	}
	all := map[string]bool{}
	for _, w := range work {
		for _, t := range w.Topics {
			all[t.ID] = true
		}
	}
	return all, nil
}

// topic shows the form with the live topic, or with a draft to go on with.
func (s *Server) topic(v *visit) error {
	id := v.r.PathValue("id")
	t := s.deps.Desk.Base().Topic(id)
	fresh := t == nil
	draft, err := s.draftValue(v, v.query("draf"), id)
	if err != nil {
		return err
	}
	if draft != nil {
		t = draft
	}
	if t == nil {
		return curation.ErrNotFound
	}
	f, err := s.topicForm(v, *t, fresh)
	if err != nil {
		return err
	}
	return v.show("topik_isi", f)
}

func (s *Server) newTopic(v *visit) error {
	t := knowledge.Topic{Verdict: knowledge.Dilarang}
	t.Confidence, t.Reviewed, t.Evidence = knowledge.PerluCek, s.today(), s.today()
	f, err := s.topicForm(v, t, true)
	if err != nil {
		return err
	}
	if id := v.query("grup"); id != "" {
		g, err := s.deps.Desk.GroupOf(v.ctx(), id)
		if err != nil {
			return fmt.Errorf("read a group: %w", err)
		}
		f.Origin = origin{g.ID, strings.Join(g.Samples, "\n")}
	}
	return v.show("topik_isi", f)
}

// saveTopic previews or saves a topic that exists.
func (s *Server) saveTopic(v *visit) error {
	old := s.deps.Desk.Base().Topic(v.r.PathValue("id"))
	if old == nil {
		return curation.ErrNotFound
	}
	t, err := s.readTopic(v)
	t.ID = old.ID
	if stop, err := s.stayOnForm(v, t, err, false); stop {
		return err
	}
	if rival := s.rivalDraft(v, t.ID); rival != nil {
		return s.difference(v, t, *rival)
	}
	seen := int64(v.formNumber("seen"))
	revs, err := s.deps.Desk.Draft(v.ctx(), v.user, []knowledge.Item{knowledge.TopicItem(t)},
		v.form("catatan"), seen)
	return s.drafted(v, t, revs, err, false)
}

// stayOnForm shows the form again for a preview, another row, or a mistake.
func (s *Server) stayOnForm(v *visit, t knowledge.Topic, problem error, fresh bool) (bool, error) {
	if problem == nil && strings.HasPrefix(v.form("aksi"), "simpan") {
		return false, nil
	}
	f, err := s.topicForm(v, t, fresh)
	if err != nil {
		return true, err
	}
	f.Previewed = true
	if problem != nil {
		v.status = http.StatusUnprocessableEntity
		bad, _ := asFault(problem)
		f.Problems = append(f.Problems, knowledge.Problem{Text: bad.text})
	}
	return true, v.show("topik_isi", f)
}

// drafted goes on from a draft that was made, or shows why none was.
func (s *Server) drafted(v *visit, t knowledge.Topic, revs []curation.Revision, err error, fresh bool) error {
	changed, invalid := new(curation.Changed), new(curation.Invalid)
	switch {
	case errors.As(err, &changed):
		return s.difference(v, t, changed.Revision)
	case errors.As(err, &invalid):
		f, err := s.topicForm(v, t, fresh)
		if err != nil {
			return err
		}
		f.Problems, v.status = invalid.Problems, http.StatusUnprocessableEntity
		return v.show("topik_isi", f)
	case err != nil:
		return fmt.Errorf("draft a topic: %w", err)
	case len(revs) == 0:
		return v.warn("/topik/isi/"+url.PathEscape(t.ID), "Tidak ada yang berubah, jadi tidak ada draf.")
	}
	return s.afterDraft(v, revs)
}

// afterDraft submits fresh drafts if the person asked for that, and goes to
// the review.
func (s *Server) afterDraft(v *visit, revs []curation.Revision) error {
	if len(revs) == 0 {
		return v.warn(v.section.path, "Tidak ada yang berubah, jadi tidak ada draf.")
	}
	ids := idsOf(revs)
	if v.form("aksi") == "simpan" {
		return v.done("/tinjauan?keadaan=draf", "Disimpan sebagai draf. Ajukan bila sudah siap ditinjau.")
	}
	err := s.deps.Desk.Submit(v.ctx(), v.user, ids, v.form("catatan"))
	if invalid := new(curation.Invalid); errors.As(err, &invalid) {
		return v.warn("/tinjauan?keadaan=draf",
			"Disimpan sebagai draf, tetapi belum dapat diajukan. "+problemText(invalid.Problems))
	}
	if err != nil {
		return fmt.Errorf("submit a draft: %w", err)
	}
	return v.done("/tinjauan", "Disimpan dan diajukan untuk ditinjau.")
}

func idsOf(revs []curation.Revision) []string {
	ids := make([]string, len(revs))
	for i, r := range revs {
		ids[i] = r.ID
	}
	return ids
}

// rivalDraft finds an open draft of a topic that another person made after
// this form was opened.
func (s *Server) rivalDraft(v *visit, topic string) *curation.Revision {
	open, err := s.openDrafts(v, topic)
	if err != nil {
		return nil // Draft itself meets the same fault and tells it
	}
	known := strings.Fields(v.form("drafts"))
	for i, r := range open {
		if r.Author != v.user.ID && !slices.Contains(known, r.ID) {
			return &open[i]
		}
	}
	return nil
}

// openDrafts are the changes of a topic that are on their way.
func (s *Server) openDrafts(v *visit, topic string) ([]curation.Revision, error) {
	all, err := s.deps.Desk.Revisions(v.ctx(), curation.RevisionFilter{Kind: knowledge.ItemTopic, Key: topic,
		Limit: manyRevisions})
	if err != nil {
		return nil, fmt.Errorf("read the revisions: %w", err)
	}
	return slices.DeleteFunc(all, func(r curation.Revision) bool {
		return r.State != curation.Draf && r.State != curation.Diajukan && r.State != curation.Disetujui
	}), nil
}

// saveNewTopic makes a topic, of a group of the inbox or of its own.
func (s *Server) saveNewTopic(v *visit) error {
	t, err := s.readTopic(v)
	t.ID = slug(v.form("id"))
	if t.ID == "" {
		t.ID = slug(t.Title)
	}
	if err == nil && s.deps.Desk.Base().Topic(t.ID) != nil {
		err = errInput("Sudah ada topik dengan id itu; pilih id lain.")
	}
	if stop, err := s.stayOnForm(v, t, err, true); stop {
		return err
	}
	wordings := lineList(v.form("kalimat"))
	if group := v.form("grup"); group != "" {
		_, err := s.deps.Desk.NewTopic(v.ctx(), v.user, group, t, wordings)
		if err != nil {
			return s.drafted(v, t, nil, err, true)
		}
		return v.done("/tinjauan", "Topik baru dibuat dari pertanyaan itu dan menunggu tinjauan.")
	}
	items := []knowledge.Item{knowledge.TopicItem(t)}
	for _, w := range wordings {
		items = append(items, knowledge.AskItem(t.ID, w))
	}
	revs, err := s.deps.Desk.Draft(v.ctx(), v.user, items, v.form("catatan"), int64(v.formNumber("seen")))
	return s.drafted(v, t, revs, err, true)
}

// lineList splits a text area into its lines, each once.
func lineList(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if line = knowledge.OneLine(line); line != "" && !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	return all
}

// slug makes an id of a title.
func slug(title string) string {
	const longest = 40 // as the base allows
	var b strings.Builder
	for _, r := range strings.ToLower(title) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := b.String()
	return strings.Trim(s[:min(longest, len(s))], "-")
}
