package storage

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"unicode/utf8"

	"tanyanetral/knowledge"
)

// maxSamples is how many wordings a group shows: enough to see what is meant,
// few enough that a page of groups can be read.
const maxSamples = 3

// maxNear is how many topics a group shows, as many as an answer's candidates.
const maxNear = 5

// GapFilter chooses gaps; the zero value means all of them.
type GapFilter struct {
	Since  knowledge.Day    // this day or later; empty: any day
	Reason knowledge.Reason // empty: any reason
	Limit  int              // groups at most; 0: all; does not bear on CountGaps
}

// GapGroup is one question that was not answered, in all its wordings: the
// gaps with the same normal form.
type GapGroup struct {
	Normal      string
	Count       int                      // how often it was asked
	First, Last knowledge.Day            // first and last day on which it was
	Samples     []string                 // up to three wordings, in the order of the alphabet
	Near        []knowledge.Candidate    // up to five topics, each with its highest confidence, best first
	Reasons     map[knowledge.Reason]int // how often for each reason
}

// AddGap keeps a question that was not answered, at most once for an update:
// it reports false, and keeps nothing, when the update was processed before.
// Update 0 stands for no update and always keeps. The id is 32 hexadecimal
// digits, random, and empty when nothing was kept. The caller has scrubbed the
// text and the normal form. An empty day means today; a text of more than
// knowledge.MaxGap characters is refused with ErrTooLong.
func (d *DB) AddGap(ctx context.Context, update int64, g knowledge.Gap) (id string, first bool, err error) {
	if g.Day == "" {
		g.Day = d.today()
	}
	if err := checkGap(g); err != nil {
		return "", false, fmt.Errorf("add gap: %w", err)
	}
	row := newID()
	err = d.change(ctx, "add gap", func(tx *sql.Tx) error {
		if first, err = mark(ctx, tx, update); err != nil || !first {
			return err
		}
		return insertGap(ctx, tx, row, g)
	})
	if err != nil || !first {
		return "", false, err
	}
	return hex.EncodeToString(row), true, nil
}

// checkGap refuses what must not be kept. The error does not repeat the text.
func checkGap(g knowledge.Gap) error {
	if n := utf8.RuneCountInString(g.Text); n > knowledge.MaxGap {
		return fmt.Errorf("%d characters, of which %d may be kept: %w", n, knowledge.MaxGap, ErrTooLong)
	}
	if !g.Day.Valid() {
		return errors.New("the day must be written as 2029-02-14, without a time")
	}
	return nil
}

// insertGap writes the row and its nearest topics under the id.
func insertGap(ctx context.Context, tx *sql.Tx, id []byte, g knowledge.Gap) error {
	query := "INSERT INTO gaps (id, text, normal, reason, day) VALUES (?, ?, ?, ?, ?)"
	if _, err := tx.ExecContext(ctx, query, id, g.Text, g.Normal, string(g.Reason), string(g.Day)); err != nil {
		return err
	}
	for rank, near := range g.Near {
		query := "INSERT INTO gap_near (gap_id, rank, topic, confidence) VALUES (?, ?, ?, ?)"
		if _, err := tx.ExecContext(ctx, query, id, rank, near.Topic, near.Confidence); err != nil {
			return err
		}
	}
	return nil
}

// ForgetGaps erases the gaps that were asked or closed before the given day,
// open or not, with everything that hangs on them, and returns how many there
// were. It also erases the waits that have ended.
func (d *DB) ForgetGaps(ctx context.Context, before knowledge.Day) (forgotten int64, err error) {
	err = d.change(ctx, "forget gaps", func(tx *sql.Tx) error {
		// Nearest topics and waits go with their gap, by their foreign keys.
		query := "DELETE FROM gaps WHERE day < ?1 OR (closed_on <> '' AND closed_on < ?1)"
		if forgotten, err = countOf(tx.ExecContext(ctx, query, string(before))); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM waits WHERE until < ?", string(d.today()))
		return err
	})
	return forgotten, err
}

