package report

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"

	"filippo.io/age"
	"golang.org/x/crypto/argon2"
)

const (
	// salt is the same everywhere: a receipt carries 80 random bits of its own,
	// so that no table of receipts can be made beforehand, and a salt of the
	// installation would have to be kept, copied and restored with the database.
	salt = "tanyanetral/report/receipt/v1"
	// argonMemory in KiB and argonTime are above RFC 9106's second recommended
	// choice (64 MiB, 3 passes). They are part of every receipt: never change.
	argonMemory = 64 << 10
	argonTime   = 3
	argonLanes  = 1
	keySize     = 32
)

// gate lets few callers through at a time, so that many at once cannot take the
// memory of the server.
type gate chan struct{}

func newGate(wide int) gate { return make(gate, wide) }

// try enters without waiting; false: the gate is full.
func (g gate) try() (leave func(), ok bool) {
	select {
	case g <- struct{}{}:
		return func() { <-g }, true
	default:
		return nil, false
	}
}

// enter waits for the turn; the caller leaves with the returned function.
func (g gate) enter(ctx context.Context) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("wait for the turn: %w", err)
	}
	select {
	case g <- struct{}{}:
		return func() { <-g }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the turn: %w", ctx.Err())
	}
}

// claim is what a receipt proves: the value by which the report is found, and
// the key with which its answers are read.
type claim struct {
	lookup []byte
	key    *age.X25519Identity
}

// derive computes the claim of a receipt, one at a time.
func derive(ctx context.Context, g gate, r Receipt) (claim, error) {
	leave, err := g.enter(ctx)
	if err != nil {
		return claim{}, err
	}
	defer leave()
	root := argon2.IDKey([]byte(r), []byte(salt), argonTime, argonMemory, argonLanes, keySize)
	lookup, err := hkdf.Expand(sha256.New, root, "lookup", keySize)
	if err != nil {
		return claim{}, fmt.Errorf("derive lookup: %w", err)
	}
	scalar, err := hkdf.Expand(sha256.New, root, "x25519", keySize)
	if err != nil {
		return claim{}, fmt.Errorf("derive key: %w", err)
	}
	key, err := age.ParseX25519Identity(encodeKey(scalar))
	if err != nil {
		return claim{}, fmt.Errorf("derive key: %w", err)
	}
	return claim{lookup: lookup, key: key}, nil
}

// encodeKey writes a private key as age reads it: Bech32 of BIP 173 with the
// prefix "age-secret-key-", in capitals.
func encodeKey(scalar []byte) string {
	const prefix, charset = "AGE-SECRET-KEY-", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
	data := regroup(scalar)
	sum := bechChecksum("age-secret-key-", data)
	out := make([]byte, 0, len(prefix)+1+len(data)+len(sum))
	out = append(append(out, prefix...), '1')
	for _, v := range append(data, sum...) {
		out = append(out, charset[v])
	}
	return string(out)
}

// regroup splits bytes into groups of five bits, the last filled with zeros.
func regroup(b []byte) []byte {
	var out []byte
	acc, bits := 0, 0
	for _, v := range b {
		acc, bits = acc<<8|int(v), bits+8
		for bits >= 5 {
			bits -= 5
			out = append(out, byte(acc>>bits&31)) //nolint:gosec // five bits
		}
		acc &= 1<<bits - 1
	}
	if bits > 0 {
		out = append(out, byte(acc<<(5-bits)&31)) //nolint:gosec // five bits
	}
	return out
}

// bechChecksum is the checksum of BIP 173.
func bechChecksum(hrp string, data []byte) []byte {
	all := make([]byte, 0, 2*len(hrp)+1+len(data)+6)
	for i := range len(hrp) {
		all = append(all, hrp[i]>>5)
	}
	all = append(all, 0)
	for i := range len(hrp) {
		all = append(all, hrp[i]&31)
	}
	all = append(append(all, data...), 0, 0, 0, 0, 0, 0)
	chk := uint32(1)
	for _, v := range all {
		top := chk >> 25
		chk = chk&0x1ffffff<<5 ^ uint32(v)
		for i, gen := range [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				chk ^= gen
			}
		}
	}
	chk ^= 1
	sum := make([]byte, 6)
	for i := range sum {
		sum[i] = byte(chk >> (5 * (5 - i)) & 31) //nolint:gosec // five bits
	}
	return sum
}
