package storage

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tanyanetral/report"
)

// randomID is an id as the report package makes them.
func randomID() string { return rand.Text() }

// sealedOf is n bytes that look like ciphertext and of which every page has a
// mark of 64 random bytes.
func sealedOf(n int) (content, mark []byte) {
	mark = make([]byte, 64)
	rand.Read(mark)
	return bytes.Repeat(mark, n/len(mark)+1)[:n], mark
}

// part is a part of n random bytes.
func part(kind report.PartKind, number, n int) report.Part {
	content, _ := sealedOf(n)
	return report.Part{ID: randomID(), Kind: kind, Number: number, Day: "2026-02-03", Size: int64(n),
		Sealed: content}
}

// stored is a report as it is sent.
func stored() report.Stored {
	lookup := make([]byte, 32)
	rand.Read(lookup)
	envelope, _ := sealedOf(1500)
	return report.Stored{ID: randomID(), Lookup: lookup, ReporterKey: "age1" + randomID(),
		ReportKey: "age1" + randomID(), Envelope: envelope, Day: "2026-02-03", Status: report.Baru, Unread: 1}
}

// must fails the test on an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// get fails the test on an error and gives the value otherwise.
func get[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return value
	}
}

// accept keeps a new report with a number of files of a size and returns it
// with its parts.
func accept(t testing.TB, db *DB, fileCount, size int) (report.Stored, []report.Part) {
	t.Helper()
	ctx, draft, s := context.Background(), randomID(), stored()
	parts := []report.Part{part(report.Isi, 1, 1024)}
	for i := range fileCount {
		p := part(report.Berkas, i+2, size)
		must(t, db.StageFile(ctx, draft, p))
		parts = append(parts, p)
	}
	must(t, db.Accept(ctx, s, parts[0], draft))
	for i := range parts {
		parts[i].Report = s.ID
	}
	s.Unread = len(parts)
	return s, parts
}

// rowCounts are the numbers of rows of the tables of reports.
func rowCounts(t testing.TB, db *DB) string {
	t.Helper()
	var all []string
	for _, table := range []string{"reports", "report_parts", "draft_files", "sealed", "report_erasures"} {
		var n int
		must(t, db.read.QueryRow("SELECT count(*) FROM "+table).Scan(&n))
		all = append(all, fmt.Sprint(table, " ", n))
	}
	return strings.Join(all, ", ")
}

func wantRows(t testing.TB, db *DB, want string) {
	t.Helper()
	if got := rowCounts(t, db); got != want {
		t.Errorf("rows: got %s; want %s", got, want)
	}
}

func TestInvestigators(t *testing.T) {
	ctx, db := context.Background(), open(t, t.TempDir())
	want := []report.Investigator{
		{ID: "a", Post: "Inspektur", Recipient: "age1x", Wrapped: []byte{1, 2}, User: "u1", Added: "2026-01-02",
			Active: true},
		{ID: "b", Post: "Irban", Recipient: "age1y", User: "u2", Added: "2026-01-03", Active: true},
	}
	must(t, db.PutInvestigator(ctx, want[1]))
	must(t, db.PutInvestigator(ctx, want[0]))
	if diff := cmp.Diff(want, get(db.Investigators(ctx))(t)); diff != "" {
		t.Errorf("investigators (-want +got):\n%s", diff)
	}
	want[1] = report.Investigator{ID: "b", Post: "Irban I", Recipient: "age1z",
		Wrapped: []byte{3}, User: "u3",
		Added: "2026-01-04"}
	must(t, db.PutInvestigator(ctx, want[1]))
	if diff := cmp.Diff(want, get(db.Investigators(ctx))(t)); diff != "" {
		t.Errorf("investigators after a change (-want +got):\n%s", diff)
	}
}

