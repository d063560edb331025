package storage

import (
	"context"
	"database/sql"

	"tanyanetral/curation"
)

// AddAudit appends a line to the audit. The database refuses to change a line
// or to take one away.
func (d *DB) AddAudit(ctx context.Context, l curation.AuditLine) error {
	return d.change(ctx, "add audit line", func(tx *sql.Tx) error {
		query := "INSERT INTO audit (at, user_id, act, object, note) VALUES (?, ?, ?, ?, ?)"
		_, err := tx.ExecContext(ctx, query, stamp(l.At), l.User, l.Act, l.Object, l.Note)
		return err
	})
}

// Audit returns the newest lines first, at most limit of them after the first
// offset ones; a limit of 0 means all.
func (d *DB) Audit(ctx context.Context, limit, offset int) ([]curation.AuditLine, error) {
	var lines []curation.AuditLine
	err := d.look(ctx, "list audit", func(tx *sql.Tx) error {
		query := "SELECT at, user_id, act, object, note FROM audit ORDER BY seq DESC LIMIT ? OFFSET ?"
		return eachRow(ctx, tx, func(rows *sql.Rows) error {
			var l curation.AuditLine
			err := rows.Scan((*stamp)(&l.At), &l.User, &l.Act, &l.Object, &l.Note)
			lines = append(lines, l)
			return err
		}, query, page(limit), offset)
	})
	if err != nil {
		return nil, err
	}
	return lines, nil
}
