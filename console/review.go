package console

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

func (s *Server) reviewPages() section {
	return section{name: "Tinjauan", part: "Kerja", path: "/tinjauan", role: curation.Kurator,
		routes: []route{
			{pattern: "GET /tinjauan", title: "Tinjauan", do: s.reviews},
			{pattern: "GET /tinjauan/satu/{id}", title: "Satu perubahan", do: s.review},
			{pattern: "POST /tinjauan/aksi", title: "Tinjauan", do: s.judge, limit: listLimit},
			{pattern: "GET /tinjauan/terbit", title: "Terbitkan", do: s.publishPage, wait: longWait},
			{pattern: "POST /tinjauan/terbit", title: "Terbitkan", do: s.publish, limit: listLimit,
				wait: longWait},
		}}
}

// Sizes of the lists of revisions.
const (
	manyRevisions = 5000      // more than an import makes
	listLimit     = 512 << 10 // a form with that many ids
	reviewSize    = 50        // changes on a page
	inAddress     = 40        // ids that an address carries; more wait in the session's memory
)

// revisionRow is a change in a list.
type revisionRow struct {
	curation.Revision
	Name     string
	Removes  bool
	Opposite bool // verdict or sanction changes: look twice
}

func (s *Server) rows(revs []curation.Revision) []revisionRow {
	rows := make([]revisionRow, len(revs))
	for i, r := range revs {
		rows[i] = revisionRow{r, s.revisionName(r), r.Item.Removes(), changesVerdict(r)}
	}
	return rows
}

// changesVerdict tells that a topic would say something else, not only in
// other words.
func changesVerdict(r curation.Revision) bool {
	if r.Item.Kind != knowledge.ItemTopic || len(r.Before) == 0 {
		return false
	}
	b, a := decodeTopic(r.Before), decodeTopic(r.Item.Value)
	return b != nil && a != nil && (b.Verdict != a.Verdict || outcomesText(b) != outcomesText(a))
}

// reviewStates are the tabs of the review, the most urgent one first.
func reviewStates() []curation.State {
	return []curation.State{curation.Diajukan, curation.Draf, curation.Disetujui}
}

// reviewBody is the review queue.
type reviewBody struct {
	State  curation.State
	Tabs   []option
	Rows   []revisionRow
	Names  map[string]string
	Today  knowledge.Day
	Single bool // one person may publish
	Pager  pager
}

func (s *Server) reviews(v *visit) error {
	b := reviewBody{State: curation.Diajukan, Today: s.today(), Single: s.opts.OnePerson}
	if st := curation.State(v.query("keadaan")); slices.Contains(reviewStates(), st) {
		b.State = st
	}
	b.Tabs = options(reviewStates(), b.State, stateText)
	revs, err := s.deps.Desk.Revisions(v.ctx(), curation.RevisionFilter{State: b.State, Limit: reviewSize,
		Offset: (v.page() - 1) * reviewSize})
	if err != nil {
		return fmt.Errorf("read the revisions: %w", err)
	}
	if b.Names, err = v.names(); err != nil {
		return err
	}
	b.Rows = s.rows(revs)
	b.Pager = v.paged(reviewSize, len(revs), -1, len(revs) == reviewSize)
	return v.show("tinjauan", b)
}

// revision reads one change by its id.
func (s *Server) revision(v *visit, id string) (curation.Revision, error) {
	r, err := s.deps.Revision(v.ctx(), id)
	if err != nil {
		return curation.Revision{}, fmt.Errorf("read a revision: %w", err)
	}
	return r, nil
}

// oneReview is one change with its difference.
type oneReview struct {
	Row     revisionRow
	Diff    []diffRow
	Names   map[string]string
	Preview string // the reply after the change; empty: not a topic
	Today   knowledge.Day
	Own     bool // the reader made it
	Single  bool
	History bool // it is shown among the history: no steps but taking it back
}

func (s *Server) review(v *visit) error { return s.showRevision(v, false) }