func TestReportsAndParts(t *testing.T) {
	ctx, db := context.Background(), open(t, t.TempDir())
	first, parts := accept(t, db, 2, 5000)
	other, _ := accept(t, db, 0, 0)
	for what, read := range map[string]func() (report.Stored, error){
		"Report":   func() (report.Stored, error) { return db.Report(ctx, first.ID) },
		"ByLookup": func() (report.Stored, error) { return db.ByLookup(ctx, first.Lookup) },
	} {
		got, err := read()
		if diff := cmp.Diff(first, got); diff != "" || err != nil {
			t.Errorf("%s: error %v (-want +got):\n%s", what, err, diff)
		}
	}
	byID := cmpopts.SortSlices(func(a, b report.Stored) bool { return a.ID < b.ID })
	if diff := cmp.Diff([]report.Stored{first, other}, get(db.Reports(ctx))(t), byID); diff != "" {
		t.Errorf("Reports (-want +got):\n%s", diff)
	}
	reply, message := part(report.Balasan, 5, 700), part(report.Pesan, 4, 600)
	reply.Report, message.Report = first.ID, first.ID
	further := part(report.Berkas, 6, 9000)
	must(t, db.AddPart(ctx, reply, nil))
	must(t, db.StageFile(ctx, "another draft", further))
	must(t, db.AddPart(ctx, message, []string{"another draft"}))
	further.Report = first.ID
	want := append(slices.Clone(parts), message, reply, further)
	for i := range want {
		if got := get(db.PartData(ctx, want[i].ID))(t); !bytes.Equal(got, want[i].Sealed) {
			t.Errorf("part %d: got %d other bytes", i, len(got))
		}
		if want[i].Kind == report.Berkas {
			want[i].Sealed = nil
		}
	}
	if diff := cmp.Diff(want, get(db.Parts(ctx, first.ID))(t)); diff != "" {
		t.Errorf("Parts (-want +got):\n%s", diff)
	}
	checkUnread := func(want int) {
		t.Helper()
		if got := get(db.Report(ctx, first.ID))(t).Unread; got != want {
			t.Errorf("unread: got %d; want %d", got, want)
		}
	}
	checkUnread(5) // all but the reply
	must(t, db.MarkSeen(ctx, []string{parts[0].ID, parts[1].ID, reply.ID, "gone"}))
	checkUnread(3)
	for _, p := range get(db.Parts(ctx, first.ID))(t) {
		if want := slices.Contains([]string{parts[0].ID, parts[1].ID, reply.ID}, p.ID); p.Seen != want {
			t.Errorf("part %d: got seen %v; want %v", p.Number, p.Seen, want)
		}
	}
	if got := get(db.Report(ctx, other.ID))(t); got.Unread != 1 {
		t.Errorf("the other report: got %d unread; want 1", got.Unread)
	}
}

