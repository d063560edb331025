package storage

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tanyanetral/knowledge"
)

// files reads every file of the state folder.
func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string][]byte)
	for _, e := range entries {
		if all[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

const (
	pageSize  = 4096 // of SQLite, unchanged
	walHeader = 32   // bytes before the first frame of a write-ahead log
	walFrame  = 24   // bytes before the page in each frame
)

// pages cuts the database and its log into the images of their pages.
func pages(all map[string][]byte) [][]byte {
	images := slices.Collect(slices.Chunk(all[fileName], pageSize))
	if log := all[fileName+"-wal"]; len(log) > walHeader {
		for frame := range slices.Chunk(log[walHeader:], walFrame+pageSize) {
			images = append(images, frame[walFrame:])
		}
	}
	return images
}

// spellings are the ways in which a number may stand in a file: in SQLite's
// variable length (a row's key), as big-endian bytes (a column) and in digits.
func spellings(n int64) [][]byte {
	var key []byte
	for rest, more := uint64(n), byte(0); rest > 0 || key == nil; rest, more = rest>>7, 0x80 {
		key = append([]byte{byte(rest&0x7f) | more}, key...)
	}
	column := binary.BigEndian.AppendUint64(nil, uint64(n))
	return [][]byte{key, bytes.TrimLeft(column, "\x00"), []byte(strconv.FormatInt(n, 10))}
}

func hasAny(image []byte, parts [][]byte) bool {
	return slices.ContainsFunc(parts, func(part []byte) bool { return bytes.Contains(image, part) })
}

// TestUpdateStandsNearNoQuestion reads the bytes of all files, while they are
// open and after Close: no page has both a question and an update.
func TestUpdateStandsNearNoQuestion(t *testing.T) {
	dir := t.TempDir()
	var log strings.Builder
	db, err := Open(context.Background(), slog.New(slog.NewTextHandler(&log, nil)), dir)
	if err != nil {
		t.Fatal(err)
	}
	const base = int64(0x2B_C3D7_9A61_0000) // long enough that no other bytes look like it
	var updates [][]byte
	for i := range int64(300) {
		text := fmt.Sprintf("PERTANYAAN nomor %d %s", i, strings.Repeat("z", 80))
		g := gapOf(text)
		g.Near = []knowledge.Candidate{{Topic: "TOPIK", Confidence: 0.5}}
		add(t, db, base+i*257, g)
		updates = append(updates, spellings(base+i*257)...)
	}
	questions := [][]byte{[]byte("PERTANYAAN"), []byte("TOPIK")}
	check := func(when string) {
		all := files(t, dir)
		asked, marked := 0, 0
		for i, image := range pages(all) {
			question, update := hasAny(image, questions), hasAny(image, updates)
			if question && update {
				t.Errorf("%s: page image %d has a question and an update", when, i)
			}
			if question {
				asked++
			}
			if update {
				marked++
			}
		}
		if asked == 0 || marked == 0 {
			t.Errorf("%s: got %d pages with questions, %d with updates; want some of both",
				when, asked, marked)
		}
		for _, name := range []string{fileName + "-shm", lockName} {
			if hasAny(all[name], questions) || hasAny(all[name], updates) {
				t.Errorf("%s: %s has a question or an update", when, name)
			}
		}
	}
	check("open")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	check("closed")
	if hasAny([]byte(log.String()), questions) || hasAny([]byte(log.String()), updates) {
		t.Errorf("the program's log has a question or an update:\n%s", log.String())
	}
}

func TestGapTablesHaveNoRowOrder(t *testing.T) {
	db := open(t, t.TempDir())
	for _, table := range []string{"gaps", "gap_near"} {
		var n int
		row := db.read.QueryRow("SELECT count(rowid) FROM " + table)
		if err := row.Scan(&n); err == nil || !strings.Contains(err.Error(), "no such column") {
			t.Errorf("%s: got error %v for its rowid; want that there is none", table, err)
		}
	}
	if err := db.read.QueryRow("SELECT count(rowid) FROM processed_updates").Scan(new(int)); err != nil {
		t.Errorf("the question itself is wrong: %v", err)
	}
}

// TestTidyLeavesOrderOfKeys finds the rows in the bytes of the file: after
// Tidy they lie in the order of the random ids, before it they do not.
func TestTidyLeavesOrderOfKeys(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	for i := range 20 { // few enough for one page of each table
		add(t, db, int64(i+1), knowledge.Gap{Text: fmt.Sprintf("teks-%02d", i), Normal: "sama",
			Day:  "2026-02-03",
			Near: []knowledge.Candidate{{Topic: fmt.Sprintf("topik-%02d", i), Confidence: 0.5}}})
	}
	texts := column(t, db, "SELECT text FROM gaps ORDER BY id")
	topics := column(t, db, "SELECT topic FROM gap_near ORDER BY gap_id")
	if slices.IsSorted(texts) || slices.IsSorted(topics) {
		t.Error("ids are in the order of arrival; want random ones")
	}
	runSQL(t, db.write, "PRAGMA wal_checkpoint(TRUNCATE)")
	if main := files(t, dir)[fileName]; lieInOrder(main, texts) || lieInOrder(main, topics) {
		t.Error("rows lie in the order of ids already before Tidy; the test proves nothing")
	}
	if err := db.Tidy(context.Background()); err != nil {
		t.Fatal(err)
	}
	all := files(t, dir)
	if !lieInOrder(all[fileName], texts) || !lieInOrder(all[fileName], topics) {
		t.Error("rows do not lie in the order of their ids after Tidy")
	}
	if n := len(all[fileName+"-wal"]); n != 0 {
		t.Errorf("the log has %d bytes after Tidy; want none", n)
	}
}

// column reads a query's single column.
func column(t *testing.T, db *DB, query string) []string {
	t.Helper()
	rows, err := db.read.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var values []string
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			t.Fatal(err)
		}
		values = append(values, value)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return values
}

// lieInOrder reports whether the marks, each of which is in the file once, lie
// there one after the other, upwards or downwards.
func lieInOrder(file []byte, marks []string) bool {
	at := make(map[int]string)
	for _, mark := range marks {
		at[bytes.Index(file, []byte(mark))] = mark
	}
	var found []string
	for _, place := range slices.Sorted(maps.Keys(at)) {
		found = append(found, at[place])
	}
	if slices.Equal(found, marks) {
		return true
	}
	slices.Reverse(found)
	return slices.Equal(found, marks)
}

func TestTidyForgetsWhatWasDeleted(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	const update = int64(0x2B_C3D7_9A61_0000)
	add(t, db, update, gapOf("PERTANYAAN"))
	parts := append(spellings(update)[:1], []byte("PERTANYAAN"))
	present := func(part []byte) bool {
		return slices.ContainsFunc(slices.Collect(maps.Values(files(t, dir))), func(file []byte) bool {
			return bytes.Contains(file, part)
		})
	}
	for _, part := range parts {
		if !present(part) {
			t.Fatalf("%q is in no file; the test proves nothing", part)
		}
	}
	if _, err := db.PruneProcessed(context.Background(), 0); err != nil {
		t.Fatal(err)
	}
	runSQL(t, db.write, "DELETE FROM gaps")
	if err := db.Tidy(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, part := range parts {
		if present(part) {
			t.Errorf("%q is still in a file", part)
		}
	}
}
