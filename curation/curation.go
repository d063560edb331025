// Package curation is the work of the office's staff on what the bot says:
// from a question that nobody could answer to a reviewed answer that is live,
// who may do what, and the record of it. It is a leaf: it knows neither the
// database nor the matcher nor the web, and declares the few methods that it
// needs of them.
package curation

import (
	"errors"
	"time"

	"tanyanetral/knowledge"
)

// Role is what a member of the staff may do.
type Role string

// The roles. An admin enrols others and may override the golden questions; a
// kurator works on answers; a pemeriksa reads reports, and nobody else does.
const (
	Kurator   Role = "kurator"
	Pemeriksa Role = "pemeriksa"
	Admin     Role = "admin"
)

// User is a member of the staff.
type User struct {
	ID       string // random
	Name     string // as colleagues know them
	Telegram int64  // account in Telegram; 0: none
	Roles    []Role
	Until    knowledge.Day // deputies: the last day of their roles; empty: no end
	Active   bool
}

// State is where a revision stands on its way to the public.
type State string

// The states of a revision. Only Terbit is seen by employees.
const (
	Draf      State = "draf"
	Diajukan  State = "diajukan"
	Disetujui State = "disetujui"
	Terbit    State = "terbit"
	Ditolak   State = "ditolak"
	Dibuang   State = "dibuang"
)

// Revision is one change of one item, with who made it and what stood there
// before. Published revisions are never changed or removed.
type Revision struct {
	ID        string // random
	Number    int64  // order of publication, from 1; 0: not published
	Item      knowledge.Item
	Before    []byte // value of the item before, JSON; nil: it did not exist
	BasePrint string // fingerprint of the shipped item that was changed; empty: none
	Author    string // user id
	Reviewer  string // user id; empty: nobody yet
	Note      string
	State     State
	Made      time.Time
	Due       time.Time // not before; zero: as soon as it is approved
	Published time.Time
}

// Group is one unanswered question in all its wordings.
type Group struct {
	ID          string   // of the group: stable while its first member stands
	Gaps        []string // ids of the logged questions
	Count       int
	First, Last knowledge.Day
	Samples     []string
	Near        []knowledge.Candidate
	Reasons     map[knowledge.Reason]int
	Waiting     int // askers who want to be told
}

// LoggedGap is a logged question with its id and what was decided of it.
type LoggedGap struct {
	ID string
	knowledge.Gap
	Standing
	Waiting int // askers who want to be told
}

// Standing is what curators decided of a logged question.
type Standing struct {
	Closed string // id of the action that closed it; empty: open
	Merged string // group that it was put into; empty: none
	Apart  string // side of a split that it stands on; empty: grouped by meaning
}

// Wording is one text of a group's questions.
type Wording struct {
	Gap   string // id of one of the questions
	Text  string
	Count int
}

// ActionKind is what a curator did with a group.
type ActionKind string

// The kinds of action on a group.
const (
	Assigned   ActionKind = "tambah"  // a way of asking of a topic
	NewTopic   ActionKind = "baru"    // a topic of its own
	Merged     ActionKind = "gabung"  // with another group
	Split      ActionKind = "pisah"   // into two groups
	OutOfScope ActionKind = "di-luar" // became an out-of-scope line
	Ignored    ActionKind = "abaikan"
)

// Action is one undoable step on a group of the inbox.
type Action struct {
	ID       string // random
	Kind     ActionKind
	Group    string
	Gaps     []string // of Split: those taken out
	Rest     []string // of Split: those that stayed
	Topic    string   // of Assigned and NewTopic
	Category string   // of OutOfScope
	Into     string   // of Merged
	Revision []string // revisions that it made, taken back with it
	User     string
	At       time.Time
	Undone   bool
}

// AuditLine tells who did what. It names things by id and repeats no text.
type AuditLine struct {
	At     time.Time
	User   string // user id; empty: the program itself
	Act    string // such as "publish", "report.open"
	Object string
	Note   string
}

// Session is a signed-in browser.
type Session struct {
	Hash    []byte // SHA-256 of the cookie
	User    string
	Form    string // token that every form carries
	Expires time.Time
}

// LinkKind is what a one-time link is for.
type LinkKind string

// A link signs an enrolled user in, or invites a new one.
const (
	LinkSignIn LinkKind = "masuk"
	LinkInvite LinkKind = "undangan"
)

// Link is a one-time link: what is kept of it is a hash of its secret.
type Link struct {
	Hash    []byte // SHA-256 of the secret
	Kind    LinkKind
	User    string // who signs in; for an invitation who invites
	Name    string // of an invitation: the new user's name
	Roles   []Role // of an invitation
	Until   knowledge.Day
	Expires time.Time
}

// Errors that people meet; the console and the bot have a sentence for each.
var (
	ErrNotFound  = errors.New("not found")
	ErrForbidden = errors.New("not allowed for this role")
	ErrExpired   = errors.New("expired or already used")
	// ErrChanged means that somebody else changed the item in between.
	ErrChanged = errors.New("changed by somebody else in between")
	// ErrSamePerson means that the author may not review the own change.
	ErrSamePerson = errors.New("a second person has to approve")
	// ErrGolden means that a golden question would get another answer.
	ErrGolden = errors.New("a golden question would get another answer")
)
