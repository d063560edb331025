package curation

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// secretBytes is 256 bits: nobody guesses a link or a cookie, and its plain
// SHA-256 needs no salt.
const secretBytes = 32

// newSecret makes a secret that fits an address and a cookie.
func newSecret() string {
	b := make([]byte, secretBytes)
	rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashOf is what is kept of a secret. Stores look hashes up, never secrets:
// how long a look-up takes tells nothing about a secret.
func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
