package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	leave, err := o.anew.enter(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer leave()
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

// Exclude shuts a report to all who hold one of the posts, because something
// in it names them: it is sealed anew without them, at once and at every
// Reseal. Whoever opens the report may exclude, also the own post; nobody is
// taken in again. A post that nobody active holds is ErrNotFound, and
// ErrNobodyLeft leaves the report as it was. What somebody has read, downloaded
// or finds in an earlier backup stays readable to that key.
func (o *Office) Exclude(ctx context.Context, k *Key, id string, posts ...string) error {
	leave, err := o.anew.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	s, e, _, err := o.open(ctx, k, id)
	if err != nil {
		return err
	}
	all, err := o.Investigators(ctx)
	if err != nil {
		return err
	}
	for _, post := range posts {
		at := slices.IndexFunc(all, func(i Investigator) bool { return i.Active && samePost(i.Post, post) })
		if at < 0 {
			return ErrNotFound
		}
		if !isOneOf(e.LeftOut, post) {
			e.LeftOut = append(e.LeftOut, all[at].Post)
		}
	}
	people := append(e.People, holders(all, e.LeftOut)...)
	e.People = slices.Compact(slices.Sorted(slices.Values(people)))
	return o.putEnvelope(ctx, s.ID, e, all)
}

func (o *Office) resealOne(ctx context.Context, k *Key, s Stored, all []Investigator) error {
	e, _, err := openEnvelope(s.Envelope, k.id)
	if err != nil {
		return err
	}
	return o.putEnvelope(ctx, s.ID, e, all)
}

// putEnvelope seals an envelope to those who may open it, in place of the one
// that is there.
func (o *Office) putEnvelope(ctx context.Context, id string, e envelope, all []Investigator) error {
	sealed, err := sealEnvelope(e, all)
	if err != nil {
		return err
	}
	if err := o.vault.SetEnvelope(ctx, id, sealed); err != nil {
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
