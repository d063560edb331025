package console

import (
	"fmt"
	"html/template"
	"io/fs"
	"net/url"
	"path"
	"strings"
	"time"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// parsePages reads every template below templates/ as a page inside the
// layout; what stands in bagian/ is shared by all.
func parsePages(files fs.FS, funcs template.FuncMap) (map[string]*template.Template, error) {
	shared, err := template.New("").Funcs(funcs).ParseFS(files, "templates/layout.html",
		"templates/bagian/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse the layout: %w", err)
	}
	pages := map[string]*template.Template{}
	err = fs.WalkDir(files, "templates", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" || name == "templates/layout.html" ||
			path.Dir(name) == "templates/bagian" {
			return err
		}
		t, err := shared.Clone()
		if err == nil {
			t, err = t.ParseFS(files, name)
		}
		pages[strings.TrimSuffix(strings.TrimPrefix(name, "templates/"), ".html")] = t
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("parse the pages: %w", err)
	}
	return pages, nil
}

// funcs are what templates may call.
func (s *Server) funcs() template.FuncMap {
	return template.FuncMap{
		"day": dayText, "clock": s.clock, "percent": percent, "share": share, "telegram": telegramHTML,
		"seg": url.PathEscape, "arg": url.QueryEscape, "number": numberText,
		"verdict": verdictText, "status": statusText, "state": stateText, "kind": kindText,
		"reason": reasonText,
		"role":   roleText, "roles": rolesText, "zone": zoneText, "act": actText, "action": actionText,
		"title": s.topicTitle, "category": s.categoryTitle,
		"user": func(m map[string]string, id string) string {
			return nameOf(m, id)
		},
		"inc": func(i int) int { return i + 1 }, "lines": func(s string) int {
			return strings.Count(s, "\n") + 1
		},
		"pair": func(a, b any) [2]any { return [2]any{a, b} },
		"list": func(all ...any) []any { return all },
	}
}

// clock writes a moment in the office's time.
func (s *Server) clock(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	t = t.In(s.opts.Zone)
	return dayText(knowledge.DayOf(t)) + t.Format(" 15.04 ") + zoneName(t)
}

// zoneName is how the three zones of Indonesia are called.
func zoneName(t time.Time) string {
	name, offset := t.Zone()
	switch offset / 3600 {
	case 7:
		return "WIB"
	case 8:
		return "WITA"
	case 9:
		return "WIT"
	}
	return name
}

// topicTitle is the title of a topic, or its id when there is none.
func (s *Server) topicTitle(id string) string {
	if t := s.deps.Desk.Base().Topic(id); t != nil {
		return t.Title
	}
	return id
}

func (s *Server) categoryTitle(id string) string {
	if c := s.deps.Desk.Base().Category(id); c != nil {
		return c.Title
	}
	return id
}

// names maps user ids to names, for pages that tell who did something.
func (v *visit) names() (map[string]string, error) {
	users, err := v.s.deps.Staff.Users(v.ctx())
	if err != nil {
		return nil, fmt.Errorf("list the users: %w", err)
	}
	m := map[string]string{}
	for _, u := range users {
		m[u.ID] = u.Name
	}
	return m, nil
}

func nameOf(names map[string]string, id string) string {
	switch {
	case id == "":
		return "–"
	case names[id] != "":
		return names[id]
	}
	return "pengguna lama"
}

// pager is the way to the next and the previous part of a list.
type pager struct {
	From, To, Total int
	Prev, Next      string // addresses; empty: none
}

// paged builds the pager of a list; the page number stands in the address as
// "hal", from 1. A total below 0 means that it is not known: full tells
// whether this part was full.
func (v *visit) paged(size, shown, total int, full bool) pager {
	at := v.page()
	p := pager{From: (at-1)*size + 1, To: (at-1)*size + shown, Total: total}
	link := func(n int) string {
		q := v.r.URL.Query()
		q.Set("hal", fmt.Sprint(n))
		return v.r.URL.Path + "?" + q.Encode()
	}
	if at > 1 {
		p.Prev = link(at - 1)
	}
	if total > at*size || total < 0 && full {
		p.Next = link(at + 1)
	}
	return p
}

// page is the number of the part of a list that is asked for, from 1.
func (v *visit) page() int { return max(1, v.number("hal")) }

// revisionName is what a revision changes, in words.
func (s *Server) revisionName(r curation.Revision) string { return s.itemName(r.Item) }
