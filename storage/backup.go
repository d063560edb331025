package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
)

// plainCopy is the copy inside the state folder from which a sealed backup is
// made, so that nothing readable ever lies where the backups are kept.
const plainCopy = fileName + ".salinan"

// BackupFolder is the folder inside the state folder for backups whose place
// nobody chose; the one before an upgrade of the database goes there.
const BackupFolder = "cadangan"

// Errors of backups, as the others for the operator to mend.
var (
	// ErrExists means that a file stands where one is to be written.
	ErrExists = errors.New("file exists")
	// errSealed means that a backup is sealed and no key that opens it was given.
	errSealed = errors.New("backup is sealed")
)

// Backup writes a copy of the database, as it is at this moment, to the file
// to, with mode 0600. Writers go on meanwhile. The copy has been opened and
// checked, and is on the disk, when the file appears; until then it has a
// further suffix. A file that exists is never replaced (ErrExists). The app
// key is not in it, nor what was deleted.
func (d *DB) Backup(ctx context.Context, to string) error {
	return d.backup(ctx, to, nil)
}

// BackupSealed is Backup, sealed to recipient, an age public key (age1…).
// Whoever has the private key reads the backup, nobody else.
func (d *DB) BackupSealed(ctx context.Context, to, recipient string) error {
	key, err := age.ParseX25519Recipient(recipient)
	if err != nil { // not repeated: somebody may have given the private key by mistake
		return errors.New("backup: the key to seal to is no age public key; one begins with age1")
	}
	return d.backup(ctx, to, key)
}

// BackupOf backs up the database of a state folder that may be in use by
// another tanyanetral, sealed to recipient unless that is empty.
func BackupOf(ctx context.Context, log *slog.Logger, dir, to, recipient string) error {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	d := &DB{log: log, dir: abs, set: settings{now: time.Now, migrations: embedded, busy: busyWait}}
	if _, err := os.Stat(filepath.Join(abs, fileName)); err != nil {
		return fmt.Errorf("backup: no database is in %s: %w", abs, err)
	}
	if recipient == "" {
		return d.Backup(ctx, to)
	}
	return d.BackupSealed(ctx, to, recipient)
}

// backup makes the copy, sealed unless key is nil.
func (d *DB) backup(ctx context.Context, to string, key age.Recipient) error {
	start := time.Now() // for the duration in the log, which no setting of the clock may bend
	size, err := d.copyTo(ctx, to, key)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	d.log.Info("storage: backup made", "file", filepath.Base(to), "bytes", size, "sealed", key != nil,
		"ms", time.Since(start).Milliseconds())
	return nil
}

// copyTo does the work of backup and returns the size of the file.
func (d *DB) copyTo(ctx context.Context, to string, key age.Recipient) (size int64, err error) {
	if to, err = filepath.Abs(to); err != nil {
		return 0, err
	}
	if err := vacant(to); err != nil {
		return 0, err
	}
	lock, err := lockCopies(d.dir, shared)
	if err != nil {
		return 0, err
	}
	defer lock.Close()
	place := to + partSuffix
	if key != nil {
		place = filepath.Join(d.dir, plainCopy)
	}
	c, err := newCopy(d.log, place)
	if err != nil {
		return 0, explainCopy(place, err)
	}
	defer c.discard()
	if err := d.fill(ctx, c); err != nil {
		return 0, err
	}
	if key == nil {
		return c.publish(to)
	}
	return c.sealTo(ctx, to, key)
}

// fill writes the database into the copy and checks what came of it.
func (d *DB) fill(ctx context.Context, c *copying) error {
	known, err := readMigrations(d.set.migrations)
	if err != nil {
		return err
	}
	// A connection of its own: the readers' refuse VACUUM, the writers' has to stay free.
	pool := d.pool(1, url.Values{"mode": {"rw"}})
	err = c.paced(func() error {
		_, err := pool.ExecContext(ctx, "VACUUM INTO ?", c.path)
		return err
	})
	if err := errors.Join(err, pool.Close()); err != nil {
		if kind := kindOf(err); kind == errFull || kind == errReadOnly {
			return explainCopy(c.path, err)
		}
		return explain(d.dir, err)
	}
	c.log.Debug("storage: copy written")
	if _, err := inspectCopy(ctx, c.path, c.path, len(known)); err != nil {
		return err
	}
	c.log.Debug("storage: copy checked")
	return nil
}

// sealTo makes the file to out of the copy, for the owner of key.
func (c *copying) sealTo(ctx context.Context, to string, key age.Recipient) (size int64, err error) {
	sealed, err := newCopy(c.log, to+partSuffix)
	if err != nil {
		return 0, explainCopy(to, err)
	}
	defer sealed.discard()
	if _, err := c.file.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	body, err := age.Encrypt(sealed.file, key)
	if err != nil {
		return 0, err
	}
	err = sealed.paced(func() error {
		_, err := io.Copy(body, reader{ctx, c.file})
		return err
	})
	if err := errors.Join(err, body.Close()); err != nil {
		return 0, explainCopy(to, err)
	}
	c.log.Debug("storage: copy sealed")
	return sealed.publish(to)
}

// reader ends with the context's error when that is done.
type reader struct {
	ctx  context.Context
	from io.Reader
}

// Read reads, unless nobody waits for it any more.
func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}

// backupBefore backs the database up, into BackupFolder, before steps are
// applied to one of the given version.
func (d *DB) backupBefore(ctx context.Context, version int) error {
	folder := filepath.Join(d.dir, BackupFolder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	at := d.set.now()
	to := filepath.Join(folder, BackupName(at))
	for vacant(to) != nil { // a further upgrade within the second
		at = at.Add(time.Second)
		to = filepath.Join(folder, BackupName(at))
	}
	if err := d.Backup(ctx, to); err != nil {
		return fmt.Errorf("before the upgrade: %w", err)
	}
	d.log.Info("storage: backup before the upgrade", "version", version, "file", to)
	return nil
}

// dropCopies removes the readable copies of the database that a killed backup
// or restore left in the state folder.
func (d *DB) dropCopies() error {
	left := func(name string) error { return removeLeft(filepath.Join(d.dir, name)) }
	return errors.Join(left(plainCopy), left(restoreCopy))
}

// Size returns how many bytes the database takes on the disk, its write-ahead
// log included.
func (d *DB) Size(ctx context.Context) (bytes int64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, fmt.Errorf("size of the database: %w", err)
	}
	for _, name := range []string{fileName, fileName + "-wal"} {
		info, err := os.Stat(filepath.Join(d.dir, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) { // the log may be missing
			return 0, fmt.Errorf("size of the database: %w", err)
		}
		if err == nil {
			bytes += info.Size()
		}
	}
	return bytes, nil
}
