package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"filippo.io/age"
)

const (
	// wrapWork is the work factor (log2 of N) of new wrapped keys: 64 MiB and
	// about a quarter of a second. It may be low, as the passphrase is drawn.
	wrapWork = 16
	// maxWork is the highest one that is opened: the age tool's own choice.
	maxWork = 18
	// words of two syllables of 16 consonants and 5 vowels: 14 syllables of
	// 6.32 bits are 88 bits, above the 80 that were asked for.
	words       = 7
	syllables   = 2
	consonants  = "bcdghjklmnprstwy"
	vowels      = "aiueo"
	maxKeyBytes = 64 << 10 // a key file is a few hundred bytes
)

// Key is an investigator's unlocked private key. It lives in memory only.
type Key struct{ id *age.X25519Identity }

// Recipient is the public key, by which its investigator is found.
func (k *Key) Recipient() string { return k.id.Recipient().String() }

// File is the private key as a line that the age tool reads, for keeping
// outside the server. It is a secret.
func (k *Key) File() []byte { return []byte(k.id.String() + "\n") }

// NewKey makes an investigator's key. The passphrase is drawn and shown once;
// wrapped is the private key sealed with it, as the age tool would seal it.
func NewKey() (recipient, passphrase string, wrapped []byte, err error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", nil, fmt.Errorf("make a key: %w", err)
	}
	passphrase = newPassphrase()
	lock, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return "", "", nil, fmt.Errorf("make a key: %w", err)
	}
	lock.SetWorkFactor(wrapWork)
	var buf bytes.Buffer
	w, err := age.Encrypt(&buf, lock)
	if err != nil {
		return "", "", nil, fmt.Errorf("wrap a key: %w", err)
	}
	if _, err := io.WriteString(w, id.String()+"\n"); err != nil {
		return "", "", nil, fmt.Errorf("wrap a key: %w", err)
	}
	if err := w.Close(); err != nil {
		return "", "", nil, fmt.Errorf("wrap a key: %w", err)
	}
	return id.Recipient().String(), passphrase, buf.Bytes(), nil
}

// ReadKey reads a private key: a plain line "AGE-SECRET-KEY-1…" with comments
// or not, or one wrapped with a passphrase. A wrong passphrase or a damaged
// file is ErrPassphrase, something else ErrBadKey.
func ReadKey(file []byte, passphrase string) (*Key, error) {
	if len(file) > maxKeyBytes {
		return nil, ErrBadKey
	}
	if !bytes.HasPrefix(file, []byte("age-encryption.org/")) {
		return plainKey(file)
	}
	if passphrase = tidyPassphrase(passphrase); passphrase == "" {
		return nil, ErrPassphrase
	}
	lock, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, ErrPassphrase
	}
	lock.SetMaxWorkFactor(maxWork)
	r, err := age.Decrypt(bytes.NewReader(file), lock)
	if err != nil {
		return nil, ErrPassphrase
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxKeyBytes))
	if err != nil {
		return nil, ErrPassphrase
	}
	return plainKey(plain)
}

// plainKey finds the private key among the lines of a key file.
func plainKey(file []byte) (*Key, error) {
	for line := range strings.Lines(string(file)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, err := age.ParseX25519Identity(line)
		if err != nil {
			return nil, ErrBadKey
		}
		return &Key{id: id}, nil
	}
	return nil, ErrBadKey
}

// newPassphrase draws words that can be read aloud.
func newPassphrase() string {
	var b strings.Builder
	for w := range words {
		if w > 0 {
			b.WriteByte('-')
		}
		for range syllables {
			b.WriteByte(consonants[below(len(consonants))])
			b.WriteByte(vowels[below(len(vowels))])
		}
	}
	return b.String()
}

// tidyPassphrase forgives capitals and what stands between the words of a drawn
// passphrase. Any other passphrase stays as it is.
func tidyPassphrase(s string) string {
	parts := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
	joined := strings.Join(parts, "")
	const wordLen = 2 * syllables
	if len(joined) != words*wordLen {
		return s
	}
	out := make([]string, words)
	for i := range out {
		out[i] = joined[i*wordLen : (i+1)*wordLen]
		for j := 0; j < wordLen; j += 2 {
			if !strings.Contains(consonants, out[i][j:j+1]) || !strings.Contains(vowels, out[i][j+1:j+2]) {
				return s
			}
		}
	}
	return strings.Join(out, "-")
}

// slowness makes guessing a passphrase slow without locking anybody out for
// good: it is forgotten with the program.
type slowness struct {
	wrong map[[sha256.Size]byte]int
	wait  func(context.Context, time.Duration) error
}

// free is how many wrong tries a person may make before waiting, and longest
// the longest wait. A drawn passphrase of 88 bits needs neither; a typing
// error deserves the first.
const (
	free    = 3
	longest = 8 * time.Second
)

// before is how long to wait for the wrong tries of this key so far.
func (s *slowness) before(wrapped []byte) time.Duration {
	n := s.wrong[sha256.Sum256(wrapped)] - free
	if n < 0 {
		return 0
	}
	return min(longest, time.Second<<min(n, 10))
}

// after counts a wrong try, or forgets them all after a right one.
func (s *slowness) after(wrapped []byte, err error) {
	sum := sha256.Sum256(wrapped)
	if errors.Is(err, ErrPassphrase) {
		s.wrong[sum]++
		return
	}
	delete(s.wrong, sum)
}

// pause waits for a time or the end of the context.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait before trying again: %w", ctx.Err())
	}
}
