package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tanyanetral/knowledge"
)

// keepTallies is for how many days counters are kept: a year, so that a stage
// of an election can be compared with the one before, and a month to do it in.
const keepTallies = 400

// maxTallyKey is how long the words of a counter may be, in bytes: they are
// ids of topics and names of zones, never a text of somebody.
const maxTallyKey = 100

// Tally is how often something happened, such as an answer in a zone.
type Tally struct {
	Event string // such as "zone", "topic", "nohelp", "command"
	Key   string // of which zone, topic, …
	N     int    // how often, 0 or more
}

// DayTally is a Tally of a day.
type DayTally struct {
	Day   knowledge.Day
	Event string
	Key   string
	N     int
}

// CountDay adds to the counters of a day.
func (d *DB) CountDay(ctx context.Context, day knowledge.Day, tallies []Tally) error {
	if err := checkTallies(day, tallies); err != nil {
		return fmt.Errorf("count day: %w", err)
	}
	return d.change(ctx, "count day", func(tx *sql.Tx) error {
		query := `INSERT INTO tallies (day, event, key, n) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET n = n + excluded.n`
		for _, t := range tallies {
			if _, err := tx.ExecContext(ctx, query, string(day), t.Event, t.Key, t.N); err != nil {
				return err
			}
		}
		return nil
	})
}

// checkTallies refuses what is no counter. The error does not repeat the key.
func checkTallies(day knowledge.Day, tallies []Tally) error {
	if !day.Valid() {
		return errors.New("the day must be written as 2029-02-14, without a time")
	}
	for _, t := range tallies {
		if t.N < 0 || t.Event == "" || len(t.Event) > maxTallyKey || len(t.Key) > maxTallyKey {
			return fmt.Errorf("a counter has an event, words of up to %d bytes and a number of 0 or more",
				maxTallyKey)
		}
	}
	return nil
}

// Tallies returns the counters of the days from one to another, both counted
// in, by day, event and key.
func (d *DB) Tallies(ctx context.Context, from, to knowledge.Day) ([]DayTally, error) {
	var tallies []DayTally
	err := d.look(ctx, "list tallies", func(tx *sql.Tx) error {
		query := "SELECT day, event, key, n FROM tallies WHERE day BETWEEN ? AND ? ORDER BY day, event, key"
		return eachRow(ctx, tx, func(rows *sql.Rows) error {
			var t DayTally
			err := rows.Scan(&t.Day, &t.Event, &t.Key, &t.N)
			tallies = append(tallies, t)
			return err
		}, query, string(from), string(to))
	})
	if err != nil {
		return nil, err
	}
	return tallies, nil
}

// ForgetTallies erases the counters that are older than 400 days and returns
// how many there were.
func (d *DB) ForgetTallies(ctx context.Context) (forgotten int64, err error) {
	err = d.change(ctx, "forget tallies", func(tx *sql.Tx) error {
		before := knowledge.DayOf(d.set.now().AddDate(0, 0, -keepTallies))
		forgotten, err = countOf(tx.ExecContext(ctx, "DELETE FROM tallies WHERE day < ?", string(before)))
		return err
	})
	return forgotten, err
}
