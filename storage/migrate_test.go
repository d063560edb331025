package storage

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

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

// groups1 is what Gaps makes of the rows in v1.sql.
func groups1() []GapGroup {
	return []GapGroup{{
		Normal: "boleh tidak pinjam tenda kantor untuk kampanye", Count: 2, First: "2026-03-04", Last: "2026-03-09",
		Samples: []string{"boleh ga pinjem tenda kantor bwt kampanye",
			"bolehkah pinjam tenda kantor untuk kampanye?"},
		Near:    near("fasilitas-negara", 0.31, "hadir-kampanye", 0.12),
		Reasons: map[knowledge.Reason]int{knowledge.NotFound: 1, knowledge.NotMeant: 1},
	}, {
		Normal: "kalau jadi moderator debat bagaimana", Count: 1, First: "2026-03-05", Last: "2026-03-05",
		Samples: []string{"klo jadi moderator debat gmn"},
		Near:    []knowledge.Candidate{{Topic: "narasumber", Confidence: 0.27}},
		Reasons: map[knowledge.Reason]int{knowledge.NoHelp: 1},
	}}
}

// checkRows1 insists that the rows of v1.sql are there, and only they.
func checkRows1(t *testing.T, db *DB) {
	t.Helper()
	got, err := db.Gaps(context.Background(), GapFilter{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(groups1(), got); diff != "" {
		t.Errorf("gaps after the upgrade (-want +got):\n%s", diff)
	}
	for update, want := range map[int64]bool{810001: true, 810002: true, 810003: false, 810007: true} {
		if done, err := db.Processed(context.Background(), update); err != nil || done != want {
			t.Errorf("update %d after the upgrade: got %v, %v; want %v", update, done, err, want)
		}
	}
}

func TestUpgradeFromVersion1(t *testing.T) {
	db := open(t, version1(t))
	checkRows1(t, db)
	got, version := schemaOf(t, db)
	want, newest := schemaOf(t, open(t, t.TempDir()))
	if diff := cmp.Diff(want, got); diff != "" || version != newest {
		t.Errorf("version %d, new database %d; schema (-new +upgraded):\n%s", version, newest, diff)
	}
}

func TestOpenEmptyFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	db := open(t, dir)
	if _, version := schemaOf(t, db); version != 1 {
		t.Errorf("got version %d; want 1", version)
	}
	var id int
	if err := db.read.QueryRow("PRAGMA application_id").Scan(&id); err != nil || id != applicationID {
		t.Errorf("application id: got %#x, %v; want %#x", id, err, applicationID)
	}
}

// withMore is the embedded migrations and further ones.
func withMore(t *testing.T, more map[string]string) Option {
	t.Helper()
	files := fstest.MapFS{}
	first, err := fs.ReadFile(embedded, "migrations/0001_init.sql")
	if err != nil {
		t.Fatal(err)
	}
	files["migrations/0001_init.sql"] = &fstest.MapFile{Data: first}
	for name, text := range more {
		files["migrations/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return func(s *settings) { s.migrations = files }
}

func TestFailedMigrationLeavesVersionBefore(t *testing.T) {
	dir := version1(t)
	second := "ALTER TABLE gaps ADD COLUMN closed TEXT NOT NULL DEFAULT '';"
	broken := withMore(t, map[string]string{"0002_closed.sql": second,
		"0003_broken.sql": "CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT; DELETE FROM gap_near; " +
			"UPDATE gaps SET text = 'hilang'; INSERT INTO half VALUES ('no number');"})
	_, err := Open(context.Background(), quiet(), dir, broken)
	if err == nil || !strings.Contains(err.Error(), "migration 0003_broken.sql") {
		t.Fatalf("got error %v; want one that names the migration", err)
	}
	_, err = Open(context.Background(), quiet(), dir)
	wantState(t, err, ErrNewer, "version 2", "up to 1")

	db := open(t, dir, withMore(t, map[string]string{"0002_closed.sql": second}))
	checkRows1(t, db)
	statements, version := schemaOf(t, db)
	if all := strings.Join(statements, "\n"); version != 2 || strings.Contains(all, "half") ||
		!strings.Contains(all, "closed") {
		t.Errorf("got version %d, schema\n%s\nwant version 2 with the column, without the table", version, all)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	mended := open(t, dir, withMore(t, map[string]string{"0002_closed.sql": second,
		"0003_mended.sql": "CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT;"}))
	checkRows1(t, mended)
	if _, version := schemaOf(t, mended); version != 3 {
		t.Errorf("got version %d; want 3", version)
	}
}

func TestMigrationsAreNumbered(t *testing.T) {
	for _, name := range []string{"0003_gap.sql", "second.sql", "2.sql", "0001_twice.sql"} {
		more := withMore(t, map[string]string{name: "SELECT 1"})
		_, err := Open(context.Background(), quiet(), t.TempDir(), more)
		if err == nil || !strings.Contains(err.Error(), "must begin with 000") {
			t.Errorf("%s: got error %v; want one about its number", name, err)
		}
	}
}
