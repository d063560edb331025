package telegramtest

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// keepCalls is how many calls of each method are remembered at most; the counts go on.
const keepCalls = 20000

// Violation is a request that a correct bot never sends. It names the rule and never holds a value of the
// request.
type Violation struct {
	Method, Field, Rule string
}

// String is the violation in one line.
func (v Violation) String() string {
	return fmt.Sprintf("%s %s: %s", v.Method, v.Field, v.Rule)
}

// Call is one request as the fake answered it.
type Call struct {
	Method string
	Params map[string]string // as written; files as "file of N bytes"
	At     time.Time         // by the fake's clock
	Code   int               // HTTP status; 0 when the connection was cut before anything was done
}

// journal remembers what was asked of the fake.
type journal struct {
	violations []Violation
	calls      map[string][]Call
	counts     map[string]int
}

func (j *journal) violate(method, field, rule string) {
	j.violations = append(j.violations, Violation{Method: method, Field: field, Rule: rule})
}

func (j *journal) record(c Call) {
	j.counts[c.Method]++
	list := j.calls[c.Method]
	if len(list) >= keepCalls {
		list = slices.Clone(list[keepCalls/2:])
	}
	j.calls[c.Method] = append(list, c)
}

// Violations lists what broke a rule so far, in order.
func (s *Server) Violations() []Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.journal.violations)
}

// TakeViolations lists what broke a rule so far and forgets it: for tests that break rules on purpose.
func (s *Server) TakeViolations() []Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.journal.violations
	s.journal.violations = nil
	return taken
}

// Calls lists the remembered calls of a method (the newest 10,000 at least), oldest first.
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.journal.calls[method])
}

// Counts tells how often each method was called, refused calls included.
func (s *Server) Counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.journal.counts)
}
