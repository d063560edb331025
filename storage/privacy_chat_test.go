package storage

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tanyanetral/curation"
)

// chatSpellings are the ways in which a chat id may stand in a file, by name:
// as a number of SQLite, as bytes of both orders, in digits, and each of these
// in hexadecimal and base64.
func chatSpellings(chat int64) map[string][][]byte {
	digits := []byte(strings.TrimPrefix(strconv.FormatInt(chat, 10), "-"))
	big := binary.BigEndian.AppendUint64(nil, uint64(chat))
	little := binary.LittleEndian.AppendUint64(nil, uint64(chat))
	short := bytes.TrimLeft(big, "\x00")
	if chat < 0 { // SQLite leaves out leading bytes of ones but the last
		short = bytes.TrimLeft(big, "\xff")
	}
	all := map[string][][]byte{"digits": {digits}, "big": {big}, "little": {little}, "column": {short}}
	for _, plain := range [][]byte{digits, big, little} {
		lower := hex.EncodeToString(plain)
		all["hex"] = append(all["hex"], []byte(lower), []byte(strings.ToUpper(lower)))
		for before := range 3 { // bytes of something else may come first
			text := base64.RawStdEncoding.EncodeToString(append(make([]byte, before), plain...))
			text = text[(before*8+5)/6 : (before+len(plain))*8/6] // what these bytes alone decide
			all["base64"] = append(all["base64"], []byte(text), []byte(base64url(text)))
		}
	}
	return all
}

func base64url(text string) string { return strings.NewReplacer("+", "-", "/", "_").Replace(text) }

// secretChats are a person's chat and a group's, so long that no other bytes
// look like them.
func secretChats() []int64 { return []int64{0x17_C3D7_9A61_B4E5, -1_001_234_567_890_123} }

// TestChatSpellingsAreFound proves that the search below finds what it is
// for: each spelling, written plainly, is in the file.
func TestChatSpellingsAreFound(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	runSQL(t, db.write, "CREATE TABLE plain (number INTEGER, value BLOB)")
	for _, chat := range secretChats() {
		for name, spellings := range chatSpellings(chat) {
			query, args := "INSERT INTO plain (value) VALUES (?)", []any{spellings[0]}
			if name == "column" {
				query, args = "INSERT INTO plain (number) VALUES (?)", []any{chat}
			}
			if _, err := db.write.Exec(query, args...); err != nil {
				t.Fatal(err)
			}
			log := files(t, dir)[fileName+"-wal"]
			if !bytes.Contains(log, spellings[0]) {
				t.Errorf("%d as %s is not found where it stands", chat, name)
			}
		}
		// Base64 of something longer, in which the chat begins at every place.
		for before := range 3 {
			text := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%sx%d",
				strings.Repeat("-", before+2), chat))
			if !hasAny([]byte(text), chatSpellings(chat)["base64"]) {
				t.Errorf("%d is not found in %s", chat, text)
			}
		}
	}
}

// TestChatStandsInNoFile reads the bytes of all files, while they are open,
// after chats were told or forgotten, and after Close.
func TestChatStandsInNoFile(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	var log strings.Builder
	db, err := Open(ctx, slog.New(slog.NewTextHandler(&log, nil)), dir, WithKey(key('k')))
	if err != nil {
		t.Fatal(err)
	}
	check := func(when string) {
		t.Helper()
		all := files(t, dir)
		all["log of the program"] = []byte(log.String())
		for file, content := range all {
			for _, chat := range secretChats() {
				for name, spellings := range chatSpellings(chat) {
					if hasAny(content, spellings) {
						t.Errorf("%s: %s has chat %d as %s", when, file, chat, name)
					}
				}
			}
			if bytes.Contains(content, []byte("kkkkkkkk")) {
				t.Errorf("%s: %s has the app key", when, file)
			}
		}
	}
	for i := range 40 {
		gap := add(t, db, int64(i+1), gapOf(fmt.Sprint("soal ", i)))
		for _, chat := range secretChats() {
			err := errors.Join(db.AddWait(ctx, chat, gap, ""), db.AddWait(ctx, chat, gap, "2026-02-04"),
				db.Hold(ctx, chat, "golput", hence(db)))
			if err != nil {
				t.Fatal(err)
			}
			// What is refused must not be told in full either.
			fmt.Fprintln(&log, db.AddWait(ctx, chat, strings.Repeat("0", 32), ""))
		}
	}
	if n := rowsIn(t, db, "waits"); n != 80 || rowsIn(t, db, "held") != 80 {
		t.Fatalf("got %d waits; want 80 and as many held replies", n)
	}
	check("open")
	if n, err := db.ForgetChat(ctx, secretChats()[0]); err != nil || n != 80 {
		t.Fatalf("forgot %d, %v; want 80", n, err)
	}
	check("one forgotten")
	if err := errors.Join(db.Tidy(ctx), db.Close()); err != nil {
		t.Fatal(err)
	}
	check("closed")
}

