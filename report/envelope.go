package report

import (
	"bytes"
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
	// People are the users who held those posts when the report was written: to
	// rename a post, or to give somebody another one, opens nothing to them.
	People []string `json:"left_out_people,omitempty"`
}

// envelopeBlock is the unit of the length of an envelope: the names of twenty
// posts fit in, so that the length does not tell either.
const envelopeBlock = 4 * block

// sealEnvelope seals an envelope to the active investigators. Those whose post
// is left out are replaced by recipients whose key nobody has, so that the
// number of recipients never tells. Who holds such a post opens the report with
// the key of no other post.
func sealEnvelope(e envelope, all []Investigator) ([]byte, error) {
	var to []age.Recipient
	real := 0
	people := slices.Concat(e.People, holders(all, e.LeftOut))
	for _, i := range all {
		if !i.Active {
			continue
		}
		r, err := recipientOf(i, e.LeftOut, people)
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
	blanks := envelopeBlock - (head+len(plain))%envelopeBlock // which JSON allows at its end
	return seal(append(plain, bytes.Repeat([]byte{' '}, blanks%envelopeBlock)...), to...)
}

// holders are the users who hold one of the posts, as far as they are known.
func holders(all []Investigator, posts []string) (users []string) {
	for _, i := range all {
		if i.Active && i.User != "" && isOneOf(posts, i.Post) && !slices.Contains(users, i.User) {
			users = append(users, i.User)
		}
	}
	return users
}

// isOneOf tells whether a post is among some.
func isOneOf(posts []string, post string) bool {
	return slices.ContainsFunc(posts, func(p string) bool { return samePost(p, post) })
}

// recipientOf is the public key of an investigator; nil: left out.
func recipientOf(i Investigator, leftOut, people []string) (age.Recipient, error) {
	if isOneOf(leftOut, i.Post) || slices.Contains(people, i.User) {
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
