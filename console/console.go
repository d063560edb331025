// Package console is the web pages of the office's staff: curators turn
// questions that nobody could answer into reviewed answers here. It is an
// adapter of net/http: it knows the words of curation and knowledge, and
// declares what it needs of the rest.
//
// Every page works without script, at 360 pixels and with the keyboard. Every
// route stands in a section with the role that it needs; a further set of
// pages is one more line in sections. Errors reach the one place where they
// are logged and told, and what a person had typed is given back.
package console

import (
	"context"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

//go:embed templates static
var files embed.FS

// Deps are the parts of the program that the pages show and move.
type Deps struct {
	Desk   desk
	Staff  staff
	Audit  audit
	Sheets sheets
	Bot    Bot
	// Reports are the investigators' part; the zero value leaves their pages out.
	Reports Reports
	// Revision reads one change from where they are kept.
	Revision func(ctx context.Context, id string) (curation.Revision, error)
	// Tallies returns the daily counts of a span, both days included.
	Tallies func(ctx context.Context, from, to knowledge.Day) ([]Tally, error)
	Health  func(ctx context.Context) []Line
}

// Bot is what the bot finds and says, for the people who write its answers.
type Bot struct {
	// Search returns topic ids for a curator's words, best first.
	Search func(ctx context.Context, q string) ([]string, error)
	// Near returns other topics that a new wording of a topic lies close to.
	Near func(topic, wording string) []knowledge.Candidate
	// Preview is the reply on a topic in Telegram's HTML.
	Preview func(t *knowledge.Topic) string
	Try     func(ctx context.Context, question string) (Trial, error)
}

// Options are the settings of the console.
type Options struct {
	PublicURL   string           // as browsers see it; https makes the cookie Secure
	Version     string           // of the program, shown in the footer
	Zone        *time.Location   // of the office; nil: UTC
	Now         func() time.Time // nil: time.Now
	BehindProxy bool             // the last X-Forwarded-For of a peer on this machine is the browser's address
	OnePerson   bool             // one person may publish; the pages then say so
}

// Server answers the console's requests. It is an http.Handler for the root
// of its host; the server around it sets the times for reading and writing.
type Server struct {
	log    *slog.Logger
	deps   Deps
	opts   Options
	mux    *http.ServeMux
	pages  map[string]*template.Template
	style  string // address of the style sheet, with its fingerprint
	nav    []section
	memory *memory
	tries  *tries
	limits limits
	turned *refusals
	cross  *http.CrossOriginProtection
	secure bool
}

// New builds the console. It fails when a template or the public address is
// broken; it neither listens nor starts anything.
func New(log *slog.Logger, deps Deps, opts Options) (*Server, error) {
	if opts.Zone == nil {
		opts.Zone = time.UTC
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	s := &Server{log: log, deps: deps, opts: opts, mux: http.NewServeMux(), memory: newMemory(opts.Now),
		tries: newTries(opts.Now), limits: newLimits(opts.Now), turned: newRefusals(opts.Now),
		cross: http.NewCrossOriginProtection()}
	if err := s.trust(opts.PublicURL); err != nil {
		return nil, err
	}
	if err := s.loadStatic(); err != nil {
		return nil, err
	}
	var err error
	if s.pages, err = parsePages(files, s.funcs()); err != nil {
		return nil, err
	}
	s.signRoutes()
	for _, sec := range s.sections() {
		s.register(sec)
	}
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.lost(w, r) })
	return s, nil
}

// sections lists the pages in the order of the menu. A further set of pages is
// one more line.
func (s *Server) sections() []section {
	return slices.Concat([]section{
		s.homePages(),
		s.questionPages(),
		s.topicPages(),
		s.reviewPages(),
		s.tryPages(),
		s.electionPages(),
		s.lawPages(),
		s.lexiconPages(),
		s.sheetPages(),
	}, s.investigatorPages(), []section{
		s.historyPages(),
		s.peoplePages(),
		s.healthPages(),
		s.accountPages(),
	})
}

// trust takes the public address as an origin of forms.
func (s *Server) trust(public string) error {
	if public == "" {
		return nil
	}
	u, err := url.Parse(public)
	if err != nil || u.Host == "" {
		return fmt.Errorf("the public address of the console is no URL with a host: %w", err)
	}
	s.secure = u.Scheme == "https"
	if err := s.cross.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
		return fmt.Errorf("trust the public address of the console: %w", err)
	}
	return nil
}

// loadStatic serves the style sheet under an address that changes with it.
func (s *Server) loadStatic() error {
	data, err := fs.ReadFile(files, "static/style.css")
	if err != nil {
		return fmt.Errorf("read the style sheet: %w", err)
	}
	s.style = "/static/style.css?v=" + fingerprint(data)
	s.mux.HandleFunc("GET /static/style.css", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		if _, err := w.Write(data); err != nil {
			s.log.Debug("the style sheet was not read to its end", "error", err)
		}
	})
	return nil
}

// today is the day in the office.
func (s *Server) today() knowledge.Day { return knowledge.DayOf(s.opts.Now().In(s.opts.Zone)) }
