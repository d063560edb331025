package report

import (
	"errors"
	"fmt"
	"time"
)

// Plan is how fast reports have to be worked on and how long they are kept.
type Plan struct {
	AckDays      int // working days until the first word to the reporter
	FindingDays  int // working days until the first finding
	FeedbackDays int // working days until the outcome is told
	KeepMonths   int // months until a closed report is erased
	KeepDrawn    int // days until a withdrawn report is erased
	Holidays     Holidays
}

// DefaultPlan is 3, 14 and 90 working days, after ISO 37002 (a personal word
// within 3 working days) and Directive (EU) 2019/1937 (feedback within three
// months); closed reports are kept for 12 months, withdrawn ones for 30 days.
func DefaultPlan() Plan {
	return Plan{AckDays: 3, FindingDays: 14, FeedbackDays: 90, KeepMonths: 12, KeepDrawn: 30}
}

// filled replaces numbers that are not set by those of DefaultPlan.
func (p Plan) filled() Plan {
	d := DefaultPlan()
	for _, n := range []struct {
		have *int
		want int
	}{
		{&p.AckDays, d.AckDays}, {&p.FindingDays, d.FindingDays}, {&p.FeedbackDays, d.FeedbackDays},
		{&p.KeepMonths, d.KeepMonths}, {&p.KeepDrawn, d.KeepDrawn},
	} {
		if *n.have <= 0 {
			*n.have = n.want
		}
	}
	return p
}

// Holidays are days, beside Saturdays and Sundays, on which nobody works.
type Holidays map[string]bool

// errDay is a day that is not written "2006-01-02".
var errDay = errors.New("not a day such as 2026-08-17")

// NewHolidays reads a list of days.
func NewHolidays(days []string) (Holidays, error) {
	h := make(Holidays, len(days))
	for _, d := range days {
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			return nil, fmt.Errorf("holiday %q: %w", d, errDay)
		}
		h[d] = true
	}
	return h, nil
}

// Working tells whether the office works on a day.
func (h Holidays) Working(day time.Time) bool {
	switch day.Weekday() {
	case time.Saturday, time.Sunday:
		return false
	default:
		return !h[day.Format(time.DateOnly)]
	}
}

// deadline is the n-th working day after a day: what comes on a Friday has its
// first working day on Monday. A day that cannot be read gives an empty one.
func deadline(from string, n int, h Holidays) string {
	day, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return ""
	}
	// Five years bound the walk should every day be a holiday.
	for left, walked := n, 0; left > 0 && walked < 5*366+2*n; walked++ {
		day = day.AddDate(0, 0, 1)
		if h.Working(day) {
			left--
		}
	}
	return day.Format(time.DateOnly)
}

// workingDays counts the working days after from up to and with to; negative
// if to is before from.
func workingDays(from, to string, h Holidays) int {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	if errA != nil || errB != nil {
		return 0
	}
	if b.Before(a) {
		return -1
	}
	n := 0
	for d := a.AddDate(0, 0, 1); !d.After(b); d = d.AddDate(0, 0, 1) {
		if h.Working(d) {
			n++
		}
	}
	return n
}

// lights shows the deadlines of a report on a day.
func (p Plan) lights(s Stored, today string) Lights {
	var l Lights
	l.Acknowledge, l.AcknowledgeBy = p.light(s, s.Acknowledged, p.AckDays, today)
	l.Finding, l.FindingBy = p.light(s, s.Finding, p.FindingDays, today)
	l.Feedback, l.FeedbackBy = p.light(s, s.Feedback, p.FeedbackDays, today)
	return l
}

func (p Plan) light(s Stored, done string, days int, today string) (Light, string) {
	by := deadline(s.Day, days, p.Holidays)
	switch {
	case done != "" || s.Closed != "":
		return Sudah, by
	case today > by:
		return Merah, by
	case workingDays(today, by, p.Holidays) <= max(1, days/5):
		return Kuning, by
	default:
		return Hijau, by
	}
}

// erasedOn is the day on which a report is erased; empty while it is open.
func (p Plan) erasedOn(s Stored) string {
	day, err := time.Parse(time.DateOnly, s.Closed)
	if err != nil {
		return ""
	}
	if s.Status == Ditarik {
		return day.AddDate(0, 0, p.KeepDrawn).Format(time.DateOnly)
	}
	return day.AddDate(0, p.KeepMonths, 0).Format(time.DateOnly)
}

// ageOf is how many days lie between two days.
func ageOf(from, to string) int {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	if errA != nil || errB != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}