func TestSetStored(t *testing.T) {
	ctx, db := context.Background(), open(t, t.TempDir())
	s, _ := accept(t, db, 0, 0)
	other, _ := accept(t, db, 0, 0)
	s.Status, s.Acknowledged, s.Finding = report.Selesai, "2026-02-04", "2026-02-05"
	s.Feedback, s.Closed = "2026-02-06", "2026-02-07"
	sealedAnew, _ := sealedOf(2500)
	must(t, db.SetEnvelope(ctx, s.ID, sealedAnew))
	must(t, db.SetStored(ctx, s)) // by one who has read another envelope
	s.Envelope = sealedAnew
	if diff := cmp.Diff(s, get(db.Report(ctx, s.ID))(t)); diff != "" {
		t.Errorf("changed report (-want +got):\n%s", diff)
	}
	want := s
	want.Closed, s.Closed = "", "" // reopened
	must(t, db.SetStored(ctx, s))
	if diff := cmp.Diff(want, get(db.Report(ctx, s.ID))(t)); diff != "" {
		t.Errorf("report changed again (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(other, get(db.Report(ctx, other.ID))(t)); diff != "" {
		t.Errorf("the other report (-want +got):\n%s", diff)
	}
	wantRows(t, db, "reports 2, report_parts 2, draft_files 0, sealed 4, report_erasures 0")
}

// A report that waits becomes a new one once, and stays what it became.
func TestConfirm(t *testing.T) {
	ctx, db := context.Background(), open(t, t.TempDir())
	s := stored()
	s.Status = report.Menunggu
	must(t, db.Accept(ctx, s, part(report.Isi, 1, 100), "draft"))
	for _, want := range []report.Status{report.Baru, report.Diproses} {
		must(t, db.Confirm(ctx, s.ID))
		if want != report.Baru {
			s.Status = want
			must(t, db.SetStored(ctx, s))
			must(t, db.Confirm(ctx, s.ID))
		}
		if got := get(db.Report(ctx, s.ID))(t).Status; got != want {
			t.Errorf("got %s; want %s", got, want)
		}
	}
	if err := db.SetEnvelope(ctx, s.ID, nil); err == nil {
		t.Error("an empty envelope is taken")
	}
}

// A withdrawal is not undone by somebody who read the report before it.
func TestWithdrawnStays(t *testing.T) {
	ctx, db := context.Background(), open(t, t.TempDir())
	s, _ := accept(t, db, 0, 0)
	gone := s
	gone.Status, gone.Closed = report.Ditarik, "2026-02-07"
	must(t, db.SetStored(ctx, gone))
	s.Status, s.Acknowledged = report.Diterima, "2026-02-07"
	if err := db.SetStored(ctx, s); !errors.Is(err, report.ErrClosed) {
		t.Errorf("got %v; want report.ErrClosed", err)
	}
	gone.Envelope, _ = sealedOf(1500) // sealed anew, it is still withdrawn
	must(t, db.SetEnvelope(ctx, gone.ID, gone.Envelope))
	must(t, db.Confirm(ctx, gone.ID)) // as a late answer of Telegram makes it
	if diff := cmp.Diff(gone, get(db.Report(ctx, s.ID))(t)); diff != "" {
		t.Errorf("withdrawn report (-want +got):\n%s", diff)
	}
}

func TestReportNotFound(t *testing.T) {
	ctx, db := context.Background(), open(t, t.TempDir())
	_, _ = accept(t, db, 1, 100)
	lost := part(report.Pesan, 1, 10)
	lost.Report = "none"
	drop := func(_ any, err error) error { return err }
	for what, err := range map[string]error{
		"Report":    drop(db.Report(ctx, "none")),
		"ByLookup":  drop(db.ByLookup(ctx, make([]byte, 32))),
		"Parts":     drop(db.Parts(ctx, "none")),
		"PartData":  drop(db.PartData(ctx, "none")),
		"AddPart":   db.AddPart(ctx, lost, nil),
		"SetStored": db.SetStored(ctx, report.Stored{ID: "none", Status: report.Baru}),
		"Envelope":  db.SetEnvelope(ctx, "none", []byte("sealed")),
		"Confirm":   db.Confirm(ctx, "none"),
		"Erase":     db.Erase(ctx, "none"),
		"AskErase":  db.AskErase(ctx, "none", "u"),
	} {
		if !errors.Is(err, report.ErrNotFound) {
			t.Errorf("%s: got %v; want report.ErrNotFound", what, err)
		}
	}
	wantRows(t, db, "reports 1, report_parts 2, draft_files 0, sealed 3, report_erasures 0")
}

// TestFailedReportLeavesNoHalf lets the last statement of Accept and AddPart
// fail, and what is not sealed be refused.
func TestFailedReportLeavesNoHalf(t *testing.T) {
	ctx, db := context.Background(), open(t, t.TempDir())
	s, parts := accept(t, db, 1, 100)
	staged := part(report.Berkas, 2, 5000)
	must(t, db.StageFile(ctx, "draft", staged))
	before := "reports 1, report_parts 2, draft_files 1, sealed 4, report_erasures 0"
	wantRows(t, db, before)
	fails := func(what string, err error) {
		t.Helper()
		if err == nil {
			t.Errorf("%s: got no error; want one", what)
		}
		wantRows(t, db, before)
	}
	message := part(report.Pesan, 3, 100)
	message.Report = s.ID
	runSQL(t, db.write, "CREATE TRIGGER fault BEFORE DELETE ON draft_files "+
		"BEGIN SELECT RAISE(ABORT, 'fault'); END")
	fails("Accept", db.Accept(ctx, stored(), part(report.Isi, 1, 100), "draft"))
	fails("AddPart", db.AddPart(ctx, message, []string{"draft"}))
	fails("DropStage", db.DropStage(ctx, "draft"))
	runSQL(t, db.write, "DROP TRIGGER fault; CREATE TRIGGER fault BEFORE DELETE ON reports "+
		"BEGIN SELECT RAISE(ABORT, 'fault'); END")
	fails("Erase", db.Erase(ctx, s.ID))
	runSQL(t, db.write, "DROP TRIGGER fault")

	empty, twice, again := stored(), stored(), part(report.Isi, 1, 100)
	empty.Envelope, twice.Lookup, again.ID = nil, s.Lookup, parts[0].ID
	fails("no envelope", db.Accept(ctx, empty, part(report.Isi, 1, 100), "draft"))
	fails("same lookup", db.Accept(ctx, twice, part(report.Isi, 1, 100), "draft"))
	fails("same part", db.Accept(ctx, stored(), again, "draft"))
	nothing := report.Part{ID: "x", Kind: report.Isi, Day: "2026-02-03"}
	fails("empty part", db.Accept(ctx, stored(), nothing, "draft"))
	timed := stored()
	timed.Day = "2026-02-03T04:05:06Z"
	fails("time of day", db.Accept(ctx, timed, part(report.Isi, 1, 100), "draft"))

	must(t, db.Accept(ctx, stored(), part(report.Isi, 1, 100), "draft"))
	wantRows(t, db, "reports 2, report_parts 4, draft_files 0, sealed 6, report_erasures 0")
}

func TestStages(t *testing.T) {
	ctx, db := context.Background(), open(t, t.TempDir())
	for _, draft := range []string{"a", "a", "b", "c"} {
		must(t, db.StageFile(ctx, draft, part(report.Berkas, 1, 100)))
	}
	must(t, db.DropStage(ctx, "none"))
	wantRows(t, db, "reports 0, report_parts 0, draft_files 4, sealed 4, report_erasures 0")
	must(t, db.DropStage(ctx, "a"))
	wantRows(t, db, "reports 0, report_parts 0, draft_files 2, sealed 2, report_erasures 0")
	_, _ = accept(t, db, 1, 100)
	must(t, db.DropAllStages(ctx))
	wantRows(t, db, "reports 1, report_parts 2, draft_files 0, sealed 3, report_erasures 0")
}

func TestEraseNeedsTwo(t *testing.T) {
	now := time.Date(2026, 2, 3, 20, 0, 0, 0, time.UTC)
	ctx, db := context.Background(), open(t, t.TempDir(), WithNow(func() time.Time { return now }))
	s, _ := accept(t, db, 1, 100)
	must(t, db.AskErase(ctx, s.ID, "ani"))
	now = now.AddDate(0, 0, 1)
	must(t, db.AskErase(ctx, s.ID, "budi"))
	want := []report.Erasure{{Report: s.ID, User: "budi", Day: "2026-02-04"}}
	if diff := cmp.Diff(want, get(db.Erasures(ctx))(t)); diff != "" {
		t.Errorf("wishes (-want +got):\n%s", diff)
	}
	must(t, db.DropErasure(ctx, s.ID))
	wantRows(t, db, "reports 1, report_parts 2, draft_files 0, sealed 3, report_erasures 0")
	must(t, db.AskErase(ctx, s.ID, "ani"))
	must(t, db.Erase(ctx, s.ID))
	wantRows(t, db, "reports 0, report_parts 0, draft_files 0, sealed 0, report_erasures 0")
}

// TestErasedBytesAreGone reads the bytes of all files: after Erase, a dropped
// stage, a new envelope and Tidy nothing of the old is left.
func TestErasedBytesAreGone(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	db := open(t, dir)
	keep, kept := accept(t, db, 1, 100_000)
	s, parts := accept(t, db, 2, 300_000)
	must(t, db.StageFile(ctx, "RANCANGAN", part(report.Berkas, 2, 100_000)))
	must(t, db.AskErase(ctx, s.ID, "PENGGUNA"))
	marks := [][]byte{[]byte("RANCANGAN"), []byte("PENGGUNA"), []byte(s.ID), s.Lookup, []byte(s.ReporterKey),
		[]byte(s.ReportKey), s.Envelope[:64], keep.Envelope[:64]}
	for _, p := range parts {
		marks = append(marks, []byte(p.ID), p.Sealed[:64])
	}
	present := func(mark []byte) bool {
		for _, content := range files(t, dir) {
			if bytes.Contains(content, mark) {
				return true
			}
		}
		return false
	}
	for i, mark := range marks {
		if !present(mark) {
			t.Fatalf("mark %d is in no file; the test proves nothing", i)
		}
	}
	keep.Envelope, _ = sealedOf(1500)
	must(t, db.SetEnvelope(ctx, keep.ID, keep.Envelope))
	must(t, db.DropStage(ctx, "RANCANGAN"))
	must(t, db.Erase(ctx, s.ID))
	must(t, db.Tidy(ctx))
	for i, mark := range marks {
		if present(mark) {
			t.Errorf("mark %d is still in a file", i)
		}
	}
	if got := get(db.PartData(ctx, kept[1].ID))(t); !bytes.Equal(got, kept[1].Sealed) {
		t.Error("the other report lost its file")
	}
}

// TestReportsLeaveNoTrace sends reports one after the other: what they share
// is the day and the status, and neither the draft nor the order is left.
func TestReportsLeaveNoTrace(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	db := open(t, dir)
	var sent []string
	var numbers []int64
	for range 12 {
		s := stored()
		must(t, db.StageFile(ctx, "RANCANGAN", part(report.Berkas, 2, 100)))
		must(t, db.Accept(ctx, s, part(report.Isi, 1, 100), "RANCANGAN"))
		sent = append(sent, s.ID)
		var number int64
		must(t, db.read.QueryRow("SELECT envelope FROM reports WHERE id = ?", s.ID).Scan(&number))
		numbers = append(numbers, number)
	}
	if slices.IsSorted(numbers) {
		t.Error("envelopes are numbered in the order of arrival")
	}
	var listed []string
	for _, s := range get(db.Reports(ctx))(t) {
		listed = append(listed, s.ID)
	}
	if slices.Equal(listed, sent) || !slices.IsSorted(listed) {
		t.Errorf("got the order %v; want that of the ids", listed)
	}
	must(t, db.Tidy(ctx))
	for name, content := range files(t, dir) {
		if bytes.Contains(content, []byte("RANCANGAN")) {
			t.Errorf("the draft is still in %s", name)
		}
	}
	for _, table := range strings.Fields("investigators reports report_parts draft_files report_erasures") {
		err := db.read.QueryRow("SELECT count(rowid) FROM " + table).Scan(new(int))
		if err == nil || !strings.Contains(err.Error(), "no such column") {
			t.Errorf("%s: got error %v for its rowid; want that there is none", table, err)
		}
	}
}

// acceptUntilKilled takes in reports, and parts for them, and says which.
func acceptUntilKilled(ctx context.Context, db *DB) error {
	for {
		s, draft := stored(), randomID()
		for i := range 2 {
			if err := db.StageFile(ctx, draft, part(report.Berkas, i+2, 60_000)); err != nil {
				return err
			}
		}
		if err := db.Accept(ctx, s, part(report.Isi, 1, 1000), draft); err != nil {
			return err
		}
		fmt.Println(s.ID, 3)
		err := db.StageFile(ctx, draft, part(report.Berkas, 5, 60_000))
		message := part(report.Pesan, 4, 1000)
		message.Report = s.ID
		if err := errors.Join(err, db.AddPart(ctx, message, []string{draft})); err != nil {
			return err
		}
		fmt.Println(s.ID, 5)
	}
}

// TestKilledWhileAccepting kills a program that takes in reports. Whatever it
// said that it had is there, and of nothing is there a half.
func TestKilledWhileAccepting(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	for i := range time.Duration(10) {
		p := start(t, "accept", dir, "", 0)
		said := make(map[string]int)
		timer := time.AfterFunc((2*i+5)*3*time.Millisecond, func() { _ = p.cmd.Process.Kill() })
		for p.said.Scan() {
			var id string
			var n int
			if _, err := fmt.Sscan(p.said.Text(), &id, &n); err != nil {
				t.Fatalf("the other program said %q", p.said.Text())
			}
			said[id] = n
		}
		timer.Stop()
		p.end()
		db := open(t, dir)
		must(t, db.DropAllStages(ctx))
		sealed := 0
		for _, s := range get(db.Reports(ctx))(t) {
			parts := get(db.Parts(ctx, s.ID))(t)
			if n := len(parts); n < said[s.ID] || n != 3 && n != 5 {
				t.Errorf("got %d parts of a report; want 3 or 5, and at least the %d it told of",
					n, said[s.ID])
			}
			delete(said, s.ID)
			sealed += 1 + len(parts)
			for _, part := range parts {
				if got := get(db.PartData(ctx, part.ID))(t); int64(len(got)) != part.Size {
					t.Errorf("got %d bytes of a part of %d", len(got), part.Size)
				}
			}
		}
		if len(said) > 0 {
			t.Errorf("%d accepted reports are lost", len(said))
		}
		var n int
		must(t, db.read.QueryRow("SELECT count(*) FROM sealed").Scan(&n))
		if n != sealed {
			t.Errorf("got %d sealed rows; want %d, those of the reports", n, sealed)
		}
		err := db.look(ctx, "check", func(tx *sql.Tx) error { return db.quickCheck(ctx, tx) })
		must(t, errors.Join(err, db.Close()))
	}
	if db := open(t, dir); len(get(db.Reports(ctx))(t)) == 0 {
		t.Errorf("no report was accepted in %s; the test proves nothing", filepath.Base(dir))
	}
}
