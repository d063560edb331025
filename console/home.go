package console

import (
	"fmt"
	"net/http"
	"time"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

func (s *Server) homePages() section {
	return section{name: "Beranda", part: "Kerja", path: "/", role: curation.Kurator, routes: []route{
		{pattern: "GET /{$}", title: "Beranda", do: s.home, open: true},
	}}
}

// span is a choice of how many days the figures cover.
type span struct {
	Days int
	Here bool
}

// homeBody is what the first page shows.
type homeBody struct {
	homeWork
	Spans      []span
	Chart      columns
	Top, Worst ranks
}

// homeWork is what waits for the curators.
type homeWork struct {
	Open, Age        int           // groups without answer; days since the oldest question
	Oldest           knowledge.Day // empty: none
	Waiting          int           // askers who want to be told
	Review, Approved int
	Law              int // answers that a changed instrument touches
	Conflicts        []curation.Conflict
}

// manyGroups is more than any inbox holds: the inbox is cached and small.
const manyGroups = 100_000

// mostRanks is how many rows a chart of the most frequent has.
const mostRanks = 8

func (s *Server) home(v *visit) error {
	if !v.user.Can(curation.Kurator, s.today()) {
		return v.elsewhere()
	}
	days := 30
	if n := v.number("hari"); n == 7 || n == 90 {
		days = n
	}
	var b homeBody
	for _, n := range []int{7, 30, 90} {
		b.Spans = append(b.Spans, span{n, n == days})
	}
	if err := s.fillFigures(v, &b, days); err != nil {
		return err
	}
	if err := s.fillWork(v, &b.homeWork); err != nil {
		return err
	}
	return v.show("beranda", b)
}

// elsewhere leads those who may not see figures to their own first page.
func (v *visit) elsewhere() error {
	for _, part := range v.menu() {
		for _, e := range part.Entries {
			if e.Path != "/" {
				http.Redirect(v.w, v.r, e.Path, http.StatusSeeOther)
				return nil
			}
		}
	}
	return curation.ErrForbidden
}

func (s *Server) fillFigures(v *visit, b *homeBody, days int) error {
	to := s.today()
	from := knowledge.DayOf(s.opts.Now().In(s.opts.Zone).AddDate(0, 0, 1-days))
	tallies, err := s.deps.Tallies(v.ctx(), from, to)
	if err != nil {
		return fmt.Errorf("read the tallies: %w", err)
	}
	b.Chart = drawDays(perDay(tallies, from, to))
	b.Top = ranking(tallies, "topic", mostRanks, s.topicTitle)
	b.Worst = ranking(tallies, "nohelp", mostRanks, s.topicTitle)
	return nil
}

func (s *Server) fillWork(v *visit, b *homeWork) error {
	groups, total, err := s.deps.Desk.Inbox(v.ctx(), curation.Filter{Limit: manyGroups})
	if err != nil {
		return fmt.Errorf("read the inbox: %w", err)
	}
	b.Open = total
	for _, g := range groups {
		b.Waiting += g.Waiting
		if b.Oldest == "" || g.First < b.Oldest {
			b.Oldest = g.First
		}
	}
	b.Age = daysBetween(b.Oldest, s.today())
	for state, n := range map[curation.State]*int{curation.Diajukan: &b.Review,
		curation.Disetujui: &b.Approved} {
		revs, err := s.deps.Desk.Revisions(v.ctx(),
			curation.RevisionFilter{State: state, Limit: manyRevisions})
		if err != nil {
			return fmt.Errorf("read the revisions: %w", err)
		}
		*n = len(revs)
	}
	work, err := s.deps.Desk.Affected(v.ctx())
	if err != nil {
		return fmt.Errorf("find the affected answers: %w", err)
	}
	for _, w := range work {
		b.Law += len(w.Topics)
	}
	b.Conflicts = s.deps.Desk.Conflicts()
	return nil
}

func daysBetween(from, to knowledge.Day) int {
	a, err := time.Parse(time.DateOnly, string(from))
	if err != nil {
		return 0
	}
	b, err := time.Parse(time.DateOnly, string(to))
	if err != nil {
		return 0
	}
	return max(0, int(b.Sub(a).Hours()/24))
}
