package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
	"tanyanetral/report"
	"tanyanetral/storage"
)

// duties are what the program does by itself while it serves. Those that run
// until they are stopped come once a minute, should they ever end.
func (o *office) duties() []duty {
	all := []duty{
		{"forget and tidy", day, o.tidy},
		{"write the counts", minute, o.writeCounts},
		{"publish what is due", minute, o.publishDue},
		{"fit the matcher", minute, func(ctx context.Context) error {
			o.judge.follow(ctx, o.desk.Refitted)
			return nil
		}},
		{"back up", 15 * minute, o.backUp},
		{"forget held replies and keys", minute, o.forget},
		{"figures", minute, o.measure},
		{"keys of those who left", minute, o.dropLapsed},
		{"metrics", minute, func(ctx context.Context) error { return o.figures.serve(ctx, o.log) }},
	}
	if o.bot == nil {
		return all
	}
	return append(all,
		duty{"present the bot", day, o.bot.Present},
		duty{"resend", minute, func(ctx context.Context) error { o.bot.Resend(ctx); return nil }},
		duty{"forget drafts", minute, func(ctx context.Context) error { o.taking.Run(ctx); return nil }},
		duty{"tell who waits", minute, o.tellWaiting},
		duty{"news for the staff", 5 * minute, o.news},
	)
}

// tidy erases what is too old, then rewrites the file, so that neither an
// order of arrival nor what was erased stays in it.
func (o *office) tidy(ctx context.Context) error {
	today := o.now().In(o.zone)
	_, gaps := o.db.ForgetGaps(ctx, knowledge.DayOf(today.AddDate(0, 0, -keepGaps)))
	_, tallies := o.db.ForgetTallies(ctx)
	_, reports := o.reports.Expire(ctx, string(knowledge.DayOf(today)))
	return errors.Join(gaps, tallies, reports, o.db.Tidy(ctx))
}

func (o *office) writeCounts(ctx context.Context) error {
	var rows []storage.Tally
	for k, n := range o.counts.take() {
		rows = append(rows, storage.Tally{Event: k[0], Key: k[1], N: n})
	}
	if len(rows) == 0 {
		return nil
	}
	return o.db.CountDay(ctx, o.today(), rows)
}

// today is the day in the office.
func (o *office) today() knowledge.Day { return knowledge.DayOf(o.now().In(o.zone)) }

func (o *office) publishDue(ctx context.Context) error {
	n, err := o.desk.RunDue(ctx)
	if n > 0 {
		o.log.Info("scheduled changes were published", "changes", n)
	}
	return err
}

// backUp makes a copy when the newest is a day old, and removes what is too
// many or too old, also when no copy can be made.
func (o *office) backUp(ctx context.Context) error {
	var made, kept error
	if dir := o.cmd.Backups; dir != "" {
		made = o.copyDue(ctx, dir)
		_, kept = storage.Rotate(dir, o.cmd.BackupKeep, o.now())
	}
	upgrades := filepath.Join(o.set.State, storage.BackupFolder)
	if sameFolder(upgrades, o.cmd.Backups) { // there the newest stays
		return errors.Join(made, kept)
	}
	_, before := storage.Expire(upgrades, o.cmd.BackupKeep, o.now())
	if errors.Is(before, fs.ErrNotExist) { // nothing was ever upgraded here
		before = nil
	}
	return errors.Join(made, kept, before)
}

// sameFolder tells whether two paths name one folder that exists.
func sameFolder(a, b string) bool {
	one, err1 := os.Stat(a)
	other, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(one, other)
}

// copyDue makes a copy when the newest is a day old.
func (o *office) copyDue(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of the backups: %w", err)
	}
	at, _, err := storage.NewestBackup(dir)
	if err != nil {
		return err
	}
	const wrongClock = "Jam server pernah keliru: ada cadangan yang bertanggal di masa depan."
	switch age := o.now().Sub(at); {
	case age >= day:
	case age > -day, !o.bell.first("copy of days to come", o.today()):
		return nil
	default: // the newest is of days to come, which must not stop those of today
		o.alert(wrongClock)
	}
	to := filepath.Join(dir, storage.BackupName(o.now()))
	if o.cmd.BackupKey != "" {
		err = o.db.BackupSealed(ctx, to+".age", o.cmd.BackupKey)
	} else {
		err = o.db.Backup(ctx, to)
	}
	if err != nil {
		o.alert("Cadangan basis data gagal dibuat. Periksa log dan ruang cakram.")
	}
	return err
}

// forget drops held replies and unlocked keys whose time is over.
func (o *office) forget(ctx context.Context) error {
	_, held := o.db.PruneHeld(ctx)
	o.console.LockIdleKeys()
	return held
}

