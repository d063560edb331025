package console

import (
	"errors"
	"net/http"

	"tanyanetral/curation"
)

// cookieName binds the cookie to this host where the browser offers that.
func (s *Server) cookieName() string {
	if s.secure {
		return "__Host-konsol"
	}
	return "konsol"
}

// setCookie gives the browser its session; an empty value takes it away.
func (s *Server) setCookie(w http.ResponseWriter, value string) {
	c := &http.Cookie{Name: s.cookieName(), Value: value, Path: "/", HttpOnly: true, Secure: s.secure,
		SameSite: http.SameSiteStrictMode, MaxAge: int(curation.SessionLife.Seconds())}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// signRoutes are the pages before a session exists. The secret of a link
// stands in the path: neither these routes nor what they call log the path.
func (s *Server) signRoutes() {
	s.mux.HandleFunc("GET /masuk/{secret}", s.askIn)
	s.mux.HandleFunc("POST /masuk/{secret}", s.letIn)
	s.mux.HandleFunc("GET /keluar", func(w http.ResponseWriter, r *http.Request) {
		s.plain(w, r, fault{http.StatusOK, "Anda sudah keluar",
			"Untuk masuk lagi, kirim /konsol kepada bot di Telegram."})
	})
	s.mux.HandleFunc("GET /masuk", func(w http.ResponseWriter, r *http.Request) {
		s.plain(w, r,
			errSignedOut())
	})
}

// askIn shows a button, so that no preview of the link uses it up. It does not
// tell whether the link holds.
func (s *Server) askIn(w http.ResponseWriter, r *http.Request) {
	v := &visit{s: s, w: w, r: r, route: route{pattern: "GET /masuk", title: "Masuk"}}
	if err := v.show("masuk", nil); err != nil {
		s.fail(v, err)
	}
}

// letIn redeems the link.
func (s *Server) letIn(w http.ResponseWriter, r *http.Request) {
	v := &visit{s: s, w: w, r: r, route: route{pattern: "POST /masuk", title: "Masuk"},
		section: section{secret: true}}
	if err := s.redeem(v); err != nil {
		s.fail(v, err)
	}
}

func (s *Server) redeem(v *visit) error {
	if !s.limits.link.allow(s.address(v.r)) {
		return errTooFast()
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, formLimit)
	if err := s.cross.Check(v.r); err != nil {
		v.turnAway("console.forged", v.route.pattern)
		return errForged()
	}
	var out fault // nobody is signed in at this browser
	if err := s.recognise(v); err != nil && !errors.As(err, &out) {
		return err
	}
	_, cookie, _, err := s.deps.Staff.Redeem(v.ctx(), v.r.PathValue("secret"), v.user)
	if errors.Is(err, curation.ErrState) {
		return fault{http.StatusConflict, "Anda sudah terdaftar",
			"Undangan ini untuk orang baru; belum dipakai dan masih berlaku. " +
				"Kirimkan tautannya kepada yang diundang. Bila peramban ini dipakai bersama, " +
				"keluarlah dahulu, lalu buka lagi tautannya."}
	}
	if isGone(err) {
		v.turnAway("console.link", "expired or used")
		return fault{http.StatusGone, "Tautan tidak berlaku lagi",
			"Tautan masuk hanya dapat dipakai sekali dan dalam 10 menit. " +
				"Kirim /konsol kepada bot di Telegram untuk mendapat tautan baru. " +
				"Undangan yang habis waktunya perlu diminta lagi kepada admin."}
	}
	if err != nil {
		return err
	}
	s.setCookie(v.w, cookie)
	http.Redirect(v.w, v.r, "/", http.StatusSeeOther)
	return nil
}

// accountPages are everybody's own.
func (s *Server) accountPages() section {
	return section{name: "Akun saya", part: "Sistem", path: "/akun", routes: []route{
		{pattern: "GET /akun", title: "Akun saya", do: s.account},
		{pattern: "POST /keluar", title: "Keluar", do: s.signOut},
		{pattern: "POST /keluar-semua", title: "Keluar", do: s.signOutEverywhere},
	}}
}

func (s *Server) account(v *visit) error {
	return v.show("akun", struct {
		User    curation.User
		Expires string
	}{v.user, s.clock(v.session.Expires)})
}

func (s *Server) signOut(v *visit) error {
	c, err := v.r.Cookie(s.cookieName())
	if err != nil {
		return errSignedOut()
	}
	if err := s.deps.Staff.SignOut(v.ctx(), c.Value); err != nil && !errors.Is(err, curation.ErrNotFound) {
		return err
	}
	s.memory.forget(c.Value)
	return v.bye()
}

func (s *Server) signOutEverywhere(v *visit) error {
	if err := s.deps.Staff.SignOutEverywhere(v.ctx(), v.user.ID); err != nil {
		return err
	}
	s.memory.forgetUser(v.user.ID)
	return v.bye()
}

// bye takes the cookie away and goes to a page that needs none.
func (v *visit) bye() error {
	v.s.setCookie(v.w, "")
	http.Redirect(v.w, v.r, "/keluar", http.StatusSeeOther)
	return nil
}
