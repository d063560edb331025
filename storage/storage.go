// Package storage keeps, in one SQLite file of the state folder, what the
// program must remember: the questions that nobody could answer yet, who
// waits for their answers, what the staff changed and did, and which updates
// of Telegram were already worked on.
//
// It promises three things. An effect happens once: what belongs together is
// committed together, and is on the disk when a method returns. Nothing tells
// who asked: no name and no time of day stands near a question, and of a chat
// only the sealed id, if the asker wants to be told, under a key that lies
// elsewhere; rows have random ids, and Tidy takes the order of arrival out of
// the file. And trouble is named: every error that an operator can mend says which
// folder it is and what to do.
package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/mattn/go-sqlite3"
)

const (
	// fileName is the database inside the state folder.
	fileName = "tanyanetral.db"
	// busyWait is how long a connection waits for another program's lock. Our
	// own transactions take milliseconds; a copy by hand may take a second.
	busyWait = 5 * time.Second
	// readers is the size of the read pool: two for each core of the smallest
	// server that the office would rent.
	readers = 4
)

// DB is the open database of one state folder. Its methods may be called from
// several goroutines. Only Open makes a usable one.
type DB struct {
	log   *slog.Logger
	dir   string
	set   settings
	lock  *os.File
	seal  *sealer // nil without the app key
	read  *sql.DB // never changes anything
	write *sql.DB // one connection, so that writers queue here and not in SQLite
}

// settings are what the options of Open change.
type settings struct {
	now        func() time.Time
	migrations fs.FS
	busy       time.Duration
	maxPages   int       // 0: as many as the disk holds
	key        *[32]byte // the app key; nil: none
	beside     bool
}

// Option changes a setting of Open.
type Option func(*settings)

// WithNow sets the clock, which is otherwise time.Now. Its time zone decides
// which day it is.
func WithNow(now func() time.Time) Option {
	return func(s *settings) { s.now = now }
}

// Beside opens a database that another tanyanetral may be serving: the folder
// stays the other's, nothing is made or upgraded, and a missing database is
// fs.ErrNotExist. Commands on the server work so while the bot runs.
func Beside() Option {
	return func(s *settings) { s.beside = true }
}

// Open opens the database in the folder dir. A missing folder is made with
// mode 0700, a missing database with mode 0600; an older one is upgraded. The
// folder belongs to this DB until Close. Errors that an operator can mend,
// such as a folder in use or a newer database, say what to do.
func Open(ctx context.Context, log *slog.Logger, dir string, opts ...Option) (*DB, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open storage: %w", err)
	}
	d := &DB{log: log, dir: abs, set: settings{now: time.Now, migrations: embedded, busy: busyWait}}
	for _, opt := range opts {
		opt(&d.set)
	}
	if d.seal, err = newSealer(d.set.key); err != nil {
		return nil, fmt.Errorf("open storage: prepare the app key: %w", err)
	}
	if err := d.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open storage: %w", explain(abs, err)), d.Close())
	}
	return d, nil
}

// open claims the folder first and looks at the database before anything is
// written to it.
func (d *DB) open(ctx context.Context) error {
	known, err := readMigrations(d.set.migrations)
	if err != nil {
		return err
	}
	if d.set.beside {
		return d.openBeside(ctx, len(known))
	}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return err
	}
	if d.lock, err = lockFolder(d.dir); err != nil {
		return err
	}
	if err := d.keepPrivate(); err != nil {
		return err
	}
	d.openRead()
	version, err := d.inspect(ctx, len(known))
	if err != nil {
		return err
	}
	d.openWrite()
	if err := d.migrate(ctx, version, known); err != nil {
		return err
	}
	return d.checkKey(ctx)
}

func (d *DB) openRead() {
	d.read = d.pool(readers, url.Values{"_txlock": {"deferred"}, "_query_only": {"on"}})
}

func (d *DB) openWrite() {
	d.write = d.pool(1, url.Values{"_txlock": {"immediate"}, "_journal_mode": {"WAL"}})
}

// openBeside opens the database as it is.
func (d *DB) openBeside(ctx context.Context, newest int) error {
	if _, err := os.Stat(filepath.Join(d.dir, fileName)); err != nil {
		return err
	}
	d.openRead()
	version, err := d.inspect(ctx, newest)
	if err != nil {
		return err
	}
	if version < newest {
		return fmt.Errorf("the database has version %d and this program %d; start tanyanetral serve once, "+
			"which upgrades it", version, newest)
	}
	d.openWrite()
	return nil
}