// CountGaps returns how many gaps the filter chooses.
func (d *DB) CountGaps(ctx context.Context, f GapFilter) (count int, err error) {
	err = d.look(ctx, "count gaps", func(tx *sql.Tx) error {
		query := "SELECT count(*) FROM gaps WHERE " + chosen
		return tx.QueryRowContext(ctx, query, string(f.Since), string(f.Reason)).Scan(&count)
	})
	return count, err
}

// Gaps returns the chosen gaps, grouped by their normal form: the group asked
// on the newest day first, on the same day the one asked more often.
func (d *DB) Gaps(ctx context.Context, f GapFilter) ([]GapGroup, error) {
	var list gapList
	err := d.look(ctx, "list gaps", func(tx *sql.Tx) (err error) {
		list, err = listGaps(ctx, tx, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list.groups, nil
}

// chosen is the filter as a condition on gaps; ?1 is its day, ?2 its reason.
const chosen = "(?1 = '' OR day >= ?1) AND (?2 = '' OR reason = ?2)"

// order puts groups in their order and takes the first ?3 of them.
const order = " GROUP BY normal ORDER BY max(day) DESC, count(*) DESC, normal LIMIT ?3"

// listed is the condition for a gap to be in one of the groups of the list.
const listed = chosen + " AND normal IN (SELECT normal FROM gaps WHERE " + chosen + order + ")"

// gapList is the list of groups while it is being filled.
type gapList struct {
	groups []GapGroup
	at     map[string]int // normal form to place in groups
}

// listGaps fills the list: first the groups, then what each shows.
func listGaps(ctx context.Context, tx *sql.Tx, f GapFilter) (gapList, error) {
	l := gapList{at: make(map[string]int)}
	limit := page(f.Limit)
	for _, part := range []struct {
		scan  func(*sql.Rows) error
		query string
	}{
		{l.scanGroup, "SELECT normal, count(*), min(day), max(day) FROM gaps WHERE " + chosen + order},
		{l.scanReason, "SELECT normal, reason, count(*) FROM gaps WHERE " + listed + " GROUP BY normal, reason"},
		// By the alphabet, so that the order says nothing of who came first.
		{l.scanSample, "SELECT DISTINCT normal, text FROM gaps WHERE " + listed + " ORDER BY normal, text"},
		{l.scanNear, "SELECT normal, topic, max(confidence) AS best FROM gaps JOIN gap_near ON gap_id = id WHERE " +
			listed + " GROUP BY normal, topic ORDER BY normal, best DESC, topic"},
	} {
		err := eachRow(ctx, tx, part.scan, part.query, string(f.Since), string(f.Reason), limit)
		if err != nil {
			return gapList{}, err
		}
	}
	return l, nil
}

// scanGroup appends a group.
func (l *gapList) scanGroup(rows *sql.Rows) error {
	g := GapGroup{Reasons: make(map[knowledge.Reason]int)}
	if err := rows.Scan(&g.Normal, &g.Count, &g.First, &g.Last); err != nil {
		return err
	}
	l.at[g.Normal] = len(l.groups)
	l.groups = append(l.groups, g)
	return nil
}

// scanReason notes how often a group has a reason.
func (l *gapList) scanReason(rows *sql.Rows) error {
	var normal string
	var reason knowledge.Reason
	var count int
	if err := rows.Scan(&normal, &reason, &count); err != nil {
		return err
	}
	l.groups[l.at[normal]].Reasons[reason] = count
	return nil
}

// scanSample adds a wording to its group, unless it shows enough of them.
func (l *gapList) scanSample(rows *sql.Rows) error {
	var normal, text string
	if err := rows.Scan(&normal, &text); err != nil {
		return err
	}
	if g := &l.groups[l.at[normal]]; len(g.Samples) < maxSamples {
		g.Samples = append(g.Samples, text)
	}
	return nil
}

// scanNear adds a topic to its group, unless it shows enough of them.
func (l *gapList) scanNear(rows *sql.Rows) error {
	var normal string
	var c knowledge.Candidate
	if err := rows.Scan(&normal, &c.Topic, &c.Confidence); err != nil {
		return err
	}
	if g := &l.groups[l.at[normal]]; len(g.Near) < maxNear {
		g.Near = append(g.Near, c)
	}
	return nil
}
