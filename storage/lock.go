package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lockName is the file whose lock says that the folder is in use. It stays
// behind: to remove it would let a third program lock a file that a second
// one has just opened.
const lockName = "kunci.lock"

// lockFolder claims the folder for this process until the returned file is
// closed or the process ends, however it ends. It does not wait: a second
// program learns at once, by errInUse, that it is the second.
func lockFolder(dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return file, nil
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		text := fmt.Sprintf("state folder %s is in use by another tanyanetral; stop that one first, "+
			"or give this one its own folder", dir)
		err = &stateError{text: text, kind: errInUse}
	} else {
		err = fmt.Errorf("lock %s: %w", file.Name(), err)
	}
	return nil, errors.Join(err, file.Close())
}
