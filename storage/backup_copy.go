package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/mattn/go-sqlite3"
)

const (
	// partSuffix ends the name of a copy that is not finished.
	partSuffix = ".part"
	// copyLock is the file in the state folder whose lock keeps copying and
	// replacing the database apart. It stays behind, as lockName does.
	copyLock = "salin.lock"

	// syncPause is how long a copy may grow before it is brought to the disk.
	// Measured: without, the sync at the end of 1 GB keeps a commit waiting for
	// 0.6 s; with 20 ms for up to 0.06 s, with 5 ms for up to 0.02 s.
	syncPause = 5 * time.Millisecond

	shared = syscall.LOCK_SH // for backups, of which several may run
	alone  = syscall.LOCK_EX // for Restore
)

// lockCopies takes copyLock, shared or alone, without waiting.
func lockCopies(dir string, how int) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, copyLock), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, explain(dir, err)
	}
	if err := syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB); err != nil {
		text := fmt.Sprintf("a backup or restore of %s is running; wait until it is done", dir)
		return nil, errors.Join(&stateError{text: text, kind: errInUse, cause: err}, file.Close())
	}
	return file, nil
}

// copying is a copy of the database that is being written. Its lock tells it
// from one that a killed program left.
type copying struct {
	log  *slog.Logger
	path string
	file *os.File
}

// newCopy makes an empty file at path, readable to nobody else. What a killed
// program left there is overwritten; what a running one writes there is not.
func newCopy(log *slog.Logger, path string) (*copying, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if !claim(file) {
		text := fmt.Sprintf("%s is being written by another tanyanetral; wait until it is done", path)
		return nil, errors.Join(&stateError{text: text, kind: errInUse}, file.Close())
	}
	if err := errors.Join(removeJournal(path), file.Truncate(0), file.Chmod(0o600)); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	log.Debug("storage: copy begun")
	return &copying{log, path, file}, nil
}

// claim locks the file and reports whether it is ours alone and still stands
// under its name.
func claim(file *os.File) bool {
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return false
	}
	mine, err1 := file.Stat()
	named, err2 := os.Lstat(file.Name())
	return err1 == nil && err2 == nil && os.SameFile(mine, named)
}

// removeJournal removes what SQLite keeps beside a copy while it writes it.
func removeJournal(path string) error {
	if err := os.Remove(path + "-journal"); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// discard ends the copy and removes its file, if that still has its name. It
// is the last call, after whatever else.
func (c *copying) discard() {
	if claim(c.file) {
		_ = errors.Join(removeJournal(c.path), os.Remove(c.path)) // else the next copy or Rotate does
	}
	_ = c.file.Close() // what had to be on the disk was synced
}

// paced runs work, which writes the copy, and meanwhile brings to the disk what
// it wrote, little by little: whoever commits at the same time would have to
// wait for all of it.
func (c *copying) paced(work func() error) error {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		pause := time.NewTicker(syncPause)
		defer pause.Stop()
		for {
			select {
			case <-done:
				return
			case <-pause.C:
				_ = c.file.Sync() // publish syncs again, and tells
			}
		}
	}()
	defer func() {
		close(done)
		<-ended
	}()
	return work()
}

// publish gives the finished copy its name and returns its size. It replaces
// no file.
func (c *copying) publish(to string) (size int64, err error) {
	info, err := c.file.Stat()
	if err != nil {
		return 0, err
	}
	if err := c.file.Sync(); err != nil {
		return 0, explainCopy(to, err)
	}
	c.log.Debug("storage: copy synced")
	if err := c.rename(to); err != nil {
		return 0, explainCopy(to, err)
	}
	c.log.Debug("storage: copy named")
	return info.Size(), syncFolder(filepath.Dir(to))
}

// rename moves the copy to a name that must be free.
func (c *copying) rename(to string) error {
	err := os.Link(c.path, to) // unlike a rename, it never replaces a file
	if errors.Is(err, fs.ErrExist) {
		return vacant(to)
	}
	if err == nil {
		c.log.Debug("storage: copy linked")
		return os.Remove(c.path)
	}
	// Memory sticks and shares may know no links; there a look has to do.
	if err := vacant(to); err != nil {
		return err
	}
	return os.Rename(c.path, to)
}

// vacant returns ErrExists if anything stands at path.
func vacant(path string) error {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	text := path + " exists already and is not overwritten; choose another name"
	return &stateError{text: text, kind: ErrExists}
}

// syncFolder makes new names in a folder last through a loss of power.
func syncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// explainCopy is explain for a file outside the state folder.
func explainCopy(path string, err error) error {
	var known *stateError
	if err == nil || errors.As(err, &known) {
		return err
	}
	switch kind := kindOf(err); kind {
	case errFull:
		text := fmt.Sprintf("no space is left for %s; free some on its disk", path)
		return &stateError{text: text, kind: kind, cause: err}
	case errReadOnly:
		text := fmt.Sprintf("%s may not be written; give its folder to the user that runs tanyanetral", path)
		return &stateError{text: text, kind: kind, cause: err}
	}
	return err
}

// inspectCopy checks every page, key and constraint of a database file that
// nobody has open, and returns its version. It refuses another program's and
// one of a newer version than newest. In errors the file has the given name.
func inspectCopy(ctx context.Context, path, name string, newest int) (version int, err error) {
	// Immutable: the file is only read, and no side file appears beside it.
	query := url.Values{"mode": {"ro"}, "immutable": {"1"}}
	dsn := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: query.Encode()}
	hook := func(c *sqlite3.SQLiteConn) error { return prepareConn(c, 0) }
	pool := sql.OpenDB(connector{&sqlite3.SQLiteDriver{ConnectHook: hook}, dsn.String()})
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	var id int
	row := pool.QueryRowContext(ctx, `SELECT (SELECT user_version FROM pragma_user_version),
		(SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)`)
	if err := row.Scan(&version, &id, new(int)); err != nil {
		return 0, explainBackup(name, err)
	}
	if id != applicationID || version == 0 {
		return 0, explainBackup(name, errNotDatabase)
	}
	if version > newest {
		text := fmt.Sprintf("%s has version %d, but this program knows versions up to %d; "+
			"install the newer program", name, version, newest)
		return 0, &stateError{text: text, kind: errNewer}
	}
	var verdict string
	if err := pool.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return 0, explainBackup(name, err)
	}
	if verdict != "ok" { // what it reports names tables and pages, never what stands in them
		return 0, explainBackup(name, fmt.Errorf("%w (%s)", errCorrupt, verdict))
	}
	return version, nil
}

// explainBackup is explain for a file that should be a backup.
func explainBackup(path string, err error) error {
	kind := kindOf(err)
	switch {
	case kind == errNotDatabase || errors.Is(err, errNotDatabase):
		return &stateError{text: path + " is not a backup of tanyanetral", kind: errNotDatabase}
	case kind == errCorrupt || errors.Is(err, errCorrupt):
		return &stateError{text: path + " is damaged; take another backup", kind: errCorrupt, cause: err}
	}
	return fmt.Errorf("check %s: %w", path, err)
}
