package console

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
)

// ServeHTTP answers a request. Whatever happens in a page, an answer comes.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	setHeaders(w.Header(), s.secure)
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(p)
		}
		id := newID()
		// What was panicked with may hold what a person wrote: its kind is enough.
		s.log.Error("a page of the console broke", "id", id, "route", r.Pattern, "kind", kindOf(p))
		s.plain(w, r, fault{http.StatusInternalServerError, "Terjadi kesalahan",
			"Halaman ini tidak dapat dibuka. Sampaikan kode " + id + " kepada pengelola."})
	}()
	if !s.limits.address.allow(s.address(r)) {
		w.Header().Set("Retry-After", "5")
		s.plain(w, r, errTooFast())
		return
	}
	s.mux.ServeHTTP(w, r)
}

// setHeaders allows a browser no more than our pages need: one style sheet,
// and forms to ourselves.
func setHeaders(h http.Header, secure bool) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; "+
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Cache-Control", "no-store")
	if secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// lost answers addresses that no page has.
func (s *Server) lost(w http.ResponseWriter, r *http.Request) {
	v := &visit{s: s, w: w, r: r, route: route{pattern: "lost"}}
	if err := s.recognise(v); err != nil {
		s.plain(w, r, errNotHere())
		return
	}
	s.fail(v, errNotHere())
}

// newID names an error, so that the person and the log speak of the same one.
func newID() string { return strings.ToLower(rand.Text()[:8]) }

// fingerprint is short: it only tells one version of a file from the next.
func fingerprint(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:6])
}
