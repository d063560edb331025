package main

import (
	"context"
	"fmt"
	"syscall"
	"time"

	"tanyanetral/console"
	"tanyanetral/storage"
)

// vitals are the present figures of the program.
type vitals struct {
	figures map[string]float64 // by the names of the gauges
}

// vitals asks every part for its figures.
func (o *office) vitals(ctx context.Context) (vitals, error) {
	v := vitals{map[string]float64{}}
	backlog, err := o.db.Backlog(ctx)
	if err != nil {
		return v, err
	}
	v.figures[gaugeOpenGaps], v.figures[gaugeWaiting] = float64(backlog.Open), float64(backlog.Waiting)
	v.figures[gaugeOldestGap] = daysBetween(string(backlog.Oldest), string(o.today())) // 0 when none waits
	lines, err := o.reports.List(ctx)
	if err != nil {
		return v, err
	}
	open, past := late(lines, string(o.today()))
	v.figures[gaugeReportsOpen], v.figures[gaugeReportsLate] = float64(open), float64(past)
	size, err := o.db.Size(ctx)
	if err != nil {
		return v, err
	}
	v.figures[gaugeDatabase] = float64(size)
	v.figures[gaugeRevision] = float64(o.desk.Generation())
	held, err := o.db.Held(ctx)
	if err != nil {
		return v, err
	}
	v.figures[gaugeHeld] = float64(len(held))
	if o.worked != nil {
		c := o.worked()
		v.figures[gaugeUpdates], v.figures[gaugeUpdateAside] = float64(c.Handled), float64(c.SetAside)
		v.figures[gaugeUpdateUnread] = float64(c.Unread)
	}
	return v, o.machine(v)
}

// machine adds the disk and the backups.
func (o *office) machine(v vitals) error {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(o.set.State, &disk); err != nil {
		return fmt.Errorf("look at the disk: %w", err)
	}
	v.figures[gaugeDiskFree] = float64(disk.Bavail) * float64(disk.Bsize)
	if o.cmd.Backups == "" {
		return nil
	}
	at, _, err := storage.NewestBackup(o.cmd.Backups)
	if err == nil && !at.IsZero() {
		v.figures[gaugeBackupAge] = o.now().Sub(at).Seconds()
	}
	return err
}

// daysBetween is how many days lie between two days.
func daysBetween(from, to string) float64 {
	a, err1 := time.Parse(time.DateOnly, from)
	b, err2 := time.Parse(time.DateOnly, to)
	if err1 != nil || err2 != nil {
		return 0
	}
	return b.Sub(a).Hours() / 24
}

// health is the page "Kesehatan".
func (o *office) healthLines(ctx context.Context) []console.Line {
	v, err := o.vitals(ctx)
	if err != nil {
		o.log.Warn("the figures of the program are not known", "error", err)
		return []console.Line{{Name: "Basis data", Value: "tidak menjawab; lihat log", State: console.Bad}}
	}
	f := v.figures
	grade := func(bad, warn bool) console.LineState {
		switch {
		case bad:
			return console.Bad
		case warn:
			return console.Warning
		}
		return console.Good
	}
	lines := []console.Line{
		{Name: "Versi", Value: version, State: console.Good},
		{Name: "Basis data", Value: fmt.Sprintf("%.1f MB", f[gaugeDatabase]/1e6), State: console.Good},
		{Name: "Ruang cakram", Value: fmt.Sprintf("%.1f GB tersisa", f[gaugeDiskFree]/1e9),
			State: grade(f[gaugeDiskFree] < leastDisk, f[gaugeDiskFree] < 3*leastDisk)},
		{Name: "Pertanyaan tanpa jawaban", Value: fmt.Sprintf("%.0f, yang tertua %.0f hari",
			f[gaugeOpenGaps], f[gaugeOldestGap]), State: grade(false, f[gaugeOldestGap] > 14)},
		{Name: "Menunggu kabar", Value: fmt.Sprintf("%.0f orang", f[gaugeWaiting]), State: console.Good},
		{Name: "Balasan tertahan", Value: fmt.Sprintf("%.0f", f[gaugeHeld]),
			State: grade(false, f[gaugeHeld] > 0)},
		{Name: "Laporan lewat tenggat", Value: fmt.Sprintf("%.0f dari %.0f yang terbuka sejak kemarin",
			f[gaugeReportsLate], f[gaugeReportsOpen]), State: grade(f[gaugeReportsLate] > 0, false)},
		o.backupLine(f),
	}
	if o.worked == nil {
		return append(lines, console.Line{Name: "Telegram", Value: "tanpa token: hanya konsol",
			State: console.Warning})
	}
	return append(lines, console.Line{Name: "Pembaruan Telegram",
		Value: fmt.Sprintf("%.0f selesai, %.0f disisihkan",
			f[gaugeUpdates], f[gaugeUpdateAside]), State: grade(false, f[gaugeUpdateAside] > 0)})
}

func (o *office) backupLine(f map[string]float64) console.Line {
	age, made := f[gaugeBackupAge]
	switch {
	case o.cmd.Backups == "":
		return console.Line{Name: "Cadangan", Value: "tidak diatur (TANYANETRAL_BACKUPS)",
			State: console.Warning}
	case !made:
		return console.Line{Name: "Cadangan", Value: "belum ada", State: console.Bad}
	case age > oldBackup.Seconds():
		return console.Line{Name: "Cadangan", Value: fmt.Sprintf("%.0f jam yang lalu", age/3600),
			State: console.Bad}
	}
	return console.Line{Name: "Cadangan", Value: fmt.Sprintf("%.0f jam yang lalu", age/3600),
		State: console.Good}
}
