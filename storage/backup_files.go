package storage

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	// backupLayout is the name of a backup for time.Format; the time is UTC, so
	// that the alphabet is the order of age.
	backupLayout = "tanyanetral-20060102-150405.db"
	// sealedSuffix follows it on sealed backups.
	sealedSuffix = ".age"
)

// BackupName is the name of a backup made at the given time, by which Rotate
// and NewestBackup know it. A sealed one has ".age" after it.
func BackupName(at time.Time) string {
	return at.UTC().Format(backupLayout)
}

// backupTime reads the time off a backup's name; false: it is another file.
func backupTime(name string) (time.Time, bool) {
	name = strings.TrimSuffix(name, sealedSuffix)
	at, err := time.Parse(backupLayout, name)
	return at, err == nil && name == BackupName(at)
}

// Rotate removes all but the keep newest backups (by their names) of a folder
// and what backups that were killed left there. Other files stay. One that
// names a time more than a day after now was made under a wrong clock and
// counts as the oldest: it would never go otherwise, and one made while the
// clock is behind would go at once. Rotate goes on after a file that cannot be
// removed, and returns how many backups it removed.
//
// What was erased from the database lives on in backups: it is keep, and how
// often they are made, that ends it. While none can be made the earlier ones
// stay, however old: they are all there is.
func Rotate(dir string, keep int, now time.Time) (removed int, err error) {
	if keep < 1 {
		return 0, fmt.Errorf("rotate backups: cannot keep %d of them", keep)
	}
	names, err := backups(dir)
	if err != nil {
		return 0, fmt.Errorf("rotate backups: %w", err)
	}
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(ahead(b, now), ahead(a, now))
	})
	return rotated(dir, names[:max(0, len(names)-keep)])
}

// Expire removes the backups of a folder that were made more than so many days
// before now, the newest too, and what backups that were killed left there. It
// is for those that are made now and then, as before an upgrade: a number of
// them would keep for years what was erased meanwhile.
func Expire(dir string, days int, now time.Time) (removed int, err error) {
	names, err := backups(dir)
	if err != nil {
		return 0, fmt.Errorf("expire backups: %w", err)
	}
	return rotated(dir, slices.DeleteFunc(names, func(name string) bool {
		at, _ := backupTime(name)
		return !at.Before(now.AddDate(0, 0, -days))
	}))
}

// ahead is 1 for a backup that names a time to come, and 0 for others.
func ahead(name string, now time.Time) int {
	if at, _ := backupTime(name); at.After(now.AddDate(0, 0, 1)) {
		return 1
	}
	return 0
}

// rotated removes the named backups of a folder, and unfinished ones.
func rotated(dir string, names []string) (removed int, err error) {
	errs := []error{removeParts(dir)}
	for _, name := range names {
		path := filepath.Join(dir, name)
		if err := os.Remove(path); err != nil {
			errs = append(errs, explainCopy(path, err))
			continue
		}
		removed++
	}
	if err := errors.Join(errs...); err != nil {
		return removed, fmt.Errorf("remove old backups: %w", err)
	}
	return removed, nil
}

// NewestBackup returns when the newest backup of a folder was made and its
// name, both empty if there is none or no such folder.
func NewestBackup(dir string) (at time.Time, name string, err error) {
	names, err := backups(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, "", fmt.Errorf("newest backup: %w", err)
	}
	if len(names) == 0 {
		return time.Time{}, "", nil
	}
	name = names[len(names)-1]
	at, _ = backupTime(name)
	return at, name, nil
}

// backups lists the backups of a folder, the oldest first.
func backups(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if _, ok := backupTime(e.Name()); ok && e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// removeParts removes unfinished copies that nobody is writing.
func removeParts(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), partSuffix)
		if _, ours := backupTime(name); ok && ours && e.Type().IsRegular() {
			errs = append(errs, removeLeft(filepath.Join(dir, e.Name())))
		}
	}
	return errors.Join(errs...)
}

// removeLeft removes a file unless a running program holds its lock.
func removeLeft(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	if !claim(file) {
		return nil
	}
	return errors.Join(removeJournal(path), os.Remove(path))
}
