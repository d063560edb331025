package console

import (
	"context"
	"net/http"
	"time"

	"tanyanetral/curation"
)

// section is a set of pages that belong together, as one entry of the menu.
type section struct {
	name   string        // in the menu; empty: not in it
	part   string        // of the menu, under which it stands
	path   string        // of its first page
	role   curation.Role // that every route needs; empty: every member of the staff
	secret bool          // what is typed here is never given back on an error page
	routes []route
}

// route is one page or one form.
type route struct {
	pattern string // of http.ServeMux, with the method
	title   string // of the page, and of the page that tells of an error
	do      func(*visit) error
	limit   int64         // of the body in bytes; 0: formLimit
	wait    time.Duration // for the whole handling; 0: pageWait
	open    bool          // the page itself answers those who lack the role
}

// Bounds of a request. A form of a topic with all its parts is below 20 KB.
const (
	formLimit   = 64 << 10
	uploadLimit = 10 << 20
	pageWait    = 20 * time.Second // longer than the database's wait for a lock
	longWait    = 2 * time.Minute  // a preview asks a thousand questions; an import reads thousands of rows
)

// register makes a section's pages reachable for those with its role.
func (s *Server) register(sec section) {
	if sec.name != "" {
		s.nav = append(s.nav, sec)
	}
	for _, rt := range sec.routes {
		s.mux.HandleFunc(rt.pattern, func(w http.ResponseWriter, r *http.Request) {
			s.visit(w, r, sec, rt)
		})
	}
}

// visit lets a request in: session, role, form token; then the page answers.
func (s *Server) visit(w http.ResponseWriter, r *http.Request, sec section, rt route) {
	wait := rt.wait
	if wait == 0 {
		wait = pageWait
	}
	ctx, cancel := context.WithTimeout(r.Context(), wait)
	defer cancel()
	v := &visit{s: s, w: w, r: r.WithContext(ctx), section: sec, route: rt}
	err := v.enter()
	if err == nil {
		err = rt.do(v)
	}
	if err != nil {
		s.fail(v, err)
	}
}

// enter checks everything that stands before a page.
func (v *visit) enter() error {
	if err := v.s.recognise(v); err != nil {
		return err
	}
	if !v.s.limits.session.allow(string(v.session.Hash)) {
		return errTooFast()
	}
	if v.section.role != "" && !v.route.open && !v.user.Can(v.section.role, v.s.today()) {
		v.note("console.refused", v.route.pattern)
		return curation.ErrForbidden
	}
	if v.r.Method != http.MethodPost {
		return nil
	}
	return v.checkForm()
}

// recognise finds the session of the browser's cookie.
func (s *Server) recognise(v *visit) error {
	cookie, err := v.r.Cookie(s.cookieName())
	if err != nil {
		return errSignedOut()
	}
	user, session, err := s.deps.Staff.Session(v.r.Context(), cookie.Value)
	if err != nil {
		if isGone(err) {
			s.memory.forget(cookie.Value)
			return errSignedOut()
		}
		return err
	}
	v.user, v.session, v.signed = user, session, true
	return nil
}
