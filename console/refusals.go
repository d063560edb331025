package console

import (
	"fmt"
	"sync"
	"time"
)

// refusalPace is how often what strangers were refused gets a line of the
// audit, of which nothing is ever erased: a line an hour is 18,000 in two
// years, while a line a try would let anybody fill the disk.
const refusalPace = time.Hour

// refusals counts what strangers were refused, by act.
type refusals struct {
	mu  sync.Mutex
	now func() time.Time
	all map[string]turned
}

type turned struct {
	line    time.Time // of the newest line
	without int       // refusals since then
}

func newRefusals(now func() time.Time) *refusals {
	return &refusals{now: now, all: map[string]turned{}}
}

// count takes one more. write tells that it gets a line, whose note says how
// many had none since the line before.
func (r *refusals) count(act string) (note string, write bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, old := r.now(), r.all[act]
	if now.Sub(old.line).Abs() < refusalPace {
		old.without++
		r.all[act] = old
		return "", false
	}
	r.all[act] = turned{line: now}
	if old.without > 0 {
		note = fmt.Sprintf("dan %d kali lagi sejak catatan sebelumnya", old.without)
	}
	return note, true
}
