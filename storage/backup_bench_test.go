package storage

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tanyanetral/report"
)

// fileLimit is the largest file that Telegram hands to a bot.
const fileLimit = 20 << 20

// BenchmarkBackup backs up beside a writer with 200 gaps a second, and tells
// how long those took, without and with a backup.
func BenchmarkBackup(b *testing.B) {
	db := open(b, b.TempDir())
	for written := 0; written < benchmarkSize; written += fileLimit {
		_, _ = accept(b, db, 1, min(fileLimit, benchmarkSize))
	}
	to, n, update := b.TempDir(), 0, int64(0)
	var quiet, busy []time.Duration
	for b.Loop() {
		b.StopTimer()
		alone := make(chan struct{})
		time.AfterFunc(2*time.Second, func() { close(alone) })
		quiet = append(quiet, gapTimes(b, db, &update, alone)...)
		b.StartTimer()
		done := make(chan struct{})
		go func() {
			defer close(done)
			if err := db.Backup(context.Background(), filepath.Join(to, fmt.Sprint(n))); err != nil {
				b.Error(err)
			}
		}()
		busy = append(busy, gapTimes(b, db, &update, done)...)
		n++
	}
	tell(b, "alone", quiet)
	tell(b, "beside", busy)
}

// tell reports the median, the 99th of 100 and the longest time.
func tell(b *testing.B, when string, times []time.Duration) {
	slices.Sort(times)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	b.ReportMetric(ms(times[len(times)/2]), when+"-p50-ms")
	b.ReportMetric(ms(times[len(times)*99/100]), when+"-p99-ms")
	b.ReportMetric(ms(times[len(times)-1]), when+"-max-ms")
}

// gapTimes adds a gap every 5 ms until done and returns how long each took,
// from the moment at which it was due.
func gapTimes(b *testing.B, db *DB, update *int64, done <-chan struct{}) []time.Duration {
	var times []time.Duration
	due := time.NewTicker(5 * time.Millisecond)
	defer due.Stop()
	for {
		select {
		case <-done:
			return times
		case at := <-due.C:
			*update++
			add(b, db, *update, gapOf("apa"))
			times = append(times, time.Since(at))
		}
	}
}

// BenchmarkRestore restores the same database: at most a minute is promised.
func BenchmarkRestore(b *testing.B) {
	ctx, db := context.Background(), open(b, b.TempDir())
	for written := 0; written < benchmarkSize; written += fileLimit {
		_, _ = accept(b, db, 1, min(fileLimit, benchmarkSize))
	}
	from := filepath.Join(b.TempDir(), "b.db")
	must(b, db.Backup(ctx, from))
	for b.Loop() {
		must(b, Restore(ctx, quiet(), filepath.Join(b.TempDir(), "state"), from, false))
	}
}

// BenchmarkReports lists 1,000 reports with a file each: at most 100 ms.
func BenchmarkReports(b *testing.B) {
	db := open(b, b.TempDir())
	for range 1000 {
		_, _ = accept(b, db, 1, 100_000)
	}
	for b.Loop() {
		if all, err := db.Reports(context.Background()); err != nil || len(all) != 1000 {
			b.Fatalf("got %d reports, error %v; want 1000", len(all), err)
		}
	}
}

// BenchmarkStageFile keeps the largest file and drops it.
func BenchmarkStageFile(b *testing.B) {
	ctx, db := context.Background(), open(b, b.TempDir())
	p := part(report.Berkas, 1, fileLimit)
	b.SetBytes(fileLimit)
	for b.Loop() {
		must(b, db.StageFile(ctx, "draft", p))
		must(b, db.DropStage(ctx, "draft"))
	}
}

// BenchmarkPartData reads the largest file.
func BenchmarkPartData(b *testing.B) {
	db := open(b, b.TempDir())
	_, parts := accept(b, db, 1, fileLimit)
	b.SetBytes(fileLimit)
	for b.Loop() {
		get(db.PartData(context.Background(), parts[1].ID))(b)
	}
}
