package main

import (
	"fmt"
	"testing"

	"tanyanetral/bot/telegramtest"
)

// In each round so many people write twice; those of the round before tap.
const tortureUsers = 40

// torture is a run of the program that is killed again and again under load,
// while Telegram refuses and loses answers.
type torture struct {
	t     *testing.T
	fake  *telegramtest.Server
	dir   string
	args  []string
	open  int // updates that can be in hand at a kill
	users []telegramtest.User
	taps  int
	lost  int // answers lost after the work was done
	kills int
}

// TestTorture is the short form; "make torture" kills fifty times in each mode.
func TestTorture(t *testing.T) { tortureBoth(t, 3) }

func tortureBoth(t *testing.T, kills int) {
	t.Run("polling", func(t *testing.T) {
		runTorture(t, kills, inFlight, "serve", "--fast-sends")
	})
	t.Run("webhook", func(t *testing.T) {
		runTorture(t, kills, hookInFlight, asWebhook(freeAddress(t))...)
	})
}

// hookInFlight is how many deliveries Telegram is asked for at a time.
const hookInFlight = 40

// runTorture asserts after the last kill that every message has its reply,
// every tap its one effect, and that no more replies came twice than were in
// hand or whose answer got lost.
func runTorture(t *testing.T, kills, open int, args ...string) {
	tt := &torture{t: t, fake: telegramtest.New(t), dir: t.TempDir(), args: args, open: open}
	p := start(t, tt.fake, tt.dir, args...)
	for round := 0; tt.kills < kills; round++ {
		p = tt.round(p, round, round%6 == 5 && tt.kills+1 < kills)
	}
	p.stop(t)
	twice, logged := repliesTwice(t, tt.fake, tt.users), countGaps(t, tt.dir)
	t.Logf("%d kills, %d messages, %d replies twice; %d answers lost; %d effects of %d taps",
		tt.kills, 2*len(tt.users), twice, tt.lost, logged, tt.taps)
	if most := tt.kills*tt.open + tt.lost; twice > most {
		t.Errorf("%d replies came twice, at most %d were in flight", twice, most)
	}
	if logged != tt.taps {
		t.Errorf("%d effects of %d taps", logged, tt.taps)
	}
}

// round puts a load on the program, breaks what the round stands for, kills
// it amid the load, at will a second time as soon as it works again, and
// starts it until all is done.
func (tt *torture) round(p *program, round int, twice bool) *program {
	tt.t.Helper()
	before := tt.fake.Counts()
	switch round % 3 {
	case 1:
		tt.fake.Inject("sendMessage", tortureUsers/2, telegramtest.TooMany(1))
	case 2:
		tt.fake.LoseEvery(10)
	}
	sent := tt.load(round)
	due := before["sendMessage"] + 1 + (7*round+13)%sent
	await(tt.t, tt.fake, "the middle of the load", func(s *telegramtest.Server) bool {
		return s.Counts()["sendMessage"] >= due
	})
	tt.kill(p)
	if twice {
		p = start(tt.t, tt.fake, tt.dir, tt.args...)
		due := tt.fake.Counts()["sendMessage"] + 1
		await(tt.t, tt.fake, "the next reply", func(s *telegramtest.Server) bool {
			return s.Counts()["sendMessage"] >= due || s.Pending() == 0
		})
		tt.kill(p)
	}
	p = start(tt.t, tt.fake, tt.dir, tt.args...)
	await(tt.t, tt.fake, "the rest of the load", idle)
	if round%3 == 2 {
		for method, n := range tt.fake.Counts() {
			tt.lost += (n - before[method] + 9) / 10
		}
	}
	tt.fake.Heal()
	return p
}

func (tt *torture) kill(p *program) {
	tt.t.Helper()
	p.kill(tt.t)
	tt.kills++
}

// load makes people write, and those of the last round tap. It returns how
// many replies it asks for.
func (tt *torture) load(round int) int {
	tt.t.Helper()
	old := tt.users[max(0, len(tt.users)-tortureUsers):]
	for i := range tortureUsers {
		u := telegramtest.User{ID: int64(10_000*(round+1) + i), FirstName: "Pegawai"}
		tt.fake.Text(u, crashQuestion)
		if i < len(old) {
			tapNoHelp(tt.fake, old[i])
			tt.taps++
		}
		tt.fake.Text(u, fmt.Sprintf("%s (%d)", crashQuestion, round))
		tt.users = append(tt.users, u)
	}
	return 2 * tortureUsers
}
