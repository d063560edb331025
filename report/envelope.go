package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"filippo.io/age"
)

// envelope holds what opens a report.
type envelope struct {
	Key     string   `json:"key"`                // private key of the report
	LeftOut []string `json:"left_out,omitempty"` // posts
}

// sealEnvelope seals an envelope to the active investigators. Those whose post
// is left out are replaced by recipients whose key nobody has, so that the
// number of recipients never tells.
func sealEnvelope(e envelope, all []Investigator) ([]byte, error) {
	var to []age.Recipient
	real := 0
	for _, i := range all {
		if !i.Active {
			continue
		}
		r, err := recipientOf(i, e.LeftOut)
		if err != nil {
			return nil, err
		}
		if r == nil {
			if r, err = dummy(); err != nil {
				return nil, err
			}
		} else {
			real++
		}
		to = append(to, r)
	}
	switch {
	case len(to) == 0:
		return nil, ErrNoInvestigators
	case real == 0:
		return nil, ErrNobodyLeft
	}
	plain, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("seal the envelope: %w", err)
	}
	return seal(plain, to...)
}

// recipientOf is the public key of an investigator; nil: left out.
func recipientOf(i Investigator, leftOut []string) (age.Recipient, error) {
	if slices.ContainsFunc(leftOut, func(p string) bool { return samePost(p, i.Post) }) {
		return nil, nil //nolint:nilnil // nil is the answer "left out"
	}
	r, err := age.ParseX25519Recipient(i.Recipient)
	if err != nil {
		return nil, fmt.Errorf("public key of an investigator: %w", ErrBadKey)
	}
	return r, nil
}

// samePost compares posts as people write them.
func samePost(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

// openEnvelope opens an envelope with the key of an investigator.
func openEnvelope(sealed []byte, key age.Identity) (envelope, *age.X25519Identity, error) {
	plain, err := unseal(sealed, key)
	if errors.Is(err, ErrNotForYou) {
		return envelope{}, nil, err
	}
	if err != nil {
		return envelope{}, nil, fmt.Errorf("open the envelope: %w", err)
	}
	var e envelope
	if err := json.Unmarshal(plain, &e); err != nil {
		return envelope{}, nil, fmt.Errorf("open the envelope: %w", err)
	}
	own, err := age.ParseX25519Identity(e.Key)
	if err != nil {
		return envelope{}, nil, fmt.Errorf("open the envelope: %w", ErrBadKey)
	}
	return e, own, nil
}
