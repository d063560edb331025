package console

import (
	"context"
	"io"
	"time"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// desk is the work on answers, as the curation package does it.
type desk interface {
	inbox
	sorting
	splitting
	editing
	watching
	reviewing
	publishing
}

// inbox shows the unanswered questions.
type inbox interface {
	Inbox(ctx context.Context, f curation.Filter) ([]curation.Group, int, error)
	GroupOf(ctx context.Context, id string) (curation.Group, error)
	Actions(ctx context.Context, limit int) ([]curation.Action, error)
	Undo(ctx context.Context, u curation.User, action string) error
	Words(ctx context.Context) ([]curation.UnknownWord, error)
}

// sorting decides what becomes of a group of questions.
type sorting interface {
	Assign(ctx context.Context, u curation.User, group, topic string,
		wordings []string) (curation.Action, error)
	NewTopic(ctx context.Context, u curation.User, group string, t knowledge.Topic,
		wordings []string) (curation.Action, error)
	Merge(ctx context.Context, u curation.User, group, into string) (curation.Action, error)
	OutOfScope(ctx context.Context, u curation.User, group, category string) (curation.Action, error)
	Ignore(ctx context.Context, u curation.User, group string) (curation.Action, error)
}

// splitting takes questions out of a group.
type splitting interface {
	Wordings(ctx context.Context, group string) ([]curation.Wording, error)
	Split(ctx context.Context, u curation.User, group string, ids []string) (curation.Action, error)
}

// editing changes items of the base.
type editing interface {
	Base() *knowledge.Base
	Calendar() *knowledge.Calendar
	Generation() int64
	Draft(ctx context.Context, u curation.User, items []knowledge.Item, note string,
		seen int64) ([]curation.Revision, error)
}

// watching tells what changed beneath the answers: the law, and the base that
// the program ships.
type watching interface {
	Affected(ctx context.Context) ([]curation.LawWork, error)
	Conflicts() []curation.Conflict
}

// reviewing moves revisions towards the public.
type reviewing interface {
	Submit(ctx context.Context, u curation.User, ids []string, note string) error
	Approve(ctx context.Context, u curation.User, ids []string, note string) error
	Reject(ctx context.Context, u curation.User, ids []string, note string) error
	Schedule(ctx context.Context, u curation.User, ids []string, due time.Time) error
	Discard(ctx context.Context, u curation.User, ids []string) error
}

// publishing makes revisions live and takes them back.
type publishing interface {
	Revisions(ctx context.Context, f curation.RevisionFilter) ([]curation.Revision, error)
	Preview(ctx context.Context, ids []string) (curation.Preview, error)
	Publish(ctx context.Context, u curation.User, ids []string, override string) (curation.Preview, error)
	Revert(ctx context.Context, u curation.User, revision string) ([]curation.Revision, error)
	RevertTo(ctx context.Context, u curation.User, day knowledge.Day) ([]curation.Revision, error)
}

// staff is who may come in, as the curation package keeps them.
type staff interface {
	entrance
	people
}

// entrance opens and closes sessions.
type entrance interface {
	Redeem(ctx context.Context, secret string,
		by curation.User) (curation.User, string, curation.Session, error)
	Session(ctx context.Context, cookie string) (curation.User, curation.Session, error)
	SignOut(ctx context.Context, cookie string) error
	SignOutEverywhere(ctx context.Context, user string) error
}

// people are the users and what they may do.
type people interface {
	Users(ctx context.Context) ([]curation.User, error)
	Invite(ctx context.Context, admin curation.User, name string, roles []curation.Role,
		until knowledge.Day) (string, error)
	SetRoles(ctx context.Context, admin curation.User, user string, roles []curation.Role,
		until knowledge.Day, active bool) error
}

// audit is the record of who did what; the console adds to it and reads it.
type audit interface {
	AddAudit(ctx context.Context, line curation.AuditLine) error
	Audit(ctx context.Context, limit, offset int) ([]curation.AuditLine, error)
}

// sheets moves the curated entries out to a spreadsheet and in again.
type sheets interface {
	// Export writes all entries as "xlsx", "csv" or "yaml".
	Export(ctx context.Context, format string, w io.Writer) error
	// Import reads a file; name tells its kind. A dry run changes nothing. An
	// error says that the file could not be read at all.
	Import(ctx context.Context, u curation.User, name string, r io.Reader, dry bool) (Report, error)
}

// Tally is how often something happened on a day. Event is "zone" (key:
// direct, menu, none), "topic" or "nohelp" (key: topic id).
type Tally struct {
	Day        knowledge.Day
	Event, Key string
	N          int
}

// Trial is what the bot would answer to a question.
type Trial struct {
	Answer knowledge.Answer
	Reply  string // as Telegram's HTML
	Why    string // explanation of the ranking, plain text
}

// Line is one figure of the program's health.
type Line struct {
	Name, Value string
	State       LineState
}

// LineState is how well a figure is.
type LineState string

// The states of a figure.
const (
	Good    LineState = "baik"
	Warning LineState = "perhatian"
	Bad     LineState = "buruk"
)

// Report is what an import did, or would do in a dry run.
type Report struct {
	Rows, Added, Changed, Same, Removed int
	Errors                              []CellError
	Revisions                           []string // drafts that were made, by id
}

// CellError is what is wrong with a cell, for the person who filled it.
type CellError struct {
	Sheet  string
	Row    int // from 1, as spreadsheets count
	Column string
	Text   string
}
