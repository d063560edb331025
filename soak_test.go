//go:build soak

package main

import (
	"cmp"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tanyanetral/bot/telegramtest"
)

// soakRate is how many people ask in a second, and soakPeople how many there
// are, who ask again and again.
const (
	soakRate   = 200
	soakPeople = 20_000
)

// sample is one look at the program.
type sample struct{ rss, heap, goroutines, files float64 }

// TestSoak lets people ask for SOAK (half an hour without it) and looks at the
// program every half minute: memory and goroutines of the last third have to
// be those of the middle one.
func TestSoak(t *testing.T) {
	last, err := time.ParseDuration(cmp.Or(os.Getenv("SOAK"), "30m"))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TANYANETRAL_METRICS", "127.0.0.1:0")
	fake, dir := telegramtest.New(t), t.TempDir()
	state := filepath.Join(dir, "state")
	p := start(t, fake, state, "serve", "--fast-sends")
	await(t, fake, "the first poll", (*telegramtest.Server).Polling)
	asked, samples := soak(t, fake, p, last)
	await(t, fake, "the last answers", idle)
	size, err := os.Stat(filepath.Join(state, "tanyanetral.db"))
	if err != nil {
		t.Fatal(err)
	}
	p.stop(t)
	gaps := countGaps(t, state)
	took := delays(fake)
	t.Logf("%d questions in %v, %d kept; database %.1f MB; p50 %v, p99 %v, slowest %v", asked, last, gaps,
		float64(size.Size())/1e6, took[len(took)/2], took[len(took)*99/100], took[len(took)-1])
	third := len(samples) / 3
	middle, end := mean(samples[third:2*third]), mean(samples[2*third:])
	t.Logf("middle third %+v, last third %+v, first look %+v", middle, end, samples[0])
	if end.rss > 1.1*middle.rss+5 || end.rss > mostMemory {
		t.Errorf("memory grows: %.0f MB, then %.0f MB", middle.rss, end.rss)
	}
	if end.goroutines > middle.goroutines+10 || end.files > middle.files+10 {
		t.Errorf("goroutines or files grow: %+v, then %+v", middle, end)
	}
}

// soak asks at an even pace and looks at the program now and then.
func soak(t *testing.T, fake *telegramtest.Server, p *program, last time.Duration) (asked int, all []sample) {
	t.Helper()
	questions := questions(t)
	random := rand.New(rand.NewPCG(1, 2))
	tick := time.NewTicker(time.Second / soakRate)
	defer tick.Stop()
	look := time.NewTicker(max(time.Second, min(30*time.Second, last/30)))
	defer look.Stop()
	for end := time.After(last); ; {
		select {
		case <-tick.C:
			u := telegramtest.User{ID: int64(100_000 + asked%soakPeople), FirstName: "Pegawai"}
			text := questions[random.IntN(len(questions))]
			if asked%50 == 0 {
				text = unanswerable
			}
			fake.Text(u, text)
			asked++
		case <-look.C:
			s := sample{status(t, p, "VmRSS"), figure(t, p, "go_memstats_heap_alloc_bytes") / 1e6,
				figure(t, p, "go_goroutines"), figure(t, p, "process_open_fds")}
			all = append(all, s)
			t.Logf("%d asked, %d in hand: %+v", asked, fake.Pending(), s)
		case <-end:
			return asked, all
		}
	}
}

// delays are the times from question to reply, sorted.
func delays(fake *telegramtest.Server) []time.Duration {
	var took []time.Duration
	for _, id := range fake.Chats() {
		asked := map[int]time.Time{}
		for _, m := range fake.Messages(id) {
			if m.From.ID != fake.Bot().ID {
				asked[m.ID] = m.Date
			} else if at, ok := asked[m.ReplyTo]; ok {
				took = append(took, m.Date.Sub(at))
			}
		}
	}
	slices.Sort(took)
	return took
}

// mean of some samples.
func mean(all []sample) (m sample) {
	n := float64(max(1, len(all)))
	for _, s := range all {
		m.rss, m.heap = m.rss+s.rss/n, m.heap+s.heap/n
		m.goroutines, m.files = m.goroutines+s.goroutines/n, m.files+s.files/n
	}
	return m
}
