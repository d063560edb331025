package main

import (
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tanyanetral/bot/telegramtest"
	"tanyanetral/curation"
	"tanyanetral/knowledge"
	"tanyanetral/report"
)

// openOffice puts the parts together over a folder, as serve does; nothing
// listens.
func openOffice(t *testing.T, fake *telegramtest.Server, dir string, now func() time.Time) *office {
	t.Helper()
	a, err := newApp(&settings{State: filepath.Join(dir, "state"), KeyFile: filepath.Join(dir, "app.key"),
		Timezone: "Asia/Jakarta", APIURL: fake.URL(), file: values{"TELEGRAM_TOKEN": fake.Token()}},
		newLog(io.Discard, 0))
	if err != nil {
		t.Fatal(err)
	}
	a.now = now
	o := &office{app: a, cmd: &serveCmd{workSettings: workSettings{OnePerson: true}, FastSends: true},
		plan: report.DefaultPlan(), counts: newTally(), figures: newMetrics()}
	if err := o.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return o
}

// waitsFor notes a question and who waits for its answer.
func (o *office) waitsFor(t *testing.T, update int64, question string, chats ...int64) {
	t.Helper()
	g := knowledge.Gap{Text: question, Normal: question, Day: o.today(), Reason: knowledge.NotFound}
	gap, _, err := o.db.AddGap(t.Context(), update, g)
	if err != nil {
		t.Fatal(err)
	}
	for _, chat := range chats {
		if err := o.db.AddWait(t.Context(), chat, gap, ""); err != nil {
			t.Fatal(err)
		}
	}
}

// gives gives every open question to a topic; it is public at once.
func (o *office) gives(t *testing.T, topic string) {
	t.Helper()
	ani := curation.User{ID: "ani", Roles: []curation.Role{curation.Kurator}, Active: true}
	groups, _, err := o.desk.Inbox(t.Context(), curation.Filter{})
	if err != nil || len(groups) == 0 {
		t.Fatal("no question is open:", err)
	}
	for _, g := range groups {
		if _, err := o.desk.Assign(t.Context(), ani, g.ID, topic, g.Samples); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTelling: who waits is told ten minutes after the publication, also by
// the next run of the program; once of one topic; and who cannot be told any
// more is forgotten.
func TestTelling(t *testing.T) {
	fake, dir := telegramtest.New(t), t.TempDir()
	asker := telegramtest.User{ID: 9001, FirstName: "Pegawai"}
	gone := telegramtest.User{ID: 9002, FirstName: "Dua"}
	fake.Start(asker)
	fake.Start(gone)
	fake.Block(gone)
	const deleted = 9003 // of whom Telegram knows nothing
	clock := &jumper{at: time.Date(2028, 11, 1, 2, 0, 0, 0, time.UTC)}
	o := openOffice(t, fake, dir, clock.now)
	o.waitsFor(t, 1, strayQuestion, asker.ID, gone.ID, deleted)
	o.waitsFor(t, 2, unanswerable, asker.ID)
	o.gives(t, strayTopic)
	step := func(name string, left, told int) {
		t.Helper()
		if err := o.tellWaiting(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		waits, err := o.db.Waits(t.Context())
		if err != nil || len(waits) != left {
			t.Errorf("%s: %d wait (%v), want %d", name, len(waits), err, left)
		}
		if n := fake.Sent(asker.ID); n != told {
			t.Errorf("%s: %d messages, want %d", name, n, told)
		}
	}
	step("at once", 4, 0)
	if err := o.close(); err != nil {
		t.Fatal(err)
	}
	o = openOffice(t, fake, dir, clock.now)
	defer func() {
		if err := o.close(); err != nil {
			t.Error(err)
		}
	}()
	clock.jump(9 * time.Minute)
	step("after nine minutes and a start", 4, 0)
	clock.jump(time.Minute)
	step("after ten minutes", 0, 1)
	if m, _ := fake.Newest(asker.ID); !strings.HasPrefix(m.Plain, "Pertanyaan Anda sudah ada jawabannya.") {
		t.Errorf("told\n%s", m.Plain)
	}
}
