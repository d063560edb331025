package bot

import (
	"testing"
	"time"

	"tanyanetral/report"
)

// TestReportLimitsForget: with the day go the counts and the key, at the
// office's midnight.
func TestReportLimitsForget(t *testing.T) {
	now := time.Date(2026, 11, 21, 16, 59, 0, 0, time.UTC) // 23.59 in Jakarta
	l := newReportLimits(time.FixedZone("WIB", 7*3600), func() time.Time { return now })
	l.countSent(11)
	l.countSent(11)
	for range 4 {
		l.wrongCode(11)
	}
	if l.sentToday(11) != 2 || l.sentToday(12) != 0 || l.codeWait(11) != 15*time.Second ||
		l.codeWait(12) != 0 {
		t.Errorf("%d and %d sent, waits %v, %v", l.sentToday(11), l.sentToday(12),
			l.codeWait(11), l.codeWait(12))
	}
	key := l.key
	now = now.Add(time.Minute)
	if l.sentToday(11) != 0 || l.codeWait(11) != 0 || l.key == key {
		t.Error("a new day remembers the one before")
	}
	if len(l.chats) != 1 {
		t.Errorf("%d chats", len(l.chats))
	}
}

func TestWrongCodeWaits(t *testing.T) {
	l := newReportLimits(time.UTC, func() time.Time { return time.Unix(1.8e9, 0) })
	var waits []time.Duration
	for range 9 {
		waits = append(waits, l.wrongCode(11)/time.Second)
	}
	want := []time.Duration{0, 0, 5, 15, 45, 135, 405, 900, 900}
	for i, w := range waits {
		if w != want[i] {
			t.Errorf("waits %v, want %v", waits, want)
			break
		}
	}
	l.rightCode(11)
	if l.codeWait(11) != 0 || l.wrongCode(11) != 0 {
		t.Error("the right code forgets nothing")
	}
}

// TestSheet: what a draft makes of messages that come, change and go.
func TestSheet(t *testing.T) {
	l := newLetter()
	for _, c := range []struct {
		message int
		field   report.Field
		text    string
		kept    int
		want    string // in Apa
	}{
		{1, report.Apa, " satu ", 4, "satu"},
		{2, report.Apa, "dua", 3, "satu\ndua"},
		{2, report.Apa, "dua", 3, "satu\ndua"}, // tried again
		{3, report.DiMana, "tempat", 6, "satu\ndua"},
		{1, report.DiMana, "SATU", 4, "SATU\ndua"}, // edited: it stays where it was
		{4, report.Apa, "éééééé", 3, "SATU\ndua\nééé"},
		{5, report.Apa, "penuh", 0, "SATU\ndua\nééé"},
		{4, report.Apa, "", 0, "SATU\ndua"},
		{1, report.Apa, "  ", 0, "dua"},
	} {
		if kept := l.put(part{c.message, c.field, c.text}, 12); kept != c.kept ||
			l.text(report.Apa) != c.want {
			t.Errorf("%d %q: %d kept, %q, want %d, %q", c.message, c.text, kept,
				l.text(report.Apa), c.kept, c.want)
		}
	}
	if text, ok := l.take(2); !ok || text != "dua" || l.text(report.Apa) != "" {
		t.Errorf("took %q", text)
	}
	if _, ok := l.take(2); ok || l.empty() {
		t.Error("taken twice, or all is gone")
	}
}

func TestThreadPages(t *testing.T) {
	long := make([]rune, 9000)
	for i := range long {
		long[i] = '<'
	}
	var all []report.Entry
	for range 4 {
		all = append(all, report.Entry{Kind: report.Isi, Text: "rahasia"},
			report.Entry{Kind: report.Balasan, Day: "2026-11-21", Text: string(long)})
	}
	pages := threadPages(all)
	if len(pages) != threadPage {
		t.Errorf("%d pages", len(pages))
	}
	for i, p := range pages {
		if n := length(head(markCase, "") + p); n > maxMessage {
			t.Errorf("page %d has %d characters", i, n)
		}
	}
	if len(threadPages(nil)) != 0 {
		t.Error("an empty thread has pages")
	}
}
