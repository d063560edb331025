package bot

import (
	"cmp"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// faults counts what failed for reporters. A line of the log at that moment
// would tell, with its time, that somebody was reporting; so the counts stay in
// memory until their day is over, and a stop forgets them.
type faults struct {
	log    *slog.Logger
	zone   *time.Location
	now    func() time.Time
	mu     sync.Mutex
	counts map[failure]int
}

// failure is what failed on a day and why, in the words of [class].
type failure struct{ day, step, class string }

func newFaults(log *slog.Logger, zone *time.Location, now func() time.Time) *faults {
	return &faults{log: log, zone: zone, now: now, counts: map[failure]int{}}
}

func (f *faults) today() string { return f.now().In(f.zone).Format(time.DateOnly) }

// note counts a failed step.
func (f *faults) note(step string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.counts[failure{f.today(), step, class(err)}]++
}

// tell writes the failures of the days that are over, a line for each kind. It
// is called every minute, so that the lines come at midnight and not when
// somebody reports.
func (f *faults) tell() {
	f.mu.Lock()
	defer f.mu.Unlock()
	today := f.today()
	var over []failure
	for one := range f.counts {
		if one.day != today {
			over = append(over, one)
		}
	}
	slices.SortFunc(over, func(a, b failure) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.step, b.step), cmp.Compare(a.class, b.class))
	})
	for _, one := range over {
		f.log.Warn("report: a step failed on a day", "day", one.day, "step", one.step, "class", one.class,
			"times", f.counts[one])
		delete(f.counts, one)
	}
}
