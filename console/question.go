package console

import (
	"errors"
	"fmt"
	"net/url"
	"slices"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

func (s *Server) questionPages() section {
	const one = "/pertanyaan/grup/{id}"
	return section{name: "Pertanyaan", part: "Kerja", path: "/pertanyaan", role: curation.Kurator,
		routes: []route{
			{pattern: "GET /pertanyaan", title: "Pertanyaan belum terjawab", do: s.inbox},
			{pattern: "GET /pertanyaan/tindakan", title: "Tindakan terakhir", do: s.actions},
			{pattern: "POST /pertanyaan/tindakan/{id}", title: "Batalkan tindakan", do: s.undo},
			{pattern: "GET " + one, title: "Satu pertanyaan", do: s.group},
			{pattern: "POST " + one + "/tambah", title: "Tambahkan ke topik", do: s.assign, wait: longWait},
			{pattern: "POST " + one + "/gabung", title: "Gabungkan", do: s.merge},
			{pattern: "POST " + one + "/pisah", title: "Pisahkan", do: s.split},
			{pattern: "POST " + one + "/luar", title: "Di luar lingkup", do: s.outOfScope},
			{pattern: "POST " + one + "/abaikan", title: "Abaikan", do: s.ignore},
		}}
}

// inboxSize is how many groups stand on a page.
const inboxSize = 20

// inboxBody is the list of unanswered questions.
type inboxBody struct {
	Groups  []curation.Group
	Reasons []option
	Since   knowledge.Day
	Pager   pager
}

func reasons() []knowledge.Reason {
	return []knowledge.Reason{knowledge.NotFound, knowledge.NotMeant, knowledge.NoHelp, knowledge.WrongRule}
}

func (s *Server) inbox(v *visit) error {
	f := curation.Filter{Limit: inboxSize, Offset: (v.page() - 1) * inboxSize}
	if r := knowledge.Reason(v.query("alasan")); slices.Contains(reasons(), r) {
		f.Reason = r
	}
	if d := knowledge.Day(v.query("sejak")); d.Valid() {
		f.Since = d
	}
	groups, total, err := s.deps.Desk.Inbox(v.ctx(), f)
	if err != nil {
		return fmt.Errorf("read the inbox: %w", err)
	}
	return v.show("pertanyaan", inboxBody{Groups: groups, Reasons: options(reasons(), f.Reason, reasonText),
		Since: f.Since, Pager: v.paged(inboxSize, len(groups), total, false)})
}

// groupBody is one question in all its wordings.
type groupBody struct {
	Group      curation.Group
	Topics     []topicChoice
	Categories []option
	Others     []curation.Group
	Wordings   []curation.Wording // at most shownWordings
	Texts      int                // all of them
}

// topicChoice is a group of topics in a select.
type topicChoice struct {
	Title  string
	Topics []option
}

// topicChoices lists all topics by group, one of them chosen.
func (s *Server) topicChoices(chosen string) []topicChoice {
	base := s.deps.Desk.Base()
	var all []topicChoice
	for _, g := range base.Groups {
		c := topicChoice{Title: g.Title}
		for _, t := range base.InGroup(g.ID) {
			c.Topics = append(c.Topics, option{t.ID, t.Title, t.ID == chosen})
		}
		all = append(all, c)
	}
	return all
}

// How many other groups are offered to merge with, and how many texts of a
// group are offered to be taken out: more than a person reads.
const (
	mergeChoices  = 200
	shownWordings = 200
)

func (s *Server) group(v *visit) error {
	g, err := s.deps.Desk.GroupOf(v.ctx(), v.r.PathValue("id"))
	if err != nil {
		return fmt.Errorf("read a group: %w", err)
	}
	others, _, err := s.deps.Desk.Inbox(v.ctx(), curation.Filter{Limit: mergeChoices})
	if err != nil {
		return fmt.Errorf("read the inbox: %w", err)
	}
	words, err := s.deps.Desk.Wordings(v.ctx(), g.ID)
	if err != nil {
		return fmt.Errorf("read the wordings of a group: %w", err)
	}
	b := groupBody{Group: g, Topics: s.topicChoices(""), Wordings: words[:min(shownWordings, len(words))],
		Texts: len(words)}
	b.Others = slices.DeleteFunc(slices.Clone(others), func(o curation.Group) bool {
		return o.ID == g.ID || len(o.Samples) == 0
	})
	for _, c := range s.deps.Desk.Base().Outside {
		b.Categories = append(b.Categories, option{Value: c.ID, Label: c.Title})
	}
	return v.show("grup", b)
}

// back is the group's own page.
func (v *visit) groupPath() string { return "/pertanyaan/grup/" + url.PathEscape(v.r.PathValue("id")) }

func (s *Server) assign(v *visit) error {
	topic, wordings := v.form("topik"), v.values("kalimat")
	if s.deps.Desk.Base().Topic(topic) == nil {
		return v.warn(v.groupPath(), "Pilih topiknya lebih dahulu.")
	}
	if len(wordings) == 0 {
		return v.warn(v.groupPath(), "Pilih sedikitnya satu kalimat yang akan ditambahkan.")
	}
	a, err := s.deps.Desk.Assign(v.ctx(), v.user, v.r.PathValue("id"), topic, wordings)
	if err != nil {
		return fmt.Errorf("add ways of asking: %w", err)
	}
	text := fmt.Sprintf("%d cara bertanya ditambahkan ke “%s”.", len(a.Revision), s.topicTitle(topic))
	if !s.opts.OnePerson {
		text += " Menunggu persetujuan orang kedua di Tinjauan."
	}
	return v.done("/pertanyaan", text)
}

func (s *Server) merge(v *visit) error {
	into := v.form("ke")
	if into == "" {
		return v.warn(v.groupPath(), "Pilih pertanyaan yang akan digabungkan.")
	}
	if _, err := s.deps.Desk.Merge(v.ctx(), v.user, v.r.PathValue("id"), into); err != nil {
		return fmt.Errorf("merge groups: %w", err)
	}
	return v.done("/pertanyaan/grup/"+url.PathEscape(into), "Kedua pertanyaan digabungkan.")
}

// split takes the ticked texts out of the group, and goes on to what they make.
func (s *Server) split(v *visit) error {
	ids := v.values("pisah")
	a, err := s.deps.Desk.Split(v.ctx(), v.user, v.r.PathValue("id"), ids)
	if invalid := new(curation.Invalid); errors.As(err, &invalid) {
		return v.warn(v.groupPath(), problemText(invalid.Problems))
	}
	if err != nil {
		return fmt.Errorf("split a group: %w", err)
	}
	return v.done("/pertanyaan/grup/"+url.PathEscape(a.Gaps[0]), fmt.Sprintf("%d kalimat kini menjadi kelompok "+
		"sendiri, yaitu yang tampak di bawah. Bila keliru, gabungkan kembali lewat Tindakan terakhir.", len(ids)))
}

func (s *Server) outOfScope(v *visit) error {
	category := v.form("kategori")
	if s.deps.Desk.Base().Category(category) == nil {
		return v.warn(v.groupPath(), "Pilih kategorinya lebih dahulu.")
	}
	if _, err := s.deps.Desk.OutOfScope(v.ctx(), v.user, v.r.PathValue("id"), category); err != nil {
		return fmt.Errorf("put a group out of scope: %w", err)
	}
	return v.done("/pertanyaan", "Dicatat sebagai di luar lingkup. Dapat dibatalkan di Tindakan terakhir.")
}

func (s *Server) ignore(v *visit) error {
	if _, err := s.deps.Desk.Ignore(v.ctx(), v.user, v.r.PathValue("id")); err != nil {
		return fmt.Errorf("ignore a group: %w", err)
	}
	return v.done("/pertanyaan", "Pertanyaan diabaikan. Dapat dibatalkan di Tindakan terakhir.")
}

// shownActions is how far back the list of actions goes.
const shownActions = 100

func (s *Server) actions(v *visit) error {
	all, err := s.deps.Desk.Actions(v.ctx(), shownActions)
	if err != nil {
		return fmt.Errorf("read the actions: %w", err)
	}
	names, err := v.names()
	if err != nil {
		return err
	}
	return v.show("tindakan", struct {
		Actions []curation.Action
		Names   map[string]string
	}{all, names})
}

func (s *Server) undo(v *visit) error {
	if err := s.deps.Desk.Undo(v.ctx(), v.user, v.r.PathValue("id")); err != nil {
		return fmt.Errorf("undo an action: %w", err)
	}
	return v.done("/pertanyaan/tindakan", "Tindakan dibatalkan. Pertanyaannya kembali seperti semula.")
}
