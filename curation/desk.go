package curation

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"tanyanetral/knowledge"
)

// deskStore keeps what the desk works on.
type deskStore interface {
	gapReader
	gapStore
	actionStore
	revisionStore
	publishedStore
	auditStore
}

// gapReader reads the open questions. OpenGapsSince takes what never changes of
// a question from known, by id.
type gapReader interface {
	OpenGaps(ctx context.Context) ([]LoggedGap, error)
	OpenGapsSince(ctx context.Context, known map[string]LoggedGap) ([]LoggedGap, error)
	GapsVersion(ctx context.Context) (int64, error)
}

// gapStore keeps what is decided of questions and who waits for their answers.
type gapStore interface {
	SetGaps(ctx context.Context, ids []string, s Standing) error
	Waits(ctx context.Context) ([]Wait, error)
}

// actionStore keeps the steps on groups. Actions lists the last ones first; a
// limit of 0 means all of them.
type actionStore interface {
	AddAction(ctx context.Context, a Action) error
	SetUndone(ctx context.Context, id string) error
	Actions(ctx context.Context, limit int) ([]Action, error)
	Action(ctx context.Context, id string) (Action, error)
}

// revisionStore keeps the changes on their way. SetRevisions changes all or
// none, and returns ErrChanged when one is not in a state of from.
type revisionStore interface {
	AddRevisions(ctx context.Context, all []Revision) error
	SetRevisions(ctx context.Context, ids []string, from []State, to State, reviewer, note string) error
	ScheduleRevisions(ctx context.Context, ids []string, due time.Time) error
	Revisions(ctx context.Context, f RevisionFilter) ([]Revision, error)
	Revision(ctx context.Context, id string) (Revision, error)
}

// publishedStore keeps what is public. PublishRevisions numbers the revisions
// in the order of ids, all or none; Published returns the newest of every
// item.
type publishedStore interface {
	PublishRevisions(ctx context.Context, ids []string, at time.Time) error
	Published(ctx context.Context) ([]Revision, error)
}

// auditStore keeps the record of who did what.
type auditStore interface {
	AddAudit(ctx context.Context, line AuditLine) error
}

// matcher answers questions from the base that was published last.
type matcher interface {
	Publish(ctx context.Context, next *knowledge.Base, words map[string]string) error
	Compare(ctx context.Context, next *knowledge.Base, words map[string]string,
		questions []string) (before, after []Verdict, err error)
	Ask(ctx context.Context, question string) (knowledge.Answer, error)
	Near(topic, wording string) []knowledge.Candidate
	Terms(text string) (terms, unknown []string)
}

// Desk is where answers are made: it groups what could not be answered, keeps
// changes on their way through review, and makes them live. It may be used by
// many goroutines at once.
type Desk struct {
	log     *slog.Logger
	shipped *knowledge.Base
	store   deskStore
	match   matcher
	opts    Options
	now     func() time.Time

	live       atomic.Pointer[live]
	publishing gate // one publication at a time
	acting     gate // one step on a group at a time
	inbox      *inbox
	due        *due
	told       *told
}

// NewDesk makes a desk over the shipped base; Start loads what was published.
func NewDesk(log *slog.Logger, base *knowledge.Base, store deskStore, match matcher, opts Options,
	now func() time.Time,
) *Desk {
	if opts.Zone == nil {
		opts.Zone = time.UTC
	}
	d := &Desk{
		log: log, shipped: base, store: store, match: match, opts: opts, now: now,
		publishing: newGate(), acting: newGate(), inbox: newInbox(), due: newDue(), told: newTold(),
	}
	d.live.Store(&live{base: base, published: map[itemKey]Revision{}, aside: map[itemKey]bool{}})
	return d
}

// Start loads the published changes, lays them over the shipped base and
// answers from the result. Where the shipped base changed beneath a curated
// change, the change stands and a conflict tells of it; a change that breaks
// a rule of the new base is set aside with a conflict, and stays in the store.
func (d *Desk) Start(ctx context.Context) ([]Conflict, error) {
	if err := d.publishing.enter(ctx); err != nil {
		return nil, fmt.Errorf("start desk: %w", err)
	}
	defer d.publishing.leave()
	revisions, err := d.store.Published(ctx)
	if err != nil {
		return nil, fmt.Errorf("start desk: load what is published: %w", err)
	}
	next, _ := d.build(revisions, map[itemKey]bool{}, true)
	if next.base.Print != d.shipped.Print || len(next.words) > 0 {
		if err := d.match.Publish(ctx, next.base, next.words); err != nil {
			return nil, fmt.Errorf("start desk: answer from what is published: %w", err)
		}
	}
	d.live.Store(next)
	d.log.Info("desk: started", "generation", next.generation, "items", len(revisions),
		"conflicts", len(next.conflicts))
	return next.conflicts, nil
}

// Base is the base that is being answered from.
func (d *Desk) Base() *knowledge.Base { return d.live.Load().base }

// Calendar is the elections that curators entered, or nil when there is none.
func (d *Desk) Calendar() *knowledge.Calendar { return d.live.Load().calendar }

// Generation is the number of the last published revision; 0: none.
func (d *Desk) Generation() int64 { return d.live.Load().generation }

// ChangedAt is when the answer of a topic was last published by curators; the
// zero time: never, it is as it was shipped.
func (d *Desk) ChangedAt(topic string) time.Time {
	l, k := d.live.Load(), itemKey{knowledge.ItemTopic, topic}
	if l.aside[k] {
		return time.Time{}
	}
	return l.published[k].Published
}

// Conflicts are the curated changes whose shipped item changed beneath.
func (d *Desk) Conflicts() []Conflict { return d.live.Load().conflicts }

// may refuses a user without the role today.
func (d *Desk) may(u User, r Role) error {
	if !u.Can(r, d.today()) {
		return fmt.Errorf("%s: %w", r, ErrForbidden)
	}
	return nil
}

func (d *Desk) today() knowledge.Day { return knowledge.DayOf(d.now().In(d.opts.Zone)) }

// audit records an act that has happened: a record that fails is told to the
// operator and takes nothing back.
func (d *Desk) audit(ctx context.Context, u User, act string, objects []string, note string) {
	line := AuditLine{At: d.now(), User: u.ID, Act: act, Object: named(objects), Note: note}
	if err := d.store.AddAudit(context.WithoutCancel(ctx), line); err != nil {
		d.log.Error("desk: an act was not recorded", "act", act, "error", err)
	}
}

// named lists ids for the audit, as many as a line shows.
func named(ids []string) string {
	const most = 10
	if len(ids) <= most {
		return strings.Join(ids, " ")
	}
	return strings.Join(ids[:most], " ") + " +" + strconv.Itoa(len(ids)-most)
}

// newID makes an id of 128 random bits: no two are equal and none tells when
// it was made.
func newID() string {
	id := make([]byte, 16)
	rand.Read(id) // never fails
	return hex.EncodeToString(id)
}

// gate lets one through at a time, and nobody waits longer than the context.
type gate chan struct{}

func newGate() gate { return make(gate, 1) }

func (g gate) enter(ctx context.Context) error {
	select {
	case g <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g gate) leave() { <-g }
