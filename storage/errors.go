package storage

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/mattn/go-sqlite3"
)

// What can be wrong with a state folder and is for the operator to mend. The
// errors that wrap these name the folder and the next step.
var (
	// errInUse means that another program holds the folder or the database.
	errInUse = errors.New("state is in use")
	// errReadOnly means that the folder or a file in it may not be written.
	errReadOnly = errors.New("state is read-only")
	// errFull means that the disk, or the user's share of it, is used up.
	errFull = errors.New("disk is full")
	// errNotDatabase means that the file is no database of this program.
	errNotDatabase = errors.New("not a tanyanetral database")
	// errCorrupt means that the database is damaged.
	errCorrupt = errors.New("database is damaged")
	// errNewer means that a newer program has upgraded the database.
	errNewer = errors.New("database is newer than the program")
)

// errTooLong is returned for a question of more than knowledge.MaxGap
// characters; the caller has to cut it, because only the caller can scrub it.
var errTooLong = errors.New("text is too long to be kept")

// stateError is one of the kinds above with a text that tells the operator
// which folder it is and what to do.
type stateError struct {
	text  string
	kind  error
	cause error // nil when the text says it all
}

// Error is the text and, after it, what the driver or the system said.
func (e *stateError) Error() string {
	if e.cause == nil {
		return e.text
	}
	return e.text + ": " + e.cause.Error()
}

// Busy tells that the same may be done again in a moment.
func (e *stateError) Busy() bool { return errors.Is(e.kind, errInUse) }

// Unwrap gives the kind and the cause.
func (e *stateError) Unwrap() []error {
	if e.cause == nil {
		return []error{e.kind}
	}
	return []error{e.kind, e.cause}
}

// explain puts the operator's words before an error of the driver or the
// system that an operator can mend, and leaves every other error as it is.
func explain(dir string, err error) error {
	var known *stateError
	if err == nil || errors.As(err, &known) {
		return err
	}
	kind := kindOf(err)
	if kind == nil {
		return err
	}
	return &stateError{text: advice(kind, dir), kind: kind, cause: err}
}

// kindOf finds the kind of an error, or nil. The driver returns
// sqlite3.Error as a value, never as a pointer.
func kindOf(err error) error {
	var errno syscall.Errno
	var failed sqlite3.Error
	if errors.As(err, &failed) {
		if kind := kindOfCode(failed.Code); kind != nil {
			return kind
		}
		errno = failed.SystemErrno
	} else if !errors.As(err, &errno) {
		return nil
	}
	switch errno {
	case syscall.EACCES, syscall.EPERM, syscall.EROFS:
		return errReadOnly
	case syscall.ENOSPC, syscall.EDQUOT:
		return errFull
	}
	return nil
}

// kindOfCode finds the kind for SQLite's result code, or nil where the
// system's error number has to tell.
func kindOfCode(code sqlite3.ErrNo) error {
	switch code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return errInUse
	case sqlite3.ErrReadonly, sqlite3.ErrPerm:
		return errReadOnly
	case sqlite3.ErrFull:
		return errFull
	case sqlite3.ErrNotADB:
		return errNotDatabase
	case sqlite3.ErrCorrupt:
		return errCorrupt
	}
	return nil
}

// advice is what the operator reads: what is wrong with which folder, and the
// next step.
func advice(kind error, dir string) string {
	var text string
	switch kind {
	case errInUse:
		text = "database in %s is kept locked by another program; close it (a copy, sqlite3) and try again"
	case errReadOnly:
		text = "state folder %s may not be written; give it and its files to the user that runs tanyanetral, " +
			"and mount it writable"
	case errFull:
		text = "no space is left for %s; free some on its disk, nothing saved so far is lost"
	case errNotDatabase:
		text = fileName + " in %s is not a tanyanetral database; " +
			"move it away to start empty, or restore a backup"
	case errCorrupt:
		text = "database in %s is damaged; keep a copy of the folder and restore the newest backup"
	}
	return fmt.Sprintf(text, dir)
}