// tellWaiting tells those who wait for an answer that there is one now, and
// forgets them.
func (o *office) tellWaiting(ctx context.Context) error {
	found, err := o.desk.Answered(ctx)
	if err != nil {
		return err
	}
	told := map[news]bool{}
	var problems []error
	for _, t := range found {
		problems = append(problems, o.tellOne(ctx, t, told))
	}
	return errors.Join(problems...)
}

// news is what a chat was told of; it lives for one round.
type news struct {
	chat  int64
	topic string
}

// tellOne tells one of them, unless the chat was told of the topic in the same
// round. Who cannot be told now is told later; who can never be told is
// forgotten.
func (o *office) tellOne(ctx context.Context, t curation.Told, told map[news]bool) error {
	chat, err := o.db.WaitChat(ctx, t.Wait)
	n := news{chat, t.Topic}
	switch {
	case errors.Is(err, curation.ErrNotFound):
		return nil
	case errors.Is(err, storage.ErrOtherKey):
	case err != nil:
		return fmt.Errorf("tell who waits: %w", err)
	case told[n]:
	default:
		err := o.bot.Tell(ctx, chat, t.Topic)
		if errors.Is(err, curation.ErrNotFound) {
			return nil // the topic went a moment ago; the next round asks for another answer
		}
		if err != nil {
			return fmt.Errorf("tell who waits: %w", err)
		}
		told[n] = true
	}
	return o.db.ForgetWait(ctx, t.Wait)
}

// news tells the staff what there is to do.
func (o *office) news(ctx context.Context) error {
	users, err := o.staff.Users(ctx)
	if err != nil {
		return err
	}
	o.bot.SetStaff(ctx, users)
	return o.bot.Round(ctx)
}

// dropLapsed stops sealing new reports to members of the staff who are no
// investigators any more: their role or their term has ended. The last key
// stays, and the admins are told, since reports would be sealed to nobody.
func (o *office) dropLapsed(ctx context.Context) error {
	keys, err := o.reports.Investigators(ctx)
	if err != nil {
		return err
	}
	users, err := o.staff.Users(ctx)
	if err != nil {
		return err
	}
	for _, k := range keys {
		i := slices.IndexFunc(users, func(u curation.User) bool { return u.ID == k.User })
		if !k.Active || i < 0 || users[i].Can(curation.Pemeriksa, o.today()) {
			continue
		}
		err := o.reports.RemoveInvestigator(ctx, k.ID)
		switch {
		case errors.Is(err, report.ErrLastKey):
			o.alert("Laporan hanya terkunci untuk orang yang tidak lagi bertugas sebagai pemeriksa. " +
				"Tambahkan kunci pemeriksa.")
		case err != nil:
			return err
		default:
			line := curation.AuditLine{At: o.now(), Act: "key.lapsed", Object: k.ID}
			if err := o.db.AddAudit(ctx, line); err != nil {
				return err
			}
		}
	}
	return nil
}

// alert tells the admins in Telegram, if there is a bot, and of the same thing
// once a day.
func (o *office) alert(text string) {
	if o.bot != nil && o.bell.first(text, o.today()) {
		o.bot.AlertAdmins(text)
	}
}

// Limits from which the admins are told.
const (
	leastDisk = 1 << 30 // bytes free; twice the largest database that was measured
	oldBackup = 36 * time.Hour
)

// measure takes the present figures and tells the admins of bad ones.
func (o *office) measure(ctx context.Context) error {
	v, err := o.vitals(ctx)
	if err != nil {
		return err
	}
	for name, value := range v.figures {
		o.figures.set(name, value)
	}
	if v.figures[gaugeDiskFree] < leastDisk {
		o.alert("Ruang cakram server hampir habis.")
	}
	if o.cmd.Backups != "" && v.figures[gaugeBackupAge] > oldBackup.Seconds() {
		o.alert("Cadangan terbaru sudah lebih dari 36 jam.")
	}
	if v.figures[gaugeReportsLate] > 0 {
		o.alert("Ada laporan yang melewati tenggat. Pemeriksa dapat melihatnya di konsol.")
	}
	return nil
}

// late counts open reports, and those past a deadline. Those of today are not
// among the open ones: a figure that is written down every minute would tell at
// what time a report came, of which only the day is kept.
func late(lines []report.Line, today string) (open, past int) {
	for _, l := range lines {
		if l.Closed != "" {
			continue
		}
		if l.Day < today {
			open++
		}
		for _, light := range []report.Light{l.Lights.Acknowledge, l.Lights.Finding, l.Lights.Feedback} {
			if light == report.Merah {
				past++
				break
			}
		}
	}
	return open, past
}
