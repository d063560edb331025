package report

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"

	"filippo.io/age"
)

const (
	// block is the unit to which every plaintext is padded, as Hush Line does, so
	// that the length of what is stored tells little of what was written.
	block = 512
	// head is the length of the true length at the start of the padded text.
	head = 8
)

// seal pads and encrypts data to all recipients, in random order.
func seal(data []byte, to ...age.Recipient) ([]byte, error) {
	shuffle(to)
	size := (head + len(data) + block - 1) / block * block
	var buf bytes.Buffer
	buf.Grow(size + size/4096 + 200*len(to) + 200) // age adds 16 bytes per 64 KiB and a header
	w, err := age.Encrypt(&buf, to...)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	var length [head]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(data)))
	for _, piece := range [][]byte{length[:], data, make([]byte, size-head-len(data))} {
		if _, err := w.Write(piece); err != nil {
			return nil, fmt.Errorf("seal: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return buf.Bytes(), nil
}

// unseal is the inverse of seal; ErrNotForYou if the key is not among those to
// which it was sealed.
func unseal(sealed []byte, key age.Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), key)
	if err != nil {
		var none *age.NoIdentityMatchError
		if errors.As(err, &none) {
			return nil, ErrNotForYou
		}
		return nil, fmt.Errorf("unseal: %w", err)
	}
	padded := bytes.NewBuffer(make([]byte, 0, len(sealed)))
	if _, err := padded.ReadFrom(r); err != nil {
		return nil, fmt.Errorf("unseal: %w", err)
	}
	return unpad(padded.Bytes())
}

// unpad takes the padding off and refuses what seal would not have made.
func unpad(padded []byte) ([]byte, error) {
	if len(padded) < head || len(padded)%block != 0 {
		return nil, fmt.Errorf("unseal: %w", io.ErrUnexpectedEOF)
	}
	n := binary.BigEndian.Uint64(padded)
	if n > uint64(len(padded)-head) {
		return nil, fmt.Errorf("unseal: %w", io.ErrUnexpectedEOF)
	}
	return padded[head : head+n], nil
}

// dummy is a recipient whose private key nobody has.
func dummy() (age.Recipient, error) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fmt.Errorf("make a recipient: %w", err)
	}
	return key.Recipient(), nil
}

// recipients reads age public keys.
func recipients(keys ...string) ([]age.Recipient, error) {
	out := make([]age.Recipient, 0, len(keys))
	for _, k := range keys {
		r, err := age.ParseX25519Recipient(k)
		if err != nil {
			return nil, fmt.Errorf("read a public key: %w", ErrBadKey)
		}
		out = append(out, r)
	}
	return out, nil
}

// sealFor seals to the owners of age public keys.
func sealFor(data []byte, keys ...string) ([]byte, error) {
	to, err := recipients(keys...)
	if err != nil {
		return nil, err
	}
	return seal(data, to...)
}

// shuffle takes away what the order of recipients would tell.
func shuffle(to []age.Recipient) {
	for i := len(to) - 1; i > 0; i-- {
		j := below(i + 1)
		to[i], to[j] = to[j], to[i]
	}
}

// below draws a number from 0 to n-1.
func below(n int) int {
	v, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic("report: no randomness: " + err.Error()) // crypto/rand.Reader never fails
	}
	return int(v.Int64())
}

// newID draws a random id of 128 bits, in hex.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand stops the program instead
	return hex.EncodeToString(b[:])
}
