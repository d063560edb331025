package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// appKey reads the key that seals chat ids in the database, and makes it on
// the first start. It belongs apart from the database and its backups: who
// has only one of the two learns no chat id.
func appKey(name string) (key [32]byte, err error) {
	key, err = readKey(name)
	if errors.Is(err, fs.ErrNotExist) {
		return newKey(name)
	}
	return key, err
}

// readKey reads the key and changes nothing; one that is not there yet is
// fs.ErrNotExist.
func readKey(name string) (key [32]byte, err error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return key, setupError{fmt.Errorf(
			"read the app key: %w; correct TANYANETRAL_KEY_FILE or its owner", err)}
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(data)))
	if err != nil || len(raw) != len(key) {
		return key, setupError{fmt.Errorf("%s is not an app key; restore the right file, or move this one away "+
			"and start again: open \"kabari saya\" requests are then lost", name)}
	}
	if info, err := os.Stat(name); err == nil && info.Mode().Perm()&0o077 != 0 {
		return key, setupError{fmt.Errorf("the app key %s can be read by others; run: chmod 600 %s",
			name, name)}
	}
	return [32]byte(raw), nil
}

// newKey makes the key file; one that appeared meanwhile is not overwritten.
func newKey(name string) (key [32]byte, err error) {
	rand.Read(key[:]) // never fails
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return key, setupError{fmt.Errorf("make the folder of the app key: %w", err)}
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return key, setupError{fmt.Errorf("make the app key: %w; correct TANYANETRAL_KEY_FILE", err)}
	}
	_, err = f.WriteString(hex.EncodeToString(key[:]) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return key, setupError{fmt.Errorf("write the app key: %w", err)}
	}
	return key, nil
}
