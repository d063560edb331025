package main

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"tanyanetral/bot/telegramtest"
	"tanyanetral/storage"
)

// crashUsers chats send five messages each: one before the crash whose answer
// is tapped, and four in the load during which the program is killed.
const (
	crashUsers   = 200
	crashUpdates = 5 * crashUsers
)

// TestKilledInTheMiddle sends 1,000 updates, kills the program with SIGKILL
// amid them, and starts it again. No reply may be lost, every logged question
// must be logged once, and only replies that were in flight may come twice.
func TestKilledInTheMiddle(t *testing.T) {
	fake, dir := telegramtest.New(t), t.TempDir()
	p := start(t, fake, dir, "serve", "--fast-sends")
	users := make([]telegramtest.User, crashUsers)
	for i := range users {
		users[i] = telegramtest.User{ID: int64(5000 + i), FirstName: "Pegawai"}
		fake.Text(users[i], crashQuestion)
	}
	await(t, fake, "the first answers", func(s *telegramtest.Server) bool { return s.Pending() == 0 })
	for _, u := range users {
		if _, _, ok := fake.Button(u.ID, labelNoHelp); !ok {
			t.Fatalf("the question %q is not answered directly", crashQuestion)
		}
	}
	taps := 0
	for round := range 4 {
		for _, u := range users {
			if round == 1 {
				tapNoHelp(fake, u)
				taps++
				continue
			}
			fake.Text(u, fmt.Sprintf("%s (%d)", crashQuestion, round))
		}
	}
	await(t, fake, "the middle of a batch", func(s *telegramtest.Server) bool {
		return s.Counts()["sendMessage"] >= crashUsers+crashReplies
	})
	p.kill(t)
	unconfirmed := fake.Pending()
	p = start(t, fake, dir, "serve", "--fast-sends")
	await(t, fake, "the rest", func(s *telegramtest.Server) bool { return s.Pending() == 0 })
	p.stop(t)

	twice := repliesTwice(t, fake, users)
	logged := countGaps(t, dir)
	t.Logf("%d updates, %d unconfirmed at the kill, %d replies twice, %d questions logged of %d taps",
		crashUpdates, unconfirmed, twice, logged, taps)
	if unconfirmed == 0 {
		t.Error("nothing was in flight at the kill; the test shows nothing")
	}
	if twice > inFlight {
		t.Errorf("%d replies came twice, at most the %d of one batch were in flight", twice, inFlight)
	}
	if logged != taps {
		t.Errorf("%d questions are logged, want %d", logged, taps)
	}
}

// kill ends the program as a power cut does.
func (p *program) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.done <- <-p.done
}

// crashReplies is the reply of the load at which the program is killed: no
// multiple of a batch, so that some of its batch are out and not acknowledged.
const crashReplies = 333

// crashQuestion is a known wording, so that its answer is direct.
const crashQuestion = "boleh ga like postingan calon bupati"

// inFlight is how many updates one poll hands over: those that the crash can
// catch answered but not acknowledged.
const inFlight = 100

// repliesTwice fails the test for every message without a reply and counts
// the replies beyond the first.
func repliesTwice(t *testing.T, fake *telegramtest.Server, users []telegramtest.User) int {
	t.Helper()
	twice := 0
	for _, u := range users {
		replies := map[int]int{}
		for _, m := range fake.Messages(u.ID) {
			if m.From.ID == fake.Bot().ID {
				replies[m.ReplyTo]++
			}
		}
		for _, m := range fake.Messages(u.ID) {
			if m.From.ID == fake.Bot().ID {
				continue
			}
			switch n := replies[m.ID]; n {
			case 0:
				t.Errorf("a message in chat %d has no reply", u.ID)
			default:
				twice += n - 1
			}
		}
	}
	return twice
}

func countGaps(t *testing.T, dir string) int {
	t.Helper()
	db, err := storage.Open(context.Background(), slog.New(slog.DiscardHandler), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	gaps, err := db.OpenGaps(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return len(gaps)
}
