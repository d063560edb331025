package main

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tanyanetral/bot/telegramtest"
	"tanyanetral/faq"
)

// BenchmarkStart measures the program from its start to its first answer, as
// a process of its own.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		p := start(b, nil, b.TempDir(), "ask", "boleh ga like postingan calon bupati")
		if code := p.wait(b); code != 0 {
			b.Fatalf("exit code %d: %s", code, p.output)
		}
	}
}

// questions are the wordings of the development sets, which the matcher has
// never seen.
func questions(b testing.TB) []string {
	b.Helper()
	files, err := filepath.Glob("faq/testdata/dev-*.jsonl")
	if err != nil || len(files) == 0 {
		b.Fatalf("no development sets (%v)", err)
	}
	var all []string
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			b.Fatal(err)
		}
		set, err := faq.ReadLabelled(f)
		if err != nil {
			b.Fatal(err)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
		for _, q := range set {
			all = append(all, q.Question)
		}
	}
	return all
}

// openApp opens the program's parts for a benchmark, and closes them after it.
func openApp(b *testing.B) *app {
	b.Helper()
	a, err := newApp(&settings{Timezone: "Asia/Jakarta"}, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := a.close(); err != nil {
			b.Error(err)
		}
	})
	return a
}

// BenchmarkAsk answers unseen questions one after the other and reports the
// median and the 99th percentile.
func BenchmarkAsk(b *testing.B) {
	a := openApp(b)
	all := questions(b)
	var took []time.Duration
	i := 0
	for b.Loop() {
		begin := time.Now()
		if _, err := a.matcher.Ask(b.Context(), all[i%len(all)]); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(begin))
		i++
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

// BenchmarkAskParallel is the throughput on all processors.
func BenchmarkAskParallel(b *testing.B) {
	a := openApp(b)
	all := questions(b)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := a.matcher.Ask(b.Context(), all[i%len(all)]); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "questions/s")
}

// BenchmarkServe sends one message after the other through the fake and
// reports the resident memory of the program afterwards.
func BenchmarkServe(b *testing.B) {
	fake := telegramtest.New(b)
	p := start(b, fake, b.TempDir(), "serve", "--fast-sends")
	await(b, fake, "the first poll", (*telegramtest.Server).Polling)
	user := telegramtest.User{ID: 1000, FirstName: "Pegawai"}
	for b.Loop() {
		user.ID++ // many messages of one person would be a flood
		fake.Text(user, "boleh ga like postingan calon bupati")
		await(b, fake, "the reply", func(s *telegramtest.Server) bool { return s.Pending() == 0 })
	}
	b.ReportMetric(residentMB(b, p.cmd.Process.Pid), "RSS-MB")
}

// residentMB reads the resident memory of a process from the kernel.
func residentMB(b *testing.B, pid int) float64 {
	b.Helper()
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			b.Error(err)
		}
	}()
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		var kb float64
		if strings.HasPrefix(sc.Text(), "VmRSS:") {
			if _, err := fmt.Sscanf(sc.Text(), "VmRSS: %f kB", &kb); err != nil {
				b.Fatal(err)
			}
			return kb / 1024
		}
	}
	b.Fatal("no VmRSS line")
	return 0
}
