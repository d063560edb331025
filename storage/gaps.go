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

// AddGap keeps a question that was not answered, at most once for an update:
// it reports false, and keeps nothing, when the update was processed before.
// Update 0 stands for no update and always keeps. The id is 32 hexadecimal
// digits, random, and empty when nothing was kept. The caller has scrubbed the
// text and the normal form. An empty day means today; a text of more than
// knowledge.MaxGap characters is refused.
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
		return fmt.Errorf("%d characters, of which %d may be kept: %w", n, knowledge.MaxGap, errTooLong)
	}
	if !g.Day.Valid() {
		return errors.New("the day must be written as 2029-02-14, without a time")
	}
	return nil
}

// insertGap writes the row and its nearest topics under the id.
func insertGap(ctx context.Context, tx *sql.Tx, id []byte, g knowledge.Gap) error {
	query := "INSERT INTO gaps (id, text, normal, reason, day) VALUES (?, ?, ?, ?, ?)"
	_, err := tx.ExecContext(ctx, query, id, g.Text, g.Normal, string(g.Reason), string(g.Day))
	if err != nil {
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
