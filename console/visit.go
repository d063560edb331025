package console

import (
	"bytes"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tanyanetral/curation"
)

// visit is one request of a signed-in member of the staff.
type visit struct {
	s       *Server
	w       http.ResponseWriter
	r       *http.Request
	user    curation.User
	session curation.Session
	section section
	route   route
	signed  bool // the session was found
	title   string
	status  int
}

// formField carries the session's token in every form.
const formField = "_form"

// flash is the message above the next page.
type flash struct {
	Text string
	Warn bool
}

// page is what the layout shows around a body.
type page struct {
	Title, Style, Version string
	Path                  string // of the section, to mark it in the menu
	Menu                  []menuPart
	User                  string
	Form                  string
	Flash                 *flash
	Body                  any
	Signed                bool
}

// menuPart is a part of the menu with its entries.
type menuPart struct {
	Name    string
	Entries []menuEntry
}

type menuEntry struct {
	Name, Path string
	Here       bool
}

func (v *visit) ctx() context.Context { return v.r.Context() }

// checkForm reads the form and proves that one of our own pages made it.
func (v *visit) checkForm() error {
	limit := v.route.limit
	if limit == 0 {
		limit = formLimit
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, limit)
	if err := v.s.cross.Check(v.r); err != nil {
		v.note("console.forged", v.route.pattern)
		return errForged()
	}
	kind, _, err := mime.ParseMediaType(v.r.Header.Get("Content-Type"))
	switch {
	case err != nil:
		return errBadForm()
	case kind == "multipart/form-data":
		err = v.r.ParseMultipartForm(limit)
	case kind == "application/x-www-form-urlencoded":
		err = v.r.ParseForm()
	default:
		return errBadForm()
	}
	if tooBig := new(http.MaxBytesError); errors.As(err, &tooBig) {
		return errTooBig(limit)
	}
	if err != nil {
		return errBadForm()
	}
	want, got := []byte(v.session.Form), []byte(v.r.PostForm.Get(formField))
	if len(want) == 0 || subtle.ConstantTimeCompare(want, got) != 1 {
		v.note("console.forged", v.route.pattern)
		return errForged()
	}
	return nil
}

// note adds a line to the audit log; what cannot be written is logged, since
// the page it is about has its own answer to give.
func (v *visit) note(act, object string) { v.noteWith(act, object, "") }

func (v *visit) noteWith(act, object, note string) {
	line := curation.AuditLine{At: v.s.opts.Now().UTC(), User: v.user.ID, Act: act, Object: object, Note: note}
	if err := v.s.deps.Audit.AddAudit(v.ctx(), line); err != nil {
		v.s.log.Error("an audit line was not written", "act", act, "error", err)
	}
}

// turnAway is note for what was refused before a session: of strangers there
// are few lines, with their number.
func (v *visit) turnAway(act, object string) {
	if v.signed {
		v.note(act, object)
	} else if note, write := v.s.turned.count(act); write {
		v.noteWith(act, object, note)
	}
}

// form returns a trimmed value of the form, with the line ends of this system.
func (v *visit) form(name string) string { return tidy(v.r.PostForm.Get(name)) }

// query returns a trimmed value of the address.
func (v *visit) query(name string) string { return strings.TrimSpace(v.r.URL.Query().Get(name)) }

// number returns a value of the address that is a number from 0 to 1,000,000.
func (v *visit) number(name string) int {
	n, err := strconv.Atoi(v.query(name))
	if err != nil || n < 0 || n > 1_000_000 {
		return 0
	}
	return n
}

// values returns the non-empty values of the form, each once.
func (v *visit) values(name string) []string {
	var all []string
	for _, s := range v.r.PostForm[name] {
		if s = tidy(s); s != "" && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

func tidy(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n"))
}

// show renders a page of the templates.
func (v *visit) show(name string, body any) error {
	title := v.title
	if title == "" {
		title = v.route.title
	}
	p := page{Title: title, Style: v.s.style, Version: v.s.opts.Version, Path: v.section.path, Body: body,
		Signed: v.signed}
	if v.signed {
		p.Menu, p.User, p.Form = v.menu(), v.user.Name, v.session.Form
		if f, ok := v.s.memory.take(v, "flash").(flash); ok {
			p.Flash = &f
		}
	}
	t := v.s.pages[name]
	if t == nil {
		return fmt.Errorf("there is no template %q", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout", p); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if v.status != 0 {
		v.w.WriteHeader(v.status)
	}
	if _, err := io.Copy(v.w, &b); err != nil {
		v.s.log.Debug("a page was not read to its end", "error", err)
	}
	return nil
}

// menu lists the sections that the user may open.
func (v *visit) menu() []menuPart {
	var parts []menuPart
	for _, sec := range v.s.nav {
		if sec.role != "" && !v.user.Can(sec.role, v.s.today()) {
			continue
		}
		if len(parts) == 0 || parts[len(parts)-1].Name != sec.part {
			parts = append(parts, menuPart{Name: sec.part})
		}
		last := &parts[len(parts)-1]
		last.Entries = append(last.Entries, menuEntry{sec.name, sec.path, sec.path == v.section.path})
	}
	return parts
}

// done answers a form: the browser goes on to a page that shows the message.
func (v *visit) done(path, text string) error { return v.leave(path, flash{Text: text}) }

// warn is done with a message of something that did not go as hoped.
func (v *visit) warn(path, text string) error { return v.leave(path, flash{Text: text, Warn: true}) }

func (v *visit) leave(path string, f flash) error {
	if f.Text != "" {
		v.s.memory.keep(v, "flash", f)
	}
	http.Redirect(v.w, v.r, path, http.StatusSeeOther)
	return nil
}