func (s *Server) showRevision(v *visit, history bool) error {
	r, err := s.revision(v, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	b := oneReview{Row: s.rows([]curation.Revision{r})[0],
		Diff:  diffValues(r.Item.Kind, r.Before, r.Item.Value),
		Today: s.today(), Own: r.Author == v.user.ID, Single: s.opts.OnePerson, History: history}
	if b.Names, err = v.names(); err != nil {
		return err
	}
	if t := decodeTopic(r.Item.Value); t != nil && r.Item.Kind == knowledge.ItemTopic {
		b.Preview = s.deps.Bot.Preview(t)
	}
	v.title = kindText(r.Item.Kind) + ": " + b.Row.Name
	return v.show("perubahan", b)
}

// judge moves chosen changes on their way.
func (s *Server) judge(v *visit) error {
	ids, note := v.values("ids"), v.form("catatan")
	if len(ids) == 0 {
		return v.warn("/tinjauan", "Pilih sedikitnya satu perubahan.")
	}
	desk, count := s.deps.Desk, fmt.Sprintf("%d perubahan ", len(ids))
	switch v.form("aksi") {
	case "ajukan":
		return v.judged(desk.Submit(v.ctx(), v.user, ids, note), "/tinjauan",
			count+"diajukan untuk ditinjau.")
	case "setujui":
		return v.judged(desk.Approve(v.ctx(), v.user, ids, note), "/tinjauan?keadaan=disetujui",
			count+"disetujui. Terbitkan bila sudah siap.")
	case "tolak":
		if note == "" {
			return v.warn(v.reviewPath(ids),
				"Tuliskan alasan penolakan, agar penulisnya tahu apa yang perlu diperbaiki.")
		}
		return v.judged(desk.Reject(v.ctx(), v.user, ids, note), "/tinjauan", count+"ditolak.")
	case "buang":
		return v.judged(desk.Discard(v.ctx(), v.user, ids), "/tinjauan?keadaan=draf", count+"dibuang.")
	case "jadwal":
		return s.schedule(v, ids, count)
	case "terbit":
		return v.toPublish(ids, "")
	}
	return errBadForm()
}

// reviewPath is where the person came from: one change, or the list.
func (v *visit) reviewPath(ids []string) string {
	if len(ids) == 1 {
		return "/tinjauan/satu/" + url.PathEscape(ids[0])
	}
	return "/tinjauan"
}

func (v *visit) judged(err error, path, text string) error {
	if err != nil {
		return fmt.Errorf("judge revisions: %w", err)
	}
	return v.done(path, text)
}

func (s *Server) schedule(v *visit, ids []string, count string) error {
	day, err := time.ParseInLocation(time.DateOnly, v.form("tanggal"), s.opts.Zone)
	if err != nil || knowledge.DayOf(day) < s.today() {
		return v.warn("/tinjauan?keadaan=disetujui", "Pilih tanggal terbit mulai hari ini.")
	}
	if err := s.deps.Desk.Schedule(v.ctx(), v.user, ids, day.UTC()); err != nil {
		return fmt.Errorf("schedule revisions: %w", err)
	}
	return v.done("/tinjauan?keadaan=disetujui",
		count+"dijadwalkan terbit "+dayText(knowledge.DayOf(day))+".")
}

// toPublish goes to the page before publication. Many ids, as after an
// import, wait in the session's memory.
func (v *visit) toPublish(ids []string, text string) error {
	if len(ids) > inAddress {
		v.s.memory.keep(v, "terbit", ids)
		return v.done("/tinjauan/terbit?ids=banyak", text)
	}
	return v.done("/tinjauan/terbit?ids="+url.QueryEscape(strings.Join(ids, ",")), text)
}

// chosen are the ids that the publication page is about.
func (v *visit) chosen() []string {
	q := v.query("ids")
	if q == "banyak" {
		if ids, ok := v.s.memory.kept(v, "terbit").([]string); ok {
			return ids
		}
		return nil
	}
	return strings.FieldsFunc(q, func(r rune) bool { return r == ',' })
}
