package storage

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
)

// embedded holds the migrations. A file that was ever released is frozen: a
// later change of the schema is the next number.
//
//go:embed migrations/*.sql
var embedded embed.FS

// applicationID marks the file as ours in SQLite's header: "TNET" in ASCII,
// the number that 0001_init.sql writes.
const applicationID = 0x544E4554

// migration is one numbered step of the schema.
type migration struct {
	number int
	name   string
	sql    string
}

// readMigrations reads migrations/NNNN_name.sql in order and insists that the
// numbers are 1, 2, 3 …, since user_version counts them.
func readMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var steps []migration
	for i, name := range names {
		base := path.Base(name)
		if number, err := strconv.Atoi(base[:min(4, len(base))]); err != nil || number != i+1 {
			return nil, fmt.Errorf("migration %s: its name must begin with %04d", base, i+1)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		steps = append(steps, migration{i + 1, base, string(text)})
	}
	return steps, nil
}

// inspect returns the version of the database, 0 for an empty file. It
// refuses, before anything is written, a damaged database, another program's,
// and one of a newer version than newest.
func (d *DB) inspect(ctx context.Context, newest int) (version int, err error) {
	var id, tables int
	err = d.look(ctx, "inspect database", func(tx *sql.Tx) error {
		query := `SELECT (SELECT user_version FROM pragma_user_version),
			(SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)`
		if err := tx.QueryRowContext(ctx, query).Scan(&version, &id, &tables); err != nil {
			return err
		}
		return d.quickCheck(ctx, tx)
	})
	switch {
	case err != nil:
		return 0, err
	case version == 0 && id == 0 && tables == 0:
		return 0, nil
	case id != applicationID:
		return 0, &stateError{text: advice(errNotDatabase, d.dir), kind: errNotDatabase}
	case version > newest:
		text := fmt.Sprintf("database in %s has version %d, but this program knows versions up to %d; "+
			"install the newer program again, or restore a backup from before the upgrade",
			d.dir, version, newest)
		return 0, &stateError{text: text, kind: errNewer}
	}
	return version, nil
}

// quickCheck lets SQLite walk through every page. What it reports names
// tables and pages, never what stands in them.
func (d *DB) quickCheck(ctx context.Context, tx *sql.Tx) error {
	var verdict string
	if err := tx.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return &stateError{text: advice(errCorrupt, d.dir) + " (" + verdict + ")", kind: errCorrupt}
	}
	return nil
}

// migrate applies the steps after version, each in a transaction of its own:
// one that fails leaves the database at the version before it. A database that
// may hold something is backed up first.
func (d *DB) migrate(ctx context.Context, version int, known []migration) error {
	if version > 0 && version < len(known) {
		if err := d.backupBefore(ctx, version); err != nil {
			return err
		}
	}
	for _, step := range known[version:] {
		err := d.change(ctx, "migration "+step.name, func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, step.sql); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", step.number))
			return err
		})
		if err != nil {
			return err
		}
		d.log.Info("storage: database upgraded", "version", step.number)
	}
	return d.write.PingContext(ctx)
}
