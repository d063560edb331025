package report

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"filippo.io/age"
)

// Investigators are all who may open reports, and who once did.
func (o *Office) Investigators(ctx context.Context) ([]Investigator, error) {
	all, err := o.vault.Investigators(ctx)
	if err != nil {
		return nil, fmt.Errorf("list investigators: %w", err)
	}
	return all, nil
}

// AddInvestigator adds one with a public key; wrapped is nil if the private key
// is kept outside. Reports that came before open to it only after Reseal.
func (o *Office) AddInvestigator(
	ctx context.Context, post, user, recipient string, wrapped []byte,
) (Investigator, error) {
	post = strings.Join(strings.Fields(tidyText(post)), " ")
	if post == "" {
		return Investigator{}, ErrNothingSaid
	}
	r, err := age.ParseX25519Recipient(strings.TrimSpace(recipient))
	if err != nil {
		return Investigator{}, ErrBadKey
	}
	i := Investigator{
		ID: newID(), Post: post, Recipient: r.String(), Wrapped: wrapped, User: user, Added: o.today(),
		Active: true,
	}
	if err := o.vault.PutInvestigator(ctx, i); err != nil {
		return Investigator{}, fmt.Errorf("add an investigator: %w", err)
	}
	return i, nil
}

// RemoveInvestigator takes one out: new reports are not sealed to that key. A
// key that somebody kept still opens copies made before; Reseal shuts the
// reports that are here. ErrLastKey keeps the last one.
func (o *Office) RemoveInvestigator(ctx context.Context, id string) error {
	all, err := o.Investigators(ctx)
	if err != nil {
		return err
	}
	active, found := 0, Investigator{}
	for _, i := range all {
		if i.Active {
			active++
		}
		if i.ID == id {
			found = i
		}
	}
	switch {
	case found.ID == "":
		return ErrNotFound
	case !found.Active:
		return nil
	case active == 1:
		return ErrLastKey
	}
	found.Active = false
	if err := o.vault.PutInvestigator(ctx, found); err != nil {
		return fmt.Errorf("remove an investigator: %w", err)
	}
	return nil
}

// Reseal seals every report that this key opens anew to today's active
// investigators, honouring whom its reporter left out. Skipped are those that
// the key does not open, and those that would be left without a reader.
func (o *Office) Reseal(ctx context.Context, k *Key) (done, skipped int, err error) {
	if k == nil {
		return 0, 0, ErrNotForYou
	}
	investigators, err := o.Investigators(ctx)
	if err != nil {
		return 0, 0, err
	}
	reports, err := o.vault.Reports(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("list reports: %w", err)
	}
	for _, s := range reports {
		if err := ctx.Err(); err != nil {
			return done, skipped, fmt.Errorf("reseal: %w", err)
		}
		switch err := o.resealOne(ctx, k, s, investigators); {
		case err == nil:
			done++
		case errors.Is(err, ErrNotForYou), errors.Is(err, ErrNobodyLeft), errors.Is(err, ErrNotFound):
			skipped++
		default:
			return done, skipped, err
		}
	}
	return done, skipped, nil
}

func (o *Office) resealOne(ctx context.Context, k *Key, s Stored, all []Investigator) error {
	e, _, err := openEnvelope(s.Envelope, k.id)
	if err != nil {
		return err
	}
	sealed, err := sealEnvelope(e, all)
	if err != nil {
		return err
	}
	if err := o.vault.SetEnvelope(ctx, s.ID, sealed); err != nil {
		return fmt.Errorf("seal the report anew: %w", err)
	}
	return nil
}

// postOf is the post of the investigator whose key this is.
func (o *Office) postOf(ctx context.Context, k *Key) (string, error) {
	all, err := o.Investigators(ctx)
	if err != nil {
		return "", err
	}
	for _, i := range all {
		if i.Recipient == k.Recipient() {
			return i.Post, nil
		}
	}
	return "", nil
}
