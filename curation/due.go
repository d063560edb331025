package curation

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// due remembers the scheduled publications that were refused, so that they
// are not tried, and told, again before something else has changed.
type due struct {
	mu      sync.Mutex
	refused map[string]int64 // by their ids: the generation at which they were tried
}

func newDue() *due { return &due{refused: map[string]int64{}} }

func (d *due) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.refused)
}

// triedAt reports whether a publication was refused at that generation.
func (d *due) triedAt(batch string, generation int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	at, ok := d.refused[batch]
	return ok && at == generation
}

func (d *due) refuse(batch string, generation int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refused[batch] = generation
}

// RunDue publishes the approved revisions whose time has come and returns how
// many it published. Those of one author for one time are published together
// or not at all; a refusal holds up nobody else, is recorded once, and leaves
// them approved. It belongs to be called every minute.
func (d *Desk) RunDue(ctx context.Context) (int, error) {
	approved, err := d.store.Revisions(ctx, RevisionFilter{State: Disetujui})
	if err != nil {
		return 0, fmt.Errorf("scheduled publications: %w", err)
	}
	batches := map[string][]Revision{}
	for _, r := range approved {
		if r.Due.IsZero() || r.Due.After(d.now()) {
			continue
		}
		key := r.Due.UTC().Format(time.RFC3339Nano) + " " + r.Author
		batches[key] = append(batches[key], r)
	}
	published := 0
	var failed []error
	for _, key := range slices.Sorted(maps.Keys(batches)) {
		batch := batches[key]
		slices.SortStableFunc(batch, func(a, b Revision) int { return a.Made.Compare(b.Made) })
		ids := idsOf(batch)
		if d.due.triedAt(strings.Join(ids, " "), d.Generation()) {
			continue
		}
		if _, err := d.publish(ctx, User{}, ids, ""); err != nil {
			failed = append(failed, err)
			if ctx.Err() == nil {
				d.due.refuse(strings.Join(ids, " "), d.Generation())
				d.audit(ctx, User{}, "publish.refused", ids, err.Error())
			}
			continue
		}
		published += len(ids)
	}
	if len(failed) > 0 {
		return published, fmt.Errorf("scheduled publications: %w", errors.Join(failed...))
	}
	return published, nil
}
