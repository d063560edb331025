package storage

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"
)

const (
	// restoreCopy is the backup on its way into the state folder.
	restoreCopy = fileName + ".restore"
	// keptName is the database that a restore replaced.
	keptName = fileName + ".before-restore"
	// sealedBegin is how every file of age begins.
	sealedBegin = "age-encryption.org/"
)

// sideSuffixes end the names of the files that SQLite has beside a database.
// Left beside another database, they would damage it.
func sideSuffixes() []string { return []string{"-wal", "-journal", "-shm"} }

// Restore puts a backup in the place of the database in the state folder dir,
// which must not be in use. The backup is checked first: it must be ours,
// whole and not newer than the program. A database that is there is replaced
// only with overwrite (else ErrExists) and stays beside as
// tanyanetral.db.before-restore, in place of an earlier one. However it ends,
// the folder has either the one or the other.
func Restore(ctx context.Context, log *slog.Logger, dir, from string, overwrite bool) error {
	return restore(ctx, log, dir, from, nil, overwrite)
}

// RestoreSealed is Restore from a sealed backup with its private key
// (AGE-SECRET-KEY-1…).
func RestoreSealed(ctx context.Context, log *slog.Logger, dir, from, key string, overwrite bool) error {
	identity, err := age.ParseX25519Identity(strings.TrimSpace(key))
	if err != nil { // not repeated, because it is a secret
		return errors.New("restore: the key is no age private key; one begins with AGE-SECRET-KEY-1")
	}
	return restore(ctx, log, dir, from, identity, overwrite)
}

// restoring is a restore under way.
type restoring struct {
	log  *slog.Logger
	dir  string
	path string // of the database
	busy time.Duration
}

// restore restores from a plain backup, or a sealed one if there is a key.
func restore(
	ctx context.Context, log *slog.Logger, dir, from string, key age.Identity, overwrite bool,
) error {
	abs, err := filepath.Abs(dir)
	if err == nil {
		r := restoring{log, abs, filepath.Join(abs, fileName), busyWait}
		err = r.run(ctx, from, key, overwrite)
	}
	if err != nil {
		return fmt.Errorf("restore: %w", explain(abs, err))
	}
	log.Info("storage: backup restored", "file", filepath.Base(from), "folder", abs)
	return nil
}

// run claims the folder, brings the backup beside the database, checks it
// there, and changes places.
func (r restoring) run(ctx context.Context, from string, key age.Identity, overwrite bool) error {
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return err
	}
	lock, err := lockFolder(r.dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	copies, err := lockCopies(r.dir, alone)
	if err != nil {
		return err
	}
	defer copies.Close()
	there, err := r.present()
	if err != nil {
		return err
	}
	if there && !overwrite {
		text := r.path + " exists; say that it is to be overwritten, then it stays beside as " + keptName
		return &stateError{text: text, kind: ErrExists}
	}
	c, err := newCopy(r.log, filepath.Join(r.dir, restoreCopy))
	if err != nil {
		return err
	}
	defer c.discard()
	if err := r.fetch(ctx, c, from, key); err != nil {
		return err
	}
	if there {
		if err := r.keep(ctx); err != nil {
			return err
		}
	}
	return r.replace(c, there)
}

// present reports whether there is a database, be it a broken one. An empty
// file is none.
func (r restoring) present() (bool, error) {
	info, err := os.Stat(r.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && info.Size() > 0, err
}

// fetch reads the backup into the copy and checks it.
func (r restoring) fetch(ctx context.Context, c *copying, from string, key age.Identity) error {
	if info, err := os.Stat(from + "-wal"); err == nil && info.Size() > 0 {
		text := from + " is a database in use, not a backup; make one with tanyanetral backup"
		return &stateError{text: text, kind: errInUse}
	}
	file, err := os.Open(from)
	if err != nil { // in our words, or it would be taken for the state folder's
		return &stateError{text: from + " cannot be read: " + err.Error(), kind: err}
	}
	defer file.Close()
	plain, err := unsealed(bufio.NewReader(reader{ctx, file}), from, key)
	if err != nil {
		return err
	}
	if _, err := io.Copy(c.file, plain); err != nil {
		if key != nil && ctx.Err() == nil && kindOf(err) == nil { // what no system call says, age says
			return explainBackup(from, fmt.Errorf("%w: %w", errCorrupt, err))
		}
		return fmt.Errorf("read the backup: %w", err)
	}
	if err := c.file.Sync(); err != nil {
		return err
	}
	r.log.Debug("storage: backup read")
	known, err := readMigrations(embedded)
	if err != nil {
		return err
	}
	if _, err := inspectCopy(ctx, c.path, from, len(known)); err != nil {
		return err
	}
	r.log.Debug("storage: backup checked")
	return nil
}

// unsealed is the content of a backup, sealed or not.
func unsealed(file *bufio.Reader, from string, key age.Identity) (io.Reader, error) {
	begin, _ := file.Peek(len(sealedBegin)) // a shorter file is no backup, which the check will find
	if string(begin) != sealedBegin {
		return file, nil
	}
	if key == nil {
		return nil, &stateError{text: from + " is sealed; give the private key that opens it",
			kind: errSealed}
	}
	plain, err := age.Decrypt(file, key)
	var other *age.NoIdentityMatchError
	if errors.As(err, &other) {
		return nil, &stateError{text: from + " is sealed to another key than the one given", kind: errSealed}
	}
	if err != nil {
		return nil, explainBackup(from, fmt.Errorf("%w: %w", errCorrupt, err))
	}
	return plain, nil
}

// keep gives the database that is there a second name, under which it stays
// when another takes the first.
func (r restoring) keep(ctx context.Context) error {
	kept := filepath.Join(r.dir, keptName)
	if err := r.fold(ctx); err != nil {
		if kind := kindOf(err); kind != errCorrupt && kind != errNotDatabase {
			return err
		}
		r.log.Warn("storage: the database that is replaced cannot be read; it is kept as it is")
	}
	for _, suffix := range append(sideSuffixes(), "") { // of an earlier restore
		if err := os.Remove(kept + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	r.log.Debug("storage: earlier database forgotten")
	if err := os.Link(r.path, kept); err != nil {
		return err
	}
	r.log.Debug("storage: database kept")
	return syncFolder(r.dir)
}

// fold brings the database into one file, without a write-ahead log, and
// proves that nobody else has it open.
func (r restoring) fold(ctx context.Context) error {
	d := &DB{log: r.log, dir: r.dir, set: settings{busy: r.busy}}
	pool := d.pool(1, url.Values{"mode": {"rw"}})
	var mode string
	err := pool.QueryRowContext(ctx, "PRAGMA journal_mode = DELETE").Scan(&mode)
	if err := errors.Join(err, pool.Close()); err != nil {
		return err
	}
	if mode != "delete" {
		return &stateError{text: advice(errInUse, r.dir), kind: errInUse}
	}
	r.log.Debug("storage: database folded")
	return nil
}

// replace puts the copy in the place of the database. Side files that are
// still there belong to a database that could not be read, with which they
// stay, or to none.
func (r restoring) replace(c *copying, there bool) error {
	for _, suffix := range sideSuffixes() {
		var err error
		if there && suffix != "-shm" { // which is only an index of the log
			err = os.Rename(r.path+suffix, filepath.Join(r.dir, keptName+suffix))
		} else {
			err = os.Remove(r.path + suffix)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := syncFolder(r.dir); err != nil {
		return err
	}
	r.log.Debug("storage: side files moved")
	if err := os.Rename(c.path, r.path); err != nil {
		return err
	}
	r.log.Debug("storage: database replaced")
	return syncFolder(r.dir)
}
