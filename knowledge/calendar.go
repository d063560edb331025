package knowledge

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Day is a calendar day as "2006-01-02"; days compare as strings do.
type Day string

// DayOf is the day of t in t's own time zone.
func DayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// Valid reports whether d is a day of the calendar.
func (d Day) Valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// DiLuarTahapan is the normal day: no election is under way.
const DiLuarTahapan When = "di-luar-tahapan"

// Election is one election with the days that divide its phases. Every day
// belongs to the phase that it begins; Until days belong to it too.
type Election struct {
	Name          string `yaml:"name"`
	Begins        Day    `yaml:"begins"`         // first day of the stages
	Nominated     Day    `yaml:"nominated"`      // candidates are fixed
	CampaignFrom  Day    `yaml:"campaign_from"`  // first day of the campaign
	CampaignUntil Day    `yaml:"campaign_until"` // last day of the campaign
	QuietUntil    Day    `yaml:"quiet_until"`    // last day of the quiet period
	Vote          Day    `yaml:"vote"`
	Ends          Day    `yaml:"ends"` // last day on which the election still counts as under way
}

// PhaseAt returns the phase of the election on a day.
func (e Election) PhaseAt(d Day) When {
	switch {
	case d < e.Begins || d > e.Ends:
		return DiLuarTahapan
	case d < e.Nominated:
		return SebelumPenetapan
	case d == e.Vote:
		return HariPemungutan
	case d > e.CampaignUntil && d <= e.QuietUntil:
		return MasaTenang
	case d >= e.CampaignFrom && d <= e.CampaignUntil:
		return MasaKampanye
	}
	return SesudahPenetapan
}

// check returns what is wrong with the order of the days.
func (e Election) check() error {
	if e.Name == "" {
		return errors.New("an election needs a name")
	}
	days := []Day{e.Begins, e.Nominated, e.CampaignFrom, e.CampaignUntil, e.QuietUntil, e.Vote, e.Ends}
	for _, d := range days {
		if !d.Valid() {
			return fmt.Errorf("election %q: %q is not a day; write it as 2029-02-14", e.Name, string(d))
		}
	}
	if !slices.IsSorted(days) || e.QuietUntil >= e.Vote {
		return fmt.Errorf("election %q: the days must rise from begins to ends, "+
			"and the quiet period ends before the vote", e.Name)
	}
	return nil
}

// Calendar holds the elections that the office has entered.
type Calendar struct {
	Elections []Election `yaml:"elections"`
}

// ParseCalendar reads a calendar from YAML and checks its days.
func ParseCalendar(data []byte) (Calendar, error) {
	var c Calendar
	if err := DecodeYAML(data, &c); err != nil {
		return Calendar{}, fmt.Errorf("read calendar: %w", err)
	}
	for _, e := range c.Elections {
		if err := e.check(); err != nil {
			return Calendar{}, err
		}
	}
	return c, nil
}

// Standing is the phase in which one election is.
type Standing struct {
	Election string
	Phase    When
}

// At returns the elections under way on a day, the narrowest phase first, or
// one nameless Standing outside all stages. Without any election in the
// calendar it returns nothing: the phase is then not known.
func (c Calendar) At(d Day) []Standing {
	if len(c.Elections) == 0 {
		return nil
	}
	var under []Standing
	for _, e := range c.Elections {
		if p := e.PhaseAt(d); p != DiLuarTahapan {
			under = append(under, Standing{e.Name, p})
		}
	}
	if len(under) == 0 {
		return []Standing{{Phase: DiLuarTahapan}}
	}
	slices.SortStableFunc(under, func(a, b Standing) int {
		return cmp.Compare(b.Phase.width(), a.Phase.width())
	})
	return under
}
