package storage

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
)

// Errors about chat ids, which are kept sealed or not at all.
var (
	// errNoKey means that the database was opened without the app key, so that
	// no chat id can be kept or read.
	errNoKey = errors.New("opened without the app key")
	// ErrOtherKey means that a chat id was sealed under another app key.
	ErrOtherKey = errors.New("sealed under another app key")
)

// sealInfo sets the key of this purpose apart from others made of the app key.
const sealInfo = "tanyanetral chat ids"

// WithKey gives the app key, which is kept apart from the database. Without
// it nobody can wait for an answer and no reply can be held.
func WithKey(key [32]byte) Option {
	return func(s *settings) { s.key = &key }
}

// sealer seals chat ids with AES-256-GCM; every sealing takes a new random
// nonce, so that the same chat never looks the same. The nil sealer refuses.
type sealer struct {
	aead cipher.AEAD
}

// newSealer derives the key for chat ids; without an app key there is none.
func newSealer(app *[32]byte) (*sealer, error) {
	if app == nil {
		return nil, nil
	}
	key, err := hkdf.Key(sha256.New, app[:], nil, sealInfo, len(app))
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &sealer{aead}, nil
}

// seal hides a chat id; it can be opened for the same row only. All chat ids
// give the same number of bytes.
func (s *sealer) seal(chat int64, table string, row []byte) ([]byte, error) {
	if s == nil {
		return nil, errNoKey
	}
	plain := binary.BigEndian.AppendUint64(nil, uint64(chat))
	return s.aead.Seal(nil, nil, plain, place(table, row)), nil
}

// open reads the chat id that was sealed for a row.
func (s *sealer) open(sealed []byte, table string, row []byte) (int64, error) {
	if s == nil {
		return 0, errNoKey
	}
	plain, err := s.aead.Open(nil, nil, sealed, place(table, row))
	if err != nil || len(plain) != 8 {
		return 0, ErrOtherKey
	}
	return int64(binary.BigEndian.Uint64(plain)), nil
}

// place is what binds a sealed chat id to its row.
func place(table string, row []byte) []byte { return append([]byte(table+" "), row...) }
