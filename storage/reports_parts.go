package storage

import (
	"context"
	"database/sql"

	"tanyanetral/report"
)

// StageFile keeps a sealed file of a draft until the draft is sent, thrown
// away, or lost with the program.
func (d *DB) StageFile(ctx context.Context, draft string, p report.Part) error {
	return d.change(ctx, "stage file", func(tx *sql.Tx) error {
		data, err := insertSealed(ctx, tx, p.Sealed)
		if err != nil {
			return err
		}
		query := `INSERT INTO draft_files (id, draft, kind, number, day, size, data)
			VALUES (?, ?, ?, ?, ?, ?, ?)`
		_, err = tx.ExecContext(ctx, query, p.ID, draft, string(p.Kind), p.Number, p.Day, len(p.Sealed), data)
		return err
	})
}

// DropStage erases the staged files of a draft; there may be none.
func (d *DB) DropStage(ctx context.Context, draft string) error {
	return d.dropStage(ctx, "drop staged files", "WHERE draft = ?", draft)
}

// DropAllStages erases the staged files of all drafts. Call it at start: no
// draft outlives the program.
func (d *DB) DropAllStages(ctx context.Context) error {
	return d.dropStage(ctx, "drop all staged files", "")
}

// dropStage erases the staged files that meet the condition.
func (d *DB) dropStage(ctx context.Context, what, where string, args ...any) error {
	return d.change(ctx, what, func(tx *sql.Tx) error {
		query := "DELETE FROM sealed WHERE number IN (SELECT data FROM draft_files " + where + ")"
		if _, err := tx.ExecContext(ctx, query, args...); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM draft_files "+where, args...)
		return err
	})
}

// AddPart adds a part to a report, or returns report.ErrNotFound; the staged
// files of the drafts become parts of the same report. All of it or nothing.
func (d *DB) AddPart(ctx context.Context, p report.Part, drafts []string) error {
	return d.change(ctx, "add part", func(tx *sql.Tx) error {
		query := "SELECT 1 FROM reports WHERE id = ?"
		if err := tx.QueryRowContext(ctx, query, p.Report).Scan(new(int)); err != nil {
			return missing(err)
		}
		return insertPart(ctx, tx, p, drafts)
	})
}

// insertPart writes a part and moves the staged files of the drafts to its
// report; their bytes stay where they are.
func insertPart(ctx context.Context, tx *sql.Tx, p report.Part, drafts []string) error {
	data, err := insertSealed(ctx, tx, p.Sealed)
	if err != nil {
		return err
	}
	query := `INSERT INTO report_parts (id, report, kind, number, day, size, seen, data)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	if _, err := tx.ExecContext(ctx, query, p.ID, p.Report, string(p.Kind), p.Number, p.Day, len(p.Sealed),
		p.Seen, data); err != nil {
		return err
	}
	for _, draft := range drafts {
		query := `INSERT INTO report_parts (id, report, kind, number, day, size, seen, data)
			SELECT id, ?, kind, number, day, size, 0, data FROM draft_files WHERE draft = ?`
		if _, err := tx.ExecContext(ctx, query, p.Report, draft); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM draft_files WHERE draft = ?", draft); err != nil {
			return err
		}
	}
	return nil
}

// Parts returns the parts of a report by their numbers, or report.ErrNotFound.
// The bytes of files are left out; PartData has them.
func (d *DB) Parts(ctx context.Context, id string) ([]report.Part, error) {
	var parts []report.Part
	err := d.look(ctx, "list parts", func(tx *sql.Tx) error {
		scan := func(rows *sql.Rows) error {
			var p report.Part
			err := rows.Scan(&p.ID, &p.Report, &p.Kind, &p.Number, &p.Day, &p.Size, &p.Seen, &p.Sealed)
			parts = append(parts, p)
			return err
		}
		query := `SELECT id, report, kind, report_parts.number, day, size, seen,
			CASE kind WHEN 'berkas' THEN NULL ELSE (SELECT bytes FROM sealed WHERE number = data) END
			FROM report_parts WHERE report = ? ORDER BY report_parts.number, id`
		if err := eachRow(ctx, tx, scan, query, id); err != nil || len(parts) > 0 {
			return err
		}
		return report.ErrNotFound // every report has its text
	})
	if err != nil {
		return nil, err
	}
	return parts, nil
}

// PartData returns the sealed bytes of a part, or report.ErrNotFound.
func (d *DB) PartData(ctx context.Context, id string) (sealed []byte, err error) {
	err = d.look(ctx, "read part", func(tx *sql.Tx) error {
		query := "SELECT bytes FROM report_parts JOIN sealed ON sealed.number = data WHERE id = ?"
		return missing(tx.QueryRowContext(ctx, query, id).Scan(&sealed))
	})
	return sealed, err
}

// MarkSeen notes that parts were read. Ids of parts that are gone are passed
// over.
func (d *DB) MarkSeen(ctx context.Context, ids []string) error {
	return d.change(ctx, "mark parts as seen", func(tx *sql.Tx) error {
		for _, id := range ids {
			query := "UPDATE report_parts SET seen = 1 WHERE id = ? AND NOT seen"
			if _, err := tx.ExecContext(ctx, query, id); err != nil {
				return err
			}
		}
		return nil
	})
}
