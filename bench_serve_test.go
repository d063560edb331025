package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tanyanetral/bot/telegramtest"
)

// line is one bot under measurement, in its own process.
type line struct {
	b    *testing.B
	fake *telegramtest.Server
	pid  int
	next int64 // id of the next person
}

// driverGC is how much garbage fake and driver let pile up, in percent of what
// they hold: the calls and chats that they remember are no work of the bots.
const driverGC = 400

// measured starts the program, or the bare echo bot, and waits until it
// receives updates.
func measured(b *testing.B, echo, hook bool) *line {
	b.Helper()
	before := debug.SetGCPercent(driverGC)
	b.Cleanup(func() { debug.SetGCPercent(before) })
	fake, err := telegramtest.NewServer()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := fake.Close(); err != nil || len(fake.Violations()) > 0 {
			b.Errorf("closing the fake: %v; %v", err, fake.Violations())
		}
	})
	l := &line{b: b, fake: fake, next: 1000}
	address, args := "poll", []string{"serve", "--fast-sends"}
	if hook {
		address = freeAddress(b)
		args = asWebhook(address)
	}
	if echo {
		l.pid = startEcho(b, fake, address)
	} else {
		l.pid = start(b, fake, b.TempDir(), args...).cmd.Process.Pid
	}
	await(b, fake, "the bot", func(s *telegramtest.Server) bool {
		return s.Polling() || s.Webhook().URL != ""
	})
	l.run(500, crashQuestion) // warm
	return l
}

func startEcho(b *testing.B, fake *telegramtest.Server, address string) int {
	b.Helper()
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), asEcho+"="+address, "TELEGRAM_TOKEN="+fake.Token(),
		"TELEGRAM_API_URL="+fake.URL())
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := cmd.Process.Kill(); err == nil {
			_ = cmd.Wait() // it was killed
		}
	})
	return cmd.Process.Pid
}

// run lets n people ask, each once, and returns how long it took until the
// last was answered and confirmed.
func (l *line) run(n int, questions ...string) time.Duration {
	l.b.Helper()
	begin, before := time.Now(), l.fake.Counts()["sendMessage"]
	for i := range n {
		l.fake.Text(telegramtest.User{ID: l.next, FirstName: "A"}, questions[i%len(questions)])
		l.next++
	}
	ctx, cancel := context.WithTimeout(l.b.Context(), 5*time.Minute)
	defer cancel()
	if err := l.fake.AwaitIdle(ctx); err != nil {
		l.b.Fatal(err)
	}
	took := time.Since(begin)
	if got := l.fake.Counts()["sendMessage"] - before; got != n {
		l.b.Fatalf("%d replies to %d messages", got, n)
	}
	return took
}

// wordings are what the matcher knows word for word.
func wordings(b *testing.B) []string {
	b.Helper()
	files, err := filepath.Glob("knowledge/data/asks/*.txt")
	if err != nil || len(files) == 0 {
		b.Fatalf("no wordings (%v)", err)
	}
	var all []string
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				all = append(all, line)
			}
		}
	}
	return all
}

// cpu is the processor time that the bot has used. The kernel counts it in
// hundredths of a second: fields 14 and 15, and the second may hold blanks.
func (l *line) cpu() time.Duration {
	l.b.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", l.pid))
	if err != nil {
		l.b.Fatal(err)
	}
	fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
	sum := 0
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(f)
		if err != nil {
			l.b.Fatal(err)
		}
		sum += n
	}
	return time.Duration(sum) * 10 * time.Millisecond
}

func modes() map[string]bool { return map[string]bool{"polling": false, "webhook": true} }

// BenchmarkServeThroughput sends 10,000 messages of as many people through the
// program and through the bare echo bot, which share two processors with the
// fake and the driver. They take turns, so that whatever else the machine does
// slows both.
func BenchmarkServeThroughput(b *testing.B) {
	const turns, messages = 10, 1000
	for mode, hook := range modes() {
		b.Run(mode, func(b *testing.B) {
			bare, ours := measured(b, true, hook), measured(b, false, hook)
			all, exact, work := questions(b), wordings(b), ours.cpu()
			var echo, asked, known, unseen time.Duration
			for b.Loop() {
				for range turns {
					echo += bare.run(messages, crashQuestion)
					asked += ours.run(messages, crashQuestion)
					known += ours.run(messages/5, exact...)
					unseen += ours.run(messages/5, all...)
				}
			}
			n := float64(turns * messages * b.N)
			b.ReportMetric(1e6*(ours.cpu()-work).Seconds()/(1.4*n), "cpu-µs/message")
			b.ReportMetric(n/echo.Seconds(), "echo/s")
			b.ReportMetric(n/asked.Seconds(), "messages/s")
			b.ReportMetric(n/5/known.Seconds(), "known/s")
			b.ReportMetric(n/5/unseen.Seconds(), "unseen/s")
			b.ReportMetric(100*echo.Seconds()/asked.Seconds(), "%-of-echo")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkServeLatency sends 200 messages a second for ten seconds and
// reports the time from the update to the reply.
func BenchmarkServeLatency(b *testing.B) {
	const rate, seconds = 200, 10
	for mode, hook := range modes() {
		b.Run(mode, func(b *testing.B) {
			l := measured(b, false, hook)
			var took []time.Duration
			for b.Loop() {
				first := l.next
				tick := time.NewTicker(time.Second / rate)
				for range rate * seconds {
					<-tick.C // the rate is what is measured
					l.fake.Text(telegramtest.User{ID: l.next, FirstName: "A"}, crashQuestion)
					l.next++
				}
				tick.Stop()
				await(b, l.fake, "the last reply", idle)
				for id := first; id < l.next; id++ {
					m := l.fake.Messages(id)
					if len(m) != 2 {
						b.Fatalf("%d messages in a chat", len(m))
					}
					took = append(took, m[1].Date.Sub(m[0].Date))
				}
			}
			slices.Sort(took)
			ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
			b.ReportMetric(ms(took[len(took)/2]), "p50-ms")
			b.ReportMetric(ms(took[len(took)*99/100]), "p99-ms")
			b.ReportMetric(ms(took[len(took)-1]), "max-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkServeChats lets 50,000 people ask in one run and reports the
// resident memory of the program afterwards.
func BenchmarkServeChats(b *testing.B) {
	for mode, hook := range modes() {
		b.Run(mode, func(b *testing.B) {
			l := measured(b, false, hook)
			for b.Loop() {
				b.ReportMetric(50_000/l.run(50_000, crashQuestion).Seconds(), "messages/s")
			}
			b.ReportMetric(residentMB(b, l.pid), "RSS-MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}
