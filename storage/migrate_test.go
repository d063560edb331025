package storage

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// schemaOf is every statement of the schema, and the version.
func schemaOf(t *testing.T, db *DB) (statements []string, version int) {
	t.Helper()
	row := db.read.QueryRow("PRAGMA user_version")
	if err := row.Scan(&version); err != nil {
		t.Fatal(err)
	}
	rows, err := db.read.Query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var statement string
		if err := rows.Scan(&statement); err != nil {
			t.Fatal(err)
		}
		statements = append(statements, statement)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return statements, version
}

// version1 makes the folder of a database of version 1 with rows in it.
func version1(t *testing.T) string {
	t.Helper()
	frozen, err := os.ReadFile("testdata/v1.sql")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	db := raw(t, dir)
	runSQL(t, db, string(frozen))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// logged1 is what OpenGaps makes of the rows in v1.sql.
func logged1() []curation.LoggedGap {
	return []curation.LoggedGap{
		{ID: "0b5f3f0e6a7d4c1b9e2a8d7c6b5a4938", Gap: knowledge.Gap{
			Text:   "boleh ga pinjem tenda kantor bwt kampanye",
			Normal: "boleh tidak pinjam tenda kantor untuk kampanye", Day: "2026-03-04",
			Reason: knowledge.NotFound,
			Near:   near("fasilitas-negara", 0.31, "hadir-kampanye", 0.12)}},
		{ID: "7a8b9c0d1e2f30415263748596a7b8c9", Gap: knowledge.Gap{
			Text: "klo jadi moderator debat gmn", Normal: "kalau jadi moderator debat bagaimana",
			Day: "2026-03-05", Reason: knowledge.NoHelp,
			Near: []knowledge.Candidate{{Topic: "narasumber", Confidence: 0.27}}}},
		{ID: "c41d2e3f4a5b6c7d8e9fa0b1c2d3e4f5", Gap: knowledge.Gap{
			Text:   "bolehkah pinjam tenda kantor untuk kampanye?",
			Normal: "boleh tidak pinjam tenda kantor untuk kampanye", Day: "2026-03-09",
			Reason: knowledge.NotMeant}},
	}
}

// checkRows1 insists that the rows of v1.sql are there, and only they.
func checkRows1(t *testing.T, db *DB) {
	t.Helper()
	got, err := db.OpenGaps(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(logged1(), got); diff != "" {
		t.Errorf("gaps after the upgrade (-want +got):\n%s", diff)
	}
	for update, want := range map[int64]bool{810001: true, 810002: true, 810003: false, 810007: true} {
		if done, err := processed(db, update); err != nil || done != want {
			t.Errorf("update %d after the upgrade: got %v, %v; want %v", update, done, err, want)
		}
	}
}

func TestUpgradeFromVersion1(t *testing.T) {
	db := open(t, version1(t))
	checkRows1(t, db)
	got, version := schemaOf(t, db)
	want, made := schemaOf(t, open(t, t.TempDir()))
	if diff := cmp.Diff(want, got); diff != "" || version != made {
		t.Errorf("version %d, new database %d; schema (-new +upgraded):\n%s", version, made, diff)
	}
	gaps, err := db.OpenGaps(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(logged1(), gaps); diff != "" {
		t.Errorf("the inbox after the upgrade (-want +got):\n%s", diff)
	}
}

func TestOpenEmptyFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	db := open(t, dir)
	if _, version := schemaOf(t, db); version != newest(t) {
		t.Errorf("got version %d; want %d", version, newest(t))
	}
	var id int
	if err := db.read.QueryRow("PRAGMA application_id").Scan(&id); err != nil || id != applicationID {
		t.Errorf("application id: got %#x, %v; want %#x", id, err, applicationID)
	}
}

// newest is the version that this program makes.
func newest(t *testing.T) int {
	t.Helper()
	known, err := readMigrations(embedded)
	if err != nil {
		t.Fatal(err)
	}
	return len(known)
}

// withMore is the embedded migrations and further ones, by their names.
func withMore(t *testing.T, more map[string]string) Option {
	t.Helper()
	known, err := readMigrations(embedded)
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, step := range known {
		files["migrations/"+step.name] = &fstest.MapFile{Data: []byte(step.sql)}
	}
	for name, text := range more {
		files["migrations/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return func(s *settings) { s.migrations = files }
}

func TestFailedMigrationLeavesVersionBefore(t *testing.T) {
	dir := version1(t)
	last := newest(t)
	added, next := fmt.Sprintf("%04d_more.sql", last+1), fmt.Sprintf("%04d_half.sql", last+2)
	column := "ALTER TABLE gaps ADD COLUMN more TEXT NOT NULL DEFAULT '';"
	broken := withMore(t, map[string]string{added: column,
		next: "CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT; DELETE FROM gap_near; " +
			"UPDATE gaps SET text = 'hilang'; INSERT INTO half VALUES ('no number');"})
	_, err := Open(context.Background(), quiet(), dir, broken)
	if err == nil || !strings.Contains(err.Error(), "migration "+next) {
		t.Fatalf("got error %v; want one that names the migration", err)
	}
	_, err = Open(context.Background(), quiet(), dir)
	wantState(t, err, errNewer, fmt.Sprintf("version %d", last+1), fmt.Sprintf("up to %d", last))

	db := open(t, dir, withMore(t, map[string]string{added: column}))
	checkRows1(t, db)
	statements, version := schemaOf(t, db)
	if all := strings.Join(statements, "\n"); version != last+1 || strings.Contains(all, "half") ||
		!strings.Contains(all, "more TEXT") {
		t.Errorf("got version %d, schema\n%s\nwant %d with the column, without the table",
			version, all, last+1)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	mended := open(t, dir, withMore(t, map[string]string{added: column,
		next: "CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT;"}))
	checkRows1(t, mended)
	if _, version := schemaOf(t, mended); version != last+2 {
		t.Errorf("got version %d; want %d", version, last+2)
	}
}

func TestMigrationsAreNumbered(t *testing.T) {
	for _, name := range []string{"9003_gap.sql", "second.sql", "2.sql", "0001_twice.sql"} {
		more := withMore(t, map[string]string{name: "SELECT 1"})
		_, err := Open(context.Background(), quiet(), t.TempDir(), more)
		if err == nil || !strings.Contains(err.Error(), "must begin with 0") {
			t.Errorf("%s: got error %v; want one about its number", name, err)
		}
	}
}
