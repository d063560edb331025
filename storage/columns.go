package storage

import (
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// stampForm writes a time so that times sort as their text does.
const stampForm = "2006-01-02T15:04:05.000000000Z"

// stamp is a time in a column: UTC, to the nanosecond, empty for the zero time.
type stamp time.Time

// Value is the text of the column.
func (s stamp) Value() (driver.Value, error) {
	if t := time.Time(s); !t.IsZero() {
		return t.UTC().Format(stampForm), nil
	}
	return "", nil
}

// Scan reads the text of the column.
func (s *stamp) Scan(value any) error {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("a time is %T in the database", value)
	}
	if text == "" {
		*s = stamp{}
		return nil
	}
	t, err := time.Parse(stampForm, text)
	*s = stamp(t)
	return err
}

// list is a list of words in a column, as JSON. An empty one is read as nil.
type list[T ~string] []T

// Value is the text of the column.
func (l list[T]) Value() (driver.Value, error) {
	if len(l) == 0 {
		return "[]", nil
	}
	text, err := json.Marshal([]T(l))
	return string(text), err
}

// Scan reads the text of the column.
func (l *list[T]) Scan(value any) error {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("a list is %T in the database", value)
	}
	*l = nil
	if text == "[]" {
		return nil
	}
	return json.Unmarshal([]byte(text), (*[]T)(l))
}

// newID makes an id of 128 random bits: no two are equal, and none can be
// guessed or tells when it was made.
func newID() []byte {
	id := make([]byte, 16)
	rand.Read(id) // never fails
	return id
}

// parseID reads an id as the methods give it out: 32 hexadecimal digits.
// Anything else names nothing that is kept.
func parseID(text string) ([]byte, error) {
	id, err := hex.DecodeString(text)
	if err != nil || len(id) != 16 {
		return nil, fmt.Errorf("an id of %d characters: %w", len(text), curation.ErrNotFound)
	}
	return id, nil
}

// today is the day of the clock, in the clock's time zone.
func (d *DB) today() knowledge.Day { return knowledge.DayOf(d.set.now()) }

// countOf is how many rows a statement changed.
func countOf(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// affected insists that a statement found its row.
func affected(result sql.Result, err error) error {
	rows, err := countOf(result, err)
	if err == nil && rows == 0 {
		err = curation.ErrNotFound
	}
	return err
}

// oneRow says in our words that a query for one row found none.
func oneRow(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return curation.ErrNotFound
	}
	return err
}

// page turns a limit of 0 into SQLite's word for none.
func page(limit int) int {
	if limit <= 0 {
		return -1
	}
	return limit
}
