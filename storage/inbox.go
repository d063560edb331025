package storage

import (
	"context"
	"database/sql"
	"encoding/hex"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// OpenGaps returns all questions that no action has closed, in the order of
// their days, with their nearest topics and the number of those who wait.
func (d *DB) OpenGaps(ctx context.Context) ([]curation.LoggedGap, error) {
	l := logged{at: make(map[[16]byte]int)}
	err := d.look(ctx, "list open gaps", func(tx *sql.Tx) error {
		gaps := `SELECT id, text, normal, reason, day, closed, merged, apart,
			(SELECT count(*) FROM waits WHERE gap_id = gaps.id AND until >= ?)
			FROM gaps WHERE closed = '' ORDER BY day, id`
		if err := eachRow(ctx, tx, l.scanGap, gaps, string(d.today())); err != nil {
			return err
		}
		near := `SELECT gap_id, topic, confidence FROM gaps JOIN gap_near ON gap_id = id
			WHERE closed = '' ORDER BY gap_id, rank`
		return eachRow(ctx, tx, l.scanNear, near)
	})
	if err != nil {
		return nil, err
	}
	return l.gaps, nil
}

// logged is the list of questions while it is being filled.
type logged struct {
	gaps []curation.LoggedGap
	at   map[[16]byte]int // id to place in gaps
}

// scanGap appends a question.
func (l *logged) scanGap(rows *sql.Rows) error {
	var g curation.LoggedGap
	var id sql.RawBytes
	err := rows.Scan(&id, &g.Text, &g.Normal, &g.Reason, &g.Day, &g.Closed, &g.Merged, &g.Apart,
		&g.Waiting)
	if err != nil {
		return err
	}
	g.ID = hex.EncodeToString(id)
	l.at[[16]byte(id)] = len(l.gaps)
	l.gaps = append(l.gaps, g)
	return nil
}

// scanNear adds a topic to its question.
func (l *logged) scanNear(rows *sql.Rows) error {
	var id sql.RawBytes
	var c knowledge.Candidate
	if err := rows.Scan(&id, &c.Topic, &c.Confidence); err != nil {
		return err
	}
	g := &l.gaps[l.at[[16]byte(id)]]
	g.Near = append(g.Near, c)
	return nil
}

// OpenGapsSince is OpenGaps for who has read the questions before, and in the
// order of ids: the text and the nearest topics of a known question, which never
// change, are taken from known. Few new questions make it much faster.
func (d *DB) OpenGapsSince(ctx context.Context, known map[string]curation.LoggedGap,
) (gaps []curation.LoggedGap, err error) {
	err = d.look(ctx, "list open gaps", func(tx *sql.Tx) error {
		var fresh []int // places of those that are not known
		list := `SELECT id, closed, merged, apart,
			(SELECT count(*) FROM waits WHERE gap_id = gaps.id AND until >= ?) FROM gaps WHERE closed = ''`
		err := eachRow(ctx, tx, func(rows *sql.Rows) error {
			var id sql.RawBytes
			var s curation.Standing
			var waiting int
			if err := rows.Scan(&id, &s.Closed, &s.Merged, &s.Apart, &waiting); err != nil {
				return err
			}
			var name [32]byte // hexadecimal digits of 16 bytes
			hex.Encode(name[:], id)
			g, ok := known[string(name[:])]
			if !ok {
				g.ID = string(name[:])
				fresh = append(fresh, len(gaps))
			}
			g.Standing, g.Waiting = s, waiting
			gaps = append(gaps, g)
			return nil
		}, list, string(d.today()))
		for _, i := range fresh {
			if err != nil {
				return err
			}
			err = readGap(ctx, tx, &gaps[i])
		}
		return err
	})
	return gaps, err
}

// readGap reads what was asked and the nearest topics of a question.
func readGap(ctx context.Context, tx *sql.Tx, g *curation.LoggedGap) error {
	id, err := parseID(g.ID)
	if err != nil {
		return err
	}
	row := tx.QueryRowContext(ctx, "SELECT text, normal, reason, day FROM gaps WHERE id = ?", id)
	if err := row.Scan(&g.Text, &g.Normal, &g.Reason, &g.Day); err != nil {
		return err
	}
	near := "SELECT topic, confidence FROM gap_near WHERE gap_id = ? ORDER BY rank"
	return eachRow(ctx, tx, func(rows *sql.Rows) error {
		var c knowledge.Candidate
		err := rows.Scan(&c.Topic, &c.Confidence)
		g.Near = append(g.Near, c)
		return err
	}, near, id)
}

// SetGaps notes what was decided of questions; no action that closed them opens
// them again. Questions that were erased in between are passed over.
func (d *DB) SetGaps(ctx context.Context, ids []string, s curation.Standing) error {
	return d.change(ctx, "set gaps", func(tx *sql.Tx) error {
		query := `UPDATE gaps SET closed = ?2, merged = ?3, apart = ?5, closed_on = CASE
			WHEN ?2 = '' THEN '' WHEN closed_on <> '' THEN closed_on ELSE ?4 END WHERE id = ?1`
		today := string(d.today())
		for _, text := range ids {
			id, err := parseID(text)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, query, id, s.Closed, s.Merged, today, s.Apart); err != nil {
				return err
			}
		}
		return nil
	})
}

// GapsVersion returns a number that grows with every change of the questions,
// of what was decided of them, and of who waits.
func (d *DB) GapsVersion(ctx context.Context) (version int64, err error) {
	err = d.look(ctx, "read version of gaps", func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT value FROM gaps_version").Scan(&version)
	})
	return version, err
}

// Backlog is how much waits for the curators.
type Backlog struct {
	Open    int           // questions that no action has closed
	Oldest  knowledge.Day // of them; empty: there is none
	Waiting int           // askers who want to be told
}

// Backlog counts what waits, without reading any of it.
func (d *DB) Backlog(ctx context.Context) (b Backlog, err error) {
	err = d.look(ctx, "count what waits", func(tx *sql.Tx) error {
		query := "SELECT count(*), coalesce(min(day), ''), (SELECT count(*) FROM waits) FROM gaps WHERE closed = ''"
		return tx.QueryRowContext(ctx, query).Scan(&b.Open, &b.Oldest, &b.Waiting)
	})
	return b, err
}
