package report

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// AskErase notes that a user wants a report erased before its time.
func (o *Office) AskErase(ctx context.Context, user, id string) error {
	if _, err := o.report(ctx, id); err != nil {
		return err
	}
	if err := o.vault.AskErase(ctx, id, user); err != nil {
		return fmt.Errorf("ask to erase: %w", err)
	}
	return nil
}

// ConfirmErase erases a report that somebody else asked to erase. ErrNotAsked
// and ErrSamePerson leave it.
func (o *Office) ConfirmErase(ctx context.Context, user, id string) error {
	asked, err := o.asked(ctx)
	if err != nil {
		return err
	}
	switch asked[id] {
	case "":
		return ErrNotAsked
	case user:
		return ErrSamePerson
	}
	if err := o.vault.Erase(ctx, id); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	return nil
}

// asked tells by report who asked to erase it.
func (o *Office) asked(ctx context.Context) (map[string]string, error) {
	all, err := o.vault.Erasures(ctx)
	if err != nil {
		return nil, fmt.Errorf("list erasures: %w", err)
	}
	out := make(map[string]string, len(all))
	for _, e := range all {
		out[e.Report] = e.User
	}
	return out, nil
}

// WaitDays is how long a stored report waits for its reporter to confirm that
// the receipt arrived: as long as the shortest deadline of a report outside,
// seven days.
const WaitDays = 7

// Expire erases the closed reports whose time is over on a day, replies that
// nobody fetched included, and those that nobody confirmed within WaitDays. It
// goes on after one that fails.
func (o *Office) Expire(ctx context.Context, today string) (erased int, err error) {
	if _, perr := time.Parse(time.DateOnly, today); perr != nil {
		return 0, errDay
	}
	all, err := o.vault.Reports(ctx)
	if err != nil {
		return 0, fmt.Errorf("list reports: %w", err)
	}
	for _, s := range all {
		over, oerr := o.isOver(ctx, s, today)
		if err = errors.Join(err, oerr); !over {
			continue
		}
		if eerr := o.vault.Erase(ctx, s.ID); eerr != nil && !errors.Is(eerr, ErrNotFound) {
			err = errors.Join(err, fmt.Errorf("erase: %w", eerr))
			continue
		}
		erased++
	}
	return erased, err
}

// isOver tells whether the time of a report is over. One that nobody confirmed
// is looked at again: its reporter may have come since it was listed.
func (o *Office) isOver(ctx context.Context, s Stored, today string) (bool, error) {
	if s.Status != Menunggu {
		on := o.plan.erasedOn(s)
		return on != "" && on <= today, nil
	}
	if ageOf(s.Day, today) <= WaitDays {
		return false, nil
	}
	now, err := o.vault.Report(ctx, s.ID)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the report: %w", err)
	}
	return now.Status == Menunggu, nil
}
