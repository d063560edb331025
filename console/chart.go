package console

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tanyanetral/knowledge"
)

// columns is a chart of stacked columns, one a day, as SVG draws it: lengths
// are in its own units, and y grows downwards.
type columns struct {
	Width, Height int
	Bars          []column
	Ticks         []tick
	Days          []dayCount
	Total         dayCount
}

// column is one rectangle.
type column struct {
	X, Y, W, H float64
	Class      string
}

// tick is a line of the grid with its number, or a day below the columns.
type tick struct {
	X, Y float64
	Text string
}

// dayCount is how many questions ended in which zone on a day.
type dayCount struct {
	Day                knowledge.Day
	Direct, Menu, None int
}

// All is the number of questions of the day.
func (d dayCount) All() int { return d.Direct + d.Menu + d.None }

// Sizes of the column chart in its own units; the page scales it.
const (
	chartWidth, chartHeight    = 640, 200
	chartLeft, chartBottom     = 56, 30
	chartTop                   = 18
	gridLines, fullColumnShare = 4, 0.7
)

// perDay counts the zones of every day of a span, also those without any.
func perDay(tallies []Tally, from, to knowledge.Day) []dayCount {
	byDay := map[knowledge.Day]*dayCount{}
	var days []dayCount
	start, err := time.Parse(time.DateOnly, string(from))
	if err != nil {
		return nil
	}
	for t := start; knowledge.DayOf(t) <= to; t = t.AddDate(0, 0, 1) {
		days = append(days, dayCount{Day: knowledge.DayOf(t)})
	}
	for i := range days {
		byDay[days[i].Day] = &days[i]
	}
	for _, t := range tallies {
		d := byDay[t.Day]
		if d == nil || t.Event != "zone" {
			continue
		}
		switch knowledge.Zone(t.Key) {
		case knowledge.Direct:
			d.Direct += t.N
		case knowledge.Menu:
			d.Menu += t.N
		case knowledge.None:
			d.None += t.N
		}
	}
	return days
}

// drawDays lays the columns out.
func drawDays(days []dayCount) columns {
	c := columns{Width: chartWidth, Height: chartHeight, Days: days}
	most := 0
	for _, d := range days {
		most = max(most, d.All())
		c.Total.Direct += d.Direct
		c.Total.Menu += d.Menu
		c.Total.None += d.None
	}
	top := roundUp(most)
	floor := float64(chartHeight - chartBottom)
	unit := (floor - chartTop) / float64(top)
	for i := range gridLines + 1 {
		n := top * i / gridLines
		c.Ticks = append(c.Ticks, tick{0, floor - float64(n)*unit, numberText(n)})
	}
	step := float64(chartWidth-chartLeft) / float64(max(1, len(days)))
	every := max(1, len(days)/6)
	for i, d := range days {
		x, y := chartLeft+step*float64(i), floor
		for _, part := range []struct {
			n     int
			class string
		}{{d.Direct, "bar-direct"}, {d.Menu, "bar-menu"}, {d.None, "bar-none"}} {
			h := float64(part.n) * unit
			y -= h
			if part.n > 0 {
				c.Bars = append(c.Bars, column{x, y, step * fullColumnShare, h, part.class})
			}
		}
		if i%every == 0 {
			c.Ticks = append(c.Ticks, tick{x, chartHeight - 6, shortDay(d.Day)})
		}
	}
	return c
}

// Left is where the columns begin, and Margin where the numbers before them end.
func (columns) Left() int { return chartLeft }

// Margin is a little left of the columns.
func (columns) Margin() int { return chartLeft - 8 }

// roundUp finds a number above n that the grid divides evenly.
func roundUp(n int) int {
	for step := gridLines; ; step *= 10 {
		for _, f := range []int{10, 15, 20, 25, 30, 40, 50, 60, 80} {
			if top := step * f / 10; top%gridLines == 0 && n <= top {
				return top
			}
		}
	}
}

func shortDay(d knowledge.Day) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d %s", t.Day(), months()[t.Month()-1])
}

// rank is one row of a chart of the most frequent.
type rank struct {
	Topic string
	N, Of int     // of how many that were shown; 0: not told
	Label string  // the topic's title, cut to the width of the chart
	Y     float64 // of the label, in the chart's units
	Bar   float64 // y of the bar
	Width float64
}

// ranks is a chart of the most frequent.
type ranks struct {
	Rows   []rank
	Height float64
}

// Sizes of the chart of the most frequent in its own units, and how many
// characters of a title fit beside its number.
const rankWidth, rankStep, rankLabel, rankBar, labelRunes = 320, 36, 14, 21, 42

// label cuts a title to the width of the chart.
func label(title string) string {
	r := []rune(title)
	if len(r) <= labelRunes {
		return title
	}
	return strings.TrimSpace(string(r[:labelRunes-1])) + "…"
}

// ranking lists the topics with the most tallies of an event.
func ranking(tallies []Tally, event string, most int, title func(string) string) ranks {
	count, shown := map[string]int{}, map[string]int{}
	for _, t := range tallies {
		if t.Event == event {
			count[t.Key] += t.N
		}
		if t.Event == "topic" {
			shown[t.Key] += t.N
		}
	}
	keys := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	var r ranks
	for i, k := range keys[:min(most, len(keys))] {
		of := shown[k]
		if event == "topic" {
			of = 0
		}
		width := rankWidth * float64(count[k]) / float64(count[keys[0]])
		r.Rows = append(r.Rows, rank{Topic: k, N: count[k], Of: of, Label: label(title(k)),
			Y: rankStep*float64(i) + rankLabel, Bar: rankStep*float64(i) + rankBar, Width: width})
	}
	r.Height = rankStep * float64(len(r.Rows))
	return r
}
