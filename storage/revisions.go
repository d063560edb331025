package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"tanyanetral/curation"
)

// AddRevisions keeps new revisions, all or none. They are not published yet:
// PublishRevisions alone gives a number.
func (d *DB) AddRevisions(ctx context.Context, revisions []curation.Revision) error {
	return d.change(ctx, "add revisions", func(tx *sql.Tx) error {
		for _, r := range revisions {
			if err := insertRevision(ctx, tx, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// insertRevision writes one revision that is not published.
func insertRevision(ctx context.Context, tx *sql.Tx, r curation.Revision) error {
	if r.Number != 0 || r.State == curation.Terbit || !r.Published.IsZero() {
		return errors.New("a new revision cannot be published already")
	}
	query := `INSERT INTO revisions (id, number, kind, key, value, before, base_print, author, reviewer, note,
		state, made, due, published) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')`
	_, err := tx.ExecContext(ctx, query, r.ID, string(r.Item.Kind), r.Item.Key, orNull(r.Item.Value),
		orNull(r.Before), r.BasePrint, r.Author, r.Reviewer, r.Note, string(r.State),
		stamp(r.Made), stamp(r.Due))
	return err
}

// orNull turns an empty value into none.
func orNull(value []byte) []byte {
	if len(value) == 0 {
		return nil
	}
	return value
}

// SetRevisions moves revisions from one of the states to another, all or none:
// curation.ErrNotFound if one is not there, curation.ErrChanged if one is in
// another state. An empty reviewer or note leaves what stands there. No state
// can be set on a published revision, and Terbit by PublishRevisions only.
func (d *DB) SetRevisions(ctx context.Context, ids []string, from []curation.State, to curation.State,
	reviewer, note string) error {
	return d.change(ctx, "set revisions", func(tx *sql.Tx) error {
		query := `UPDATE revisions SET state = ?2, reviewer = CASE ?3 WHEN '' THEN reviewer ELSE ?3 END,
			note = CASE ?4 WHEN '' THEN note ELSE ?4 END WHERE id = ?1`
		if to == curation.Terbit {
			return errors.New("publishing gives a number")
		}
		for _, id := range ids {
			if err := checkState(ctx, tx, id, from); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, query, id, string(to), reviewer, note); err != nil {
				return err
			}
		}
		return nil
	})
}

// checkState insists that a revision is there, not published, and in one of the
// states.
func checkState(ctx context.Context, tx *sql.Tx, id string, states []curation.State) error {
	var state curation.State
	row := tx.QueryRowContext(ctx, "SELECT state FROM revisions WHERE id = ?", id)
	if err := oneRow(row.Scan(&state)); err != nil {
		return fmt.Errorf("revision %s: %w", id, err)
	}
	if state == curation.Terbit || !slices.Contains(states, state) {
		return fmt.Errorf("revision %s is %q: %w", id, state, curation.ErrChanged)
	}
	return nil
}

// alive are the states from which a revision may still be published.
func alive() []curation.State {
	return []curation.State{curation.Draf, curation.Diajukan, curation.Disetujui}
}

// ScheduleRevisions sets before which time revisions are not to be published;
// the zero time means none. The errors are those of SetRevisions.
func (d *DB) ScheduleRevisions(ctx context.Context, ids []string, due time.Time) error {
	return d.change(ctx, "schedule revisions", func(tx *sql.Tx) error {
		for _, id := range ids {
			if err := checkState(ctx, tx, id, alive()); err != nil {
				return err
			}
			query := "UPDATE revisions SET due = ? WHERE id = ?"
			if _, err := tx.ExecContext(ctx, query, stamp(due), id); err != nil {
				return err
			}
		}
		return nil
	})
}

// PublishRevisions publishes revisions, all or none, and numbers them in the
// order of the ids, on from the last number. The errors are those of
// SetRevisions: a revision that is published, rejected or thrown away has
// changed. Whether it was approved is for the caller to check.
func (d *DB) PublishRevisions(ctx context.Context, ids []string, at time.Time) error {
	return d.change(ctx, "publish revisions", func(tx *sql.Tx) error {
		query := `UPDATE revisions SET state = ?, published = ?,
			number = (SELECT coalesce(max(number), 0) + 1 FROM revisions) WHERE id = ?`
		for _, id := range ids {
			if err := checkState(ctx, tx, id, alive()); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, query, string(curation.Terbit), stamp(at), id); err != nil {
				return err
			}
		}
		return nil
	})
}

// Revisions returns the chosen revisions, newest first: published ones, when
// only they are chosen, by their number, else by when they were added.
func (d *DB) Revisions(ctx context.Context, f curation.RevisionFilter) (
	found []curation.Revision, err error) {
	end := "WHERE (?1 = '' OR state = ?1) AND (?2 = '' OR kind = ?2) AND (?3 = '' OR key = ?3) " +
		"ORDER BY CASE ?1 WHEN 'terbit' THEN number ELSE seq END DESC LIMIT ?4 OFFSET ?5"
	err = d.look(ctx, "list revisions", func(tx *sql.Tx) error {
		found, err = listRevisions(ctx, tx, end, string(f.State), string(f.Kind), f.Key,
			page(f.Limit), f.Offset)
		return err
	})
	return found, err
}

// Published returns the newest published revision of every item, in the order
// of publication. One without a value says that the item is removed.
func (d *DB) Published(ctx context.Context) (found []curation.Revision, err error) {
	end := `WHERE number IN (SELECT max(number) FROM revisions WHERE number > 0 GROUP BY kind, key)
		ORDER BY number`
	err = d.look(ctx, "list published revisions", func(tx *sql.Tx) error {
		found, err = listRevisions(ctx, tx, end)
		return err
	})
	return found, err
}

// Revision returns one revision, or curation.ErrNotFound.
func (d *DB) Revision(ctx context.Context, id string) (revision curation.Revision, err error) {
	err = d.look(ctx, "read revision", func(tx *sql.Tx) error {
		found, err := listRevisions(ctx, tx, "WHERE id = ?", id)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return curation.ErrNotFound
		}
		revision = found[0]
		return nil
	})
	return revision, err
}

// listRevisions reads the revisions that the end of the query chooses.
func listRevisions(ctx context.Context, tx *sql.Tx, end string, args ...any) ([]curation.Revision, error) {
	var revisions []curation.Revision
	query := `SELECT id, number, kind, key, value, before, base_print, author, reviewer, note, state, made, due,
		published FROM revisions ` + end
	err := eachRow(ctx, tx, func(rows *sql.Rows) error {
		var r curation.Revision
		err := rows.Scan(&r.ID, &r.Number, &r.Item.Kind, &r.Item.Key, (*[]byte)(&r.Item.Value), &r.Before,
			&r.BasePrint, &r.Author, &r.Reviewer, &r.Note, &r.State, (*stamp)(&r.Made), (*stamp)(&r.Due),
			(*stamp)(&r.Published))
		revisions = append(revisions, r)
		return err
	}, query, args...)
	return revisions, err
}
