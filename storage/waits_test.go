package storage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// key is an app key of one letter.
func key(letter byte) (key [32]byte) {
	for i := range key {
		key[i] = letter
	}
	return key
}

// waitsOn returns the waits, and insists on their number.
func waitsOn(t *testing.T, db *DB, want int) []curation.Wait {
	t.Helper()
	waits, err := db.Waits(context.Background())
	if err != nil || len(waits) != want {
		t.Fatalf("got %d waits, %v; want %d", len(waits), err, want)
	}
	return waits
}

func TestWaits(t *testing.T) {
	ctx := context.Background()
	db := open(t, t.TempDir(), WithKey(key('a')))
	first, second := add(t, db, 1, gapOf("satu")), add(t, db, 2, gapOf("dua"))
	chats := map[string][]int64{first: {7001, -1009988776655}, second: {7001}}
	for range 2 { // the second time changes nothing: a chat waits once
		for gap, list := range chats {
			for _, chat := range list {
				if err := db.AddWait(ctx, chat, gap, ""); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	got := map[string][]int64{}
	for _, w := range waitsOn(t, db, 3) {
		chat, err := db.WaitChat(ctx, w.ID)
		if err != nil {
			t.Fatal(err)
		}
		got[w.Gap] = append(got[w.Gap], chat)
	}
	for gap, want := range chats {
		slices.Sort(got[gap])
		slices.Sort(want)
		if !slices.Equal(got[gap], want) {
			t.Errorf("gap %s: chats %v; want %v", gap, got[gap], want)
		}
	}
	told := waitsOn(t, db, 3)[0]
	for range 2 {
		if err := db.ForgetWait(ctx, told.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.WaitChat(ctx, told.ID); !errors.Is(err, curation.ErrNotFound) {
		t.Errorf("the forgotten wait: got %v; want not found", err)
	}
	waitsOn(t, db, 2)
}

func TestWaitEnds(t *testing.T) {
	ctx := context.Background()
	start := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	cases := []struct {
		until knowledge.Day
		last  int // days after the start
	}{{"", 60}, {"2026-05-11", 10}, {"2026-06-30", 60}, {"2030-01-01", 60}}
	for _, c := range cases {
		t.Run(string(c.until), func(t *testing.T) {
			now := start
			db := open(t, t.TempDir(), WithKey(key('a')), at(&now))
			gap := add(t, db, 1, knowledge.Gap{Text: "apa", Normal: "apa"})
			if err := db.AddWait(ctx, 7001, gap, c.until); err != nil {
				t.Fatal(err)
			}
			now = start.AddDate(0, 0, c.last)
			if _, err := db.ForgetGaps(ctx, "2000-01-01"); err != nil {
				t.Fatal(err)
			}
			id := waitsOn(t, db, 1)[0].ID
			if list := inboxTexts(t, db); list[0] != "apa||1" {
				t.Errorf("on the last day: inbox %v; want one that waits", list)
			}
			now = start.AddDate(0, 0, c.last+1)
			waitsOn(t, db, 0)
			if _, err := db.WaitChat(ctx, id); !errors.Is(err, curation.ErrNotFound) {
				t.Errorf("a day later: got %v; want not found", err)
			}
			if list := inboxTexts(t, db); list[0] != "apa||0" {
				t.Errorf("a day later: inbox %v; want none that waits", list)
			}
			if _, err := db.ForgetGaps(ctx, "2000-01-01"); err != nil || rowsIn(t, db, "waits") != 0 {
				t.Errorf("a day later: %d rows, %v; want them erased", rowsIn(t, db, "waits"), err)
			}
		})
	}
}

func TestAddWaitRefuses(t *testing.T) {
	ctx := context.Background()
	db := open(t, t.TempDir(), WithKey(key('a')))
	gap := add(t, db, 1, gapOf("apa"))
	for _, bad := range []string{"", "x", strings.Repeat("0", 32), gap + "00", gap[:31]} {
		err := db.AddWait(ctx, 700123456, bad, "")
		if !errors.Is(err, curation.ErrNotFound) || strings.Contains(err.Error(), "700123456") {
			t.Errorf("gap %q: got %v; want not found, without the chat", bad, err)
		}
	}
	waitsOn(t, db, 0)
}

func TestWithoutKey(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	db := open(t, dir)
	gap := add(t, db, 1, gapOf("apa"))
	if n, err := db.ForgetChat(ctx, 7001); n != 0 || err != nil {
		t.Errorf("forget chat where nothing is kept: got %d, %v", n, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	with := open(t, dir, WithKey(key('a')))
	if err := errors.Join(with.AddWait(ctx, 7001, gap, ""), with.Hold(ctx, 7001, "", hence(with))); err != nil {
		t.Fatal(err)
	}
	if err := with.Close(); err != nil {
		t.Fatal(err)
	}
	without := open(t, dir)
	id := waitsOn(t, without, 1)[0].ID
	calls := map[string]func() error{
		"AddWait":    func() error { return without.AddWait(ctx, 7001, gap, "") },
		"Hold":       func() error { return without.Hold(ctx, 7001, "", hence(without)) },
		"WaitChat":   func() error { _, err := without.WaitChat(ctx, id); return err },
		"Held":       func() error { _, err := without.Held(ctx); return err },
		"ForgetChat": func() error { _, err := without.ForgetChat(ctx, 7001); return err },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, errNoKey) {
			t.Errorf("%s without the key: got %v; want errNoKey", name, err)
		}
	}
	if rowsIn(t, without, "waits") != 1 || rowsIn(t, without, "held") != 1 {
		t.Error("without the key rows were added or lost")
	}
}

func TestOtherKey(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	db := open(t, dir, WithKey(key('a')))
	gap := add(t, db, 1, gapOf("apa"))
	if err := errors.Join(db.AddWait(ctx, 7001, gap, ""), db.Hold(ctx, 7001, "", hence(db))); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	other, err := Open(ctx, slog.New(slog.NewTextHandler(&log, nil)), dir, WithKey(key('b')))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if !strings.Contains(log.String(), "another app key") || !strings.Contains(log.String(), "rows=2") {
		t.Errorf("log: got %q; want a warning with the number of rows", log.String())
	}
	if _, err := other.WaitChat(ctx, waitsOn(t, other, 1)[0].ID); !errors.Is(err, ErrOtherKey) {
		t.Errorf("wait chat: got %v; want ErrOtherKey", err)
	}
	if held, err := other.Held(ctx); err != nil || len(held) != 0 {
		t.Errorf("held: got %v, %v; want none", held, err)
	}
	if n, err := other.ForgetChat(ctx, 7002); err != nil || n != 0 {
		t.Errorf("forget chat: got %d, %v; want none that is known to be its", n, err)
	}
	if rowsIn(t, other, "waits") != 0 || rowsIn(t, other, "held") != 0 {
		t.Error("rows that may be the chat's outlived its wish to be forgotten")
	}
}

// TestSealedRowsCannotBeSwapped moves a sealed chat id to another row, as
// somebody with the file, but without the key, could.
func TestSealedRowsCannotBeSwapped(t *testing.T) {
	ctx := context.Background()
	db := open(t, t.TempDir(), WithKey(key('a')))
	gap := add(t, db, 1, gapOf("apa"))
	for _, chat := range []int64{7001, 7002} {
		if err := db.AddWait(ctx, chat, gap, ""); err != nil {
			t.Fatal(err)
		}
	}
	sealed := column(t, db, "SELECT hex(chat) FROM waits")
	if sealed[0] == sealed[1] || len(sealed[0]) != len(sealed[1]) {
		t.Errorf("sealed chats %v; want different ones of one length", sealed)
	}
	runSQL(t, db.write, "UPDATE waits SET chat = (SELECT chat FROM waits ORDER BY id LIMIT 1)")
	waits := waitsOn(t, db, 2)
	if _, err := db.WaitChat(ctx, waits[0].ID); err != nil {
		t.Errorf("the row in its place: got %v", err)
	}
	if _, err := db.WaitChat(ctx, waits[1].ID); !errors.Is(err, ErrOtherKey) {
		t.Errorf("the row with another's chat: got %v; want ErrOtherKey", err)
	}
}

func TestForgetChat(t *testing.T) {
	ctx := context.Background()
	db := open(t, t.TempDir(), WithKey(key('a')))
	var waiting sync.WaitGroup
	for i := range 5 {
		gap := add(t, db, int64(i+1), gapOf(fmt.Sprint("soal ", i)))
		for _, chat := range []int64{7001, 7002} {
			waiting.Go(func() {
				err := errors.Join(db.AddWait(ctx, chat, gap, ""), db.Hold(ctx, chat, "golput", hence(db)))
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
	waiting.Wait()
	for _, step := range []struct {
		chat       int64
		want, left int // left: waits, and as many held replies
	}{{7003, 0, 10}, {7001, 10, 5}, {7001, 0, 5}, {7002, 10, 0}} {
		n, err := db.ForgetChat(ctx, step.chat)
		if err != nil || n != step.want {
			t.Errorf("chat %d: forgot %d, %v; want %d", step.chat, n, err, step.want)
		}
		if w, h := rowsIn(t, db, "waits"), rowsIn(t, db, "held"); w != step.left || h != step.left {
			t.Errorf("chat %d: %d waits and %d held replies are left; want %d", step.chat, w, h, step.left)
		}
	}
}

// hence is an hour from the clock of the database.
func hence(db *DB) time.Time { return db.set.now().Add(time.Hour) }

func TestHeld(t *testing.T) {
	ctx := context.Background()
	start := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	now := start
	db := open(t, t.TempDir(), WithKey(key('a')), at(&now))
	for _, h := range []struct {
		chat  int64
		topic string
		after time.Duration
	}{{7001, "golput", 48 * time.Hour}, {-1002, "", 10 * time.Minute}, {7003, "cuti", 30 * time.Minute}} {
		if err := db.Hold(ctx, h.chat, h.topic, start.Add(h.after)); err != nil {
			t.Fatal(err)
		}
	}
	steps := []struct {
		after  time.Duration
		want   string
		pruned int64
	}{
		{0, "-1002= 7003=cuti 7001=golput", 0},
		{10 * time.Minute, "7003=cuti 7001=golput", 1},
		{time.Hour - time.Second, "7001=golput", 1},
		{time.Hour, "", 1},
	}
	for _, s := range steps {
		now = start.Add(s.after)
		held, err := db.Held(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range held {
			got = append(got, fmt.Sprintf("%d=%s", h.Chat, h.Topic))
		}
		if strings.Join(got, " ") != s.want {
			t.Errorf("after %v: got %v; want %s", s.after, got, s.want)
		}
		if n, err := db.PruneHeld(ctx); err != nil || n != s.pruned {
			t.Errorf("after %v: pruned %d, %v; want %d", s.after, n, err, s.pruned)
		}
	}
	if n := rowsIn(t, db, "held"); n != 0 {
		t.Errorf("%d rows are left after an hour", n)
	}
}

func TestDropHeld(t *testing.T) {
	ctx := context.Background()
	db := open(t, t.TempDir(), WithKey(key('a')))
	for chat := range int64(2) {
		if err := db.Hold(ctx, 7001+chat, "golput", hence(db)); err != nil {
			t.Fatal(err)
		}
	}
	held, err := db.Held(ctx)
	if err != nil || len(held) != 2 {
		t.Fatalf("got %v, %v; want two", held, err)
	}
	for range 2 {
		if err := db.DropHeld(ctx, held[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	left, err := db.Held(ctx)
	if err != nil || len(left) != 1 || left[0] != held[1] {
		t.Errorf("got %v, %v; want %v alone", left, err, held[1])
	}
}