// keepPrivate makes the database file, or takes it away from other users if a
// copy left it readable to them. SQLite gives its side files the same mode.
func (d *DB) keepPrivate() error {
	if info, err := os.Stat(d.dir); err != nil {
		return err
	} else if info.Mode().Perm()&0o077 != 0 {
		d.log.Warn("storage: state folder is open to other users", "folder", d.dir, "mode",
			info.Mode().Perm())
	}
	file, err := os.OpenFile(filepath.Join(d.dir, fileName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(file.Chmod(0o600), file.Close())
}

// pool prepares connections to the database; the first use opens one.
func (d *DB) pool(size int, params url.Values) *sql.DB {
	params.Set("_busy_timeout", strconv.FormatInt(d.set.busy.Milliseconds(), 10))
	params.Set("_foreign_keys", "on")
	params.Set("_secure_delete", "on")
	params.Set("_synchronous", "FULL")
	path := filepath.Join(d.dir, fileName)
	dsn := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: params.Encode()}
	hook := func(c *sqlite3.SQLiteConn) error { return prepareConn(c, d.set.maxPages) }
	pool := sql.OpenDB(connector{&sqlite3.SQLiteDriver{ConnectHook: hook}, dsn.String()})
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	return pool
}

// prepareConn sets what the driver's DSN has no word for, on every connection
// like the DSN itself: a schema that somebody tampered with may not call
// functions, and sorting or VACUUM leave no copy in the system's temp folder.
func prepareConn(c *sqlite3.SQLiteConn, maxPages int) error {
	pragmas := "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;"
	if maxPages > 0 {
		pragmas += fmt.Sprintf("PRAGMA max_page_count = %d;", maxPages)
	}
	_, err := c.ExecContext(context.Background(), pragmas, nil)
	return err
}

// connector opens connections with its own driver value, so that nothing is
// registered for the whole program.
type connector struct {
	driver *sqlite3.SQLiteDriver
	dsn    string
}

// Connect opens one connection; the busy timeout bounds it.
func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }

// Driver is asked for by database/sql.
func (c connector) Driver() driver.Driver { return c.driver }

// Close ends the connections, folds the write-ahead log into the database and
// gives the folder free. The caller's methods must have returned; a second
// Close does nothing.
func (d *DB) Close() error {
	var errs []error
	for _, pool := range []*sql.DB{d.read, d.write} {
		if pool != nil {
			errs = append(errs, pool.Close())
			drain(pool)
		}
	}
	if d.lock != nil {
		if err := d.lock.Close(); !errors.Is(err, os.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close storage: %w", explain(d.dir, err))
	}
	return nil
}

// drain waits for the connections of a closed pool. A transaction whose context
// ended is rolled back by database/sql on a goroutine of its own, and may still
// be when its method has returned; only the last connection to go folds the log
// into the database. That takes microseconds; no longer than a lock is waited.
func drain(pool *sql.DB) {
	for end := time.Now().Add(busyWait); pool.Stats().OpenConnections > 0 && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
}

// Tidy writes the database anew in the order of its keys and empties the
// write-ahead log. Without it both still show, to somebody who reads the
// file's bytes, in which order the latest rows came, which update came with
// which row, and what was deleted. Call it at start and once a day; writers
// wait meanwhile. It needs free space of about twice the database.
func (d *DB) Tidy(ctx context.Context) error {
	if _, err := d.write.ExecContext(ctx, "VACUUM"); err != nil {
		return fmt.Errorf("tidy storage: %w", explain(d.dir, err))
	}
	var busy, frames, moved int
	row := d.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	if err := row.Scan(&busy, &frames, &moved); err != nil {
		return fmt.Errorf("tidy storage: empty the log: %w", explain(d.dir, err))
	}
	if busy != 0 {
		return errors.New("tidy storage: the log could not be emptied because somebody is reading; try again")
	}
	if err := d.dropCopies(); err != nil {
		return fmt.Errorf("tidy storage: %w", explain(d.dir, err))
	}
	return nil
}

// change runs work in a transaction that may write. Nothing of it stays when
// work or the commit fails.
func (d *DB) change(ctx context.Context, what string, work func(*sql.Tx) error) error {
	return d.inTx(ctx, d.write, what, work)
}

// look runs work in a transaction that sees one state of the database.
func (d *DB) look(ctx context.Context, what string, work func(*sql.Tx) error) error {
	return d.inTx(ctx, d.read, what, work)
}

// inTx begins, runs work and commits; the error says what was being done.
func (d *DB) inTx(ctx context.Context, pool *sql.DB, what string, work func(*sql.Tx) error) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: begin: %w", what, explain(d.dir, err))
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it has nothing to do, else the first error counts
	if err := work(tx); err != nil {
		return fmt.Errorf("%s: %w", what, explain(d.dir, err))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: commit: %w", what, explain(d.dir, err))
	}
	return nil
}

// eachRow runs a query and hands every row to scan.
func eachRow(ctx context.Context, tx *sql.Tx, scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
