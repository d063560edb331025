package curation

import (
	"errors"
	"fmt"
	"time"

	"tanyanetral/knowledge"
)

// Filter chooses groups of the inbox; the zero value means all of them.
type Filter struct {
	Reason        knowledge.Reason // groups that hold this reason; empty: any
	Since         knowledge.Day    // asked on this day or later; empty: any day
	Limit, Offset int              // groups; a limit of 0: all
}

// RevisionFilter chooses revisions; the zero value means all of them. They
// come newest first.
type RevisionFilter struct {
	State         State
	Kind          knowledge.ItemKind
	Key           string
	Limit, Offset int // a limit of 0: all
}

// Wait is somebody who wants to be told when a logged question is answered;
// who it is stays with the store.
type Wait struct {
	ID  string
	Gap string // id of the logged question
}

// Told is a wait that came to its end: the question is answered by a topic.
type Told struct {
	Wait  string
	Topic string
}

// UnknownWord is a word of the open questions that the language does not know.
type UnknownWord struct {
	Word    string
	Count   int // questions that hold it
	Samples []string
}

// Golden is a question whose right topics are known. No topics: it must not be
// answered directly.
type Golden struct {
	Question string
	Topics   []string
}

// Options are the office's settings of the desk.
type Options struct {
	OnePersonPublishes bool           // a small office: the author may approve and publish
	Zone               *time.Location // of the office's days; nil: UTC
	Golden             []Golden       // run before every publication
}

// Verdict is how the matcher takes a question.
type Verdict struct {
	Question   string
	Zone       knowledge.Zone
	Topic      string // set only when Zone is Direct
	Candidates []knowledge.Candidate
}

// Change is a question that would be answered in another way.
type Change struct {
	Question      string
	Before, After Verdict
	Flip          bool // a golden question that was right and no longer is
}

// NearWarning is a new wording that lies close to other topics.
type NearWarning struct {
	Topic   string
	Wording string
	Near    []knowledge.Candidate
}

// Preview is what a publication would do. Only questions whose answer changes
// are listed.
type Preview struct {
	Problems []knowledge.Problem
	Near     []NearWarning
	Golden   []Change   // flips first
	Recent   []Change   // newest open questions of the log
	Disputed []Change   // questions whose answer did not help or was called wrong
	Flips    int        // golden questions that were right and no longer are
	Checked  int        // questions that were asked in all
	Rivals   []Revision // open changes of the same items that are not in the publication
}

// Conflict is a curated change that stands, although what the program ships
// of its item has changed beneath it since.
type Conflict struct {
	Revision Revision
	Text     string // for a curator
}

// LawWork is an instrument that changed and the topics to be reviewed for it.
type LawWork struct {
	Instrument knowledge.Instrument
	Topics     []*knowledge.Topic
}

// Changed is the error of a change that was made from an older state of its
// item: it tells what stands there now. It is ErrChanged.
type Changed struct {
	Item     knowledge.Item // as it stands now; without value: removed
	Revision Revision       // who published it; without id: the shipped base
}

// Error names the kind of item only: the key of a wording holds its text.
func (c *Changed) Error() string {
	return fmt.Sprintf("an item of kind %s: %v", c.Item.Kind, ErrChanged)
}

// Unwrap makes it ErrChanged.
func (c *Changed) Unwrap() error { return ErrChanged }

// Invalid is the error of items that break the rules of the base. It is
// ErrInvalid.
type Invalid struct{ Problems []knowledge.Problem }

// Error counts the problems; their texts are for the person who edits.
func (i *Invalid) Error() string { return fmt.Sprintf("%d problems: %v", len(i.Problems), ErrInvalid) }

// Unwrap makes it ErrInvalid.
func (i *Invalid) Unwrap() error { return ErrInvalid }

// Further errors that people meet.
var (
	// ErrInvalid means that items break the rules of the base.
	ErrInvalid = errors.New("items break the rules of the base")
	// ErrState means that a revision or action is not where the step begins.
	ErrState = errors.New("not possible in this state")
	// ErrReason means that a step wants a reason.
	ErrReason = errors.New("a reason is needed")
	// ErrLastAdmin means that nobody would be left to enrol others.
	ErrLastAdmin = errors.New("the last admin has to stay")
)