// TestForgottenChatLeavesNothing insists that even the sealed bytes are gone,
// which a stolen key would open.
func TestForgottenChatLeavesNothing(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	db := open(t, dir, WithKey(key('k')))
	gap := add(t, db, 1, gapOf("apa"))
	if err := errors.Join(db.AddWait(ctx, 7001, gap, ""), db.Hold(ctx, 7001, "golput", hence(db))); err != nil {
		t.Fatal(err)
	}
	sealed := column(t, db, "SELECT hex(chat) FROM waits UNION ALL SELECT hex(chat) FROM held")
	present := func() (n int) {
		for _, text := range sealed {
			part, err := hex.DecodeString(text)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{fileName, fileName + "-wal"} {
				n += bytes.Count(files(t, dir)[name], part)
			}
		}
		return n
	}
	if present() < 2 {
		t.Fatalf("%d sealed chats are in %s; the test proves nothing", present(),
			filepath.Join(dir, fileName))
	}
	if n, err := db.ForgetChat(ctx, 7001); err != nil || n != 2 {
		t.Fatalf("forgot %d, %v; want 2", n, err)
	}
	if err := db.Tidy(ctx); err != nil {
		t.Fatal(err)
	}
	if n := present(); n != 0 {
		t.Errorf("%d sealed chats are still in the files", n)
	}
}

// TestWaitsHaveNoRowOrder is TestGapTablesHaveNoRowOrder for the tables with
// chats.
func TestWaitsHaveNoRowOrder(t *testing.T) {
	db := open(t, t.TempDir())
	for _, table := range sealedTables() {
		err := db.read.QueryRow("SELECT count(rowid) FROM " + table).Scan(new(int))
		if err == nil || !strings.Contains(err.Error(), "no such column") {
			t.Errorf("%s: got error %v for its rowid; want that there is none", table, err)
		}
	}
}

// TestLockedChangesNothing calls every method that writes while another
// program holds the database: each says so and keeps nothing.
func TestLockedChangesNothing(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	db := open(t, dir, WithKey(key('k')), func(s *settings) { s.busy = time.Millisecond })
	gap := add(t, db, 1, gapOf("apa"))
	addRevisions(t, db, "golput", "r1")
	if err := db.AddAction(ctx, curation.Action{ID: "a1"}); err != nil {
		t.Fatal(err)
	}
	tool := raw(t, dir)
	runSQL(t, tool, "BEGIN IMMEDIATE")
	ids := []string{"r1"}
	session := curation.Session{Hash: hash('a'), User: "u1"}
	calls := map[string]func() error{
		"SetGaps":           func() error { return db.SetGaps(ctx, []string{gap}, curation.Standing{Closed: "a"}) },
		"ForgetGaps":        func() error { _, err := db.ForgetGaps(ctx, "2030-01-01"); return err },
		"AddWait":           func() error { return db.AddWait(ctx, 7001, gap, "") },
		"ForgetWait":        func() error { return db.ForgetWait(ctx, gap) },
		"ForgetChat":        func() error { _, err := db.ForgetChat(ctx, 7001); return err },
		"Hold":              func() error { return db.Hold(ctx, 7001, "", hence(db)) },
		"DropHeld":          func() error { return db.DropHeld(ctx, gap) },
		"PruneHeld":         func() error { _, err := db.PruneHeld(ctx); return err },
		"CountDay":          func() error { return db.CountDay(ctx, "2026-05-01", []Tally{{"zone", "none", 1}}) },
		"ForgetTallies":     func() error { _, err := db.ForgetTallies(ctx); return err },
		"AddAction":         func() error { return db.AddAction(ctx, curation.Action{ID: "a2"}) },
		"SetUndone":         func() error { return db.SetUndone(ctx, "a1") },
		"AddRevisions":      func() error { return db.AddRevisions(ctx, []curation.Revision{revision("r2", "x")}) },
		"SetRevisions":      func() error { return db.SetRevisions(ctx, ids, alive(), curation.Ditolak, "", "") },
		"ScheduleRevisions": func() error { return db.ScheduleRevisions(ctx, ids, made()) },
		"PublishRevisions":  func() error { return db.PublishRevisions(ctx, ids, made()) },
		"AddAudit":          func() error { return db.AddAudit(ctx, curation.AuditLine{}) },
		"PutUser":           func() error { return db.PutUser(ctx, curation.User{ID: "u1"}) },
		"AddSession":        func() error { return db.AddSession(ctx, session) },
		"DropSession":       func() error { return db.DropSession(ctx, hash('a')) },
		"DropSessions":      func() error { return db.DropSessions(ctx, "u1") },
		"AddLink":           func() error { return db.AddLink(ctx, curation.Link{Hash: hash('a')}) },
		"TakeLink":          func() error { _, err := db.TakeLink(ctx, hash('a')); return err },
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) { wantState(t, call(), errInUse, dir, "another program") })
	}
	runSQL(t, tool, "COMMIT")
	for _, table := range []string{"waits", "held", "tallies", "audit", "users", "sessions", "links"} {
		if n := rowsIn(t, db, table); n != 0 {
			t.Errorf("%s has %d rows; want none", table, n)
		}
	}
	if got, err := db.Revision(ctx, "r1"); err != nil || got.State != curation.Draf || !got.Due.IsZero() {
		t.Errorf("the revision is %+v, %v; want it unchanged", got, err)
	}
}
