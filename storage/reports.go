package storage

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"

	"tanyanetral/report"
)

// Investigators returns everybody who may open reports, active or not, in the
// order of their random ids.
func (d *DB) Investigators(ctx context.Context) ([]report.Investigator, error) {
	var all []report.Investigator
	err := d.look(ctx, "list investigators", func(tx *sql.Tx) error {
		scan := func(rows *sql.Rows) error {
			var i report.Investigator
			err := rows.Scan(&i.ID, &i.Post, &i.Recipient, &i.Wrapped, &i.User, &i.Added, &i.Active)
			all = append(all, i)
			return err
		}
		query := "SELECT id, post, recipient, wrapped, user, added, active FROM investigators ORDER BY id"
		return eachRow(ctx, tx, scan, query)
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// PutInvestigator adds an investigator, or replaces the one with the same id.
func (d *DB) PutInvestigator(ctx context.Context, i report.Investigator) error {
	return d.change(ctx, "keep investigator", func(tx *sql.Tx) error {
		query := `INSERT INTO investigators (id, post, recipient, wrapped, user, added, active)
			VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET post = excluded.post,
			recipient = excluded.recipient, wrapped = excluded.wrapped, user = excluded.user,
			added = excluded.added, active = excluded.active`
		_, err := tx.ExecContext(ctx, query, i.ID, i.Post, i.Recipient, i.Wrapped, i.User, i.Added, i.Active)
		return err
	})
}

// Accept keeps a report with its text and the staged files of the draft, which
// become its parts: all of it or nothing. When it returns, the report is on
// the disk, and nothing tells any more which draft it was.
func (d *DB) Accept(ctx context.Context, s report.Stored, isi report.Part, draft string) error {
	return d.change(ctx, "accept report", func(tx *sql.Tx) error {
		envelope, err := insertSealed(ctx, tx, s.Envelope)
		if err != nil {
			return err
		}
		query := `INSERT INTO reports (id, lookup, reporter_key, report_key, envelope, day, status,
			acknowledged, finding, feedback, closed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
		if _, err := tx.ExecContext(ctx, query, s.ID, s.Lookup, s.ReporterKey, s.ReportKey, envelope, s.Day,
			string(s.Status), s.Acknowledged, s.Finding, s.Feedback, s.Closed); err != nil {
			return err
		}
		isi.Report = s.ID
		return insertPart(ctx, tx, isi, []string{draft})
	})
}

// selectReports reads reports in the order of scanStored. Files and texts are
// not touched.
const selectReports = `SELECT id, lookup, reporter_key, report_key, bytes, day, status,
	acknowledged, finding, feedback, closed, (SELECT count(*) FROM report_parts
		WHERE report = reports.id AND NOT seen AND kind IN ('isi', 'pesan', 'berkas'))
	FROM reports JOIN sealed ON sealed.number = envelope `

// scanStored reads a row of selectReports.
func scanStored(row interface{ Scan(...any) error }) (s report.Stored, err error) {
	err = row.Scan(&s.ID, &s.Lookup, &s.ReporterKey, &s.ReportKey, &s.Envelope, &s.Day, &s.Status,
		&s.Acknowledged, &s.Finding, &s.Feedback, &s.Closed, &s.Unread)
	return s, err
}

// ByLookup returns the report with the lookup value of its receipt, or
// report.ErrNotFound.
func (d *DB) ByLookup(ctx context.Context, lookup []byte) (report.Stored, error) {
	return d.oneReport(ctx, "find report", "WHERE lookup = ?", lookup)
}

// Report returns the report with an id, or report.ErrNotFound.
func (d *DB) Report(ctx context.Context, id string) (report.Stored, error) {
	return d.oneReport(ctx, "get report", "WHERE id = ?", id)
}

// oneReport returns the report that meets the condition.
func (d *DB) oneReport(ctx context.Context, what, where string, arg any) (s report.Stored, err error) {
	err = d.look(ctx, what, func(tx *sql.Tx) error {
		s, err = scanStored(tx.QueryRowContext(ctx, selectReports+where, arg))
		return missing(err)
	})
	return s, err
}

// missing says in the report package's word that there is no such row.
func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return report.ErrNotFound
	}
	return err
}

// found insists that a statement changed a row.
func found(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	if rows, err := result.RowsAffected(); err != nil || rows > 0 {
		return err
	}
	return report.ErrNotFound
}

// Reports returns all reports, the oldest day first; those of one day are in
// the order of their random ids.
func (d *DB) Reports(ctx context.Context) ([]report.Stored, error) {
	var all []report.Stored
	err := d.look(ctx, "list reports", func(tx *sql.Tx) error {
		scan := func(rows *sql.Rows) error {
			s, err := scanStored(rows)
			all = append(all, s)
			return err
		}
		return eachRow(ctx, tx, scan, selectReports+"ORDER BY day, id")
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// Confirm turns a report that waits for its reporter into a new one, or returns
// report.ErrNotFound. One that waits no more stays as it is.
func (d *DB) Confirm(ctx context.Context, id string) error {
	return d.change(ctx, "confirm report", func(tx *sql.Tx) error {
		query := "UPDATE reports SET status = CASE status WHEN ?1 THEN ?2 ELSE status END WHERE id = ?3"
		return found(tx.ExecContext(ctx, query, string(report.Menunggu), string(report.Baru), id))
	})
}

// SetEnvelope replaces the envelope of a report, or returns report.ErrNotFound.
// An empty one is refused: without it nobody could open the report ever again.
func (d *DB) SetEnvelope(ctx context.Context, id string, envelope []byte) error {
	return d.change(ctx, "seal report anew", func(tx *sql.Tx) error {
		query := "UPDATE sealed SET bytes = ? WHERE number = (SELECT envelope FROM reports WHERE id = ?)"
		return found(tx.ExecContext(ctx, query, envelope, id))
	})
}

// SetStored replaces status and days of a report, or returns
// report.ErrNotFound. A withdrawn report takes no other status, also from
// somebody who read it before: report.ErrClosed.
func (d *DB) SetStored(ctx context.Context, s report.Stored) error {
	return d.change(ctx, "change report", func(tx *sql.Tx) error {
		var now report.Status
		query := "SELECT status FROM reports WHERE id = ?"
		if err := tx.QueryRowContext(ctx, query, s.ID).Scan(&now); err != nil {
			return missing(err)
		}
		if now == report.Ditarik && s.Status != report.Ditarik {
			return report.ErrClosed
		}
		query = `UPDATE reports SET status = ?, acknowledged = ?, finding = ?, feedback = ?, closed = ?
			WHERE id = ?`
		return found(tx.ExecContext(ctx, query, string(s.Status), s.Acknowledged, s.Finding, s.Feedback,
			s.Closed, s.ID))
	})
}

// Erase removes a report with everything that hangs on it, or returns
// report.ErrNotFound. After Tidy its bytes are in no file of the state folder;
// backups made before have it until they are removed.
func (d *DB) Erase(ctx context.Context, id string) error {
	return d.change(ctx, "erase report", func(tx *sql.Tx) error {
		for _, query := range []string{
			`DELETE FROM sealed WHERE number IN (SELECT data FROM report_parts WHERE report = ?1
				UNION ALL SELECT envelope FROM reports WHERE id = ?1)`,
			"DELETE FROM report_parts WHERE report = ?1",
			"DELETE FROM report_erasures WHERE report = ?1",
		} {
			if _, err := tx.ExecContext(ctx, query, id); err != nil {
				return err
			}
		}
		return found(tx.ExecContext(ctx, "DELETE FROM reports WHERE id = ?", id))
	})
}

// AskErase notes today that a member of the staff wants a report erased, or
// returns report.ErrNotFound. Asking again replaces the asker.
func (d *DB) AskErase(ctx context.Context, id, user string) error {
	return d.change(ctx, "ask to erase report", func(tx *sql.Tx) error {
		query := `INSERT INTO report_erasures (report, user, day) SELECT id, ?, ? FROM reports WHERE id = ?
			ON CONFLICT (report) DO UPDATE SET user = excluded.user, day = excluded.day`
		return found(tx.ExecContext(ctx, query, user, string(d.today()), id))
	})
}

// DropErasure takes the wish to erase a report back; it is no error when there
// is none.
func (d *DB) DropErasure(ctx context.Context, id string) error {
	return d.change(ctx, "take the wish to erase back", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM report_erasures WHERE report = ?", id)
		return err
	})
}

// Erasures returns the wishes to erase a report, by the reports' random ids.
func (d *DB) Erasures(ctx context.Context) ([]report.Erasure, error) {
	var all []report.Erasure
	err := d.look(ctx, "list wishes to erase", func(tx *sql.Tx) error {
		scan := func(rows *sql.Rows) error {
			var e report.Erasure
			err := rows.Scan(&e.Report, &e.User, &e.Day)
			all = append(all, e)
			return err
		}
		return eachRow(ctx, tx, scan, "SELECT report, user, day FROM report_erasures ORDER BY report")
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// insertSealed keeps sealed bytes under a random number.
func insertSealed(ctx context.Context, tx *sql.Tx, sealed []byte) (number int64, err error) {
	if len(sealed) == 0 {
		return 0, errors.New("nothing is sealed in it")
	}
	var random [8]byte
	rand.Read(random[:]) // never fails
	number = int64(binary.BigEndian.Uint64(random[:]) >> 1)
	_, err = tx.ExecContext(ctx, "INSERT INTO sealed (number, bytes) VALUES (?, ?)", number, sealed)
	if err != nil {
		return 0, fmt.Errorf("keep sealed bytes: %w", err)
	}
	return number, nil
}
