package main

import (
	"io"
	"testing"
	"time"

	"tanyanetral/curation"
	"tanyanetral/report"
	"tanyanetral/storage"
)

// TestLapsedKeys: who is no investigator any more gets no new reports, but the
// last key stays, since a report has to be sealed to somebody.
func TestLapsedKeys(t *testing.T) {
	log := newLog(io.Discard, 0)
	db, err := storage.Open(t.Context(), log, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	o := &office{app: &app{log: log, now: time.Now, zone: time.UTC,
		kept: kept{db: db, staff: curation.NewStaff(log, db, time.Now)}}}
	o.reports = report.NewOffice(log, db, report.DefaultPlan(), time.Now)
	user := curation.User{Roles: []curation.Role{curation.Pemeriksa}, Active: true}
	for _, name := range []string{"satu", "dua"} {
		user.ID, user.Name = name, name
		if err := db.PutUser(t.Context(), user); err != nil {
			t.Fatal(err)
		}
		recipient, _, wrapped, err := report.NewKey()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.reports.AddInvestigator(t.Context(), "Pemeriksa "+name, name, recipient, wrapped); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		leaves string
		active int
	}{{"", 2}, {"satu", 1}, {"dua", 1}} {
		if step.leaves != "" {
			left := curation.User{ID: step.leaves, Name: step.leaves, Active: false}
			if err := db.PutUser(t.Context(), left); err != nil {
				t.Fatal(err)
			}
		}
		if err := o.dropLapsed(t.Context()); err != nil {
			t.Fatal(err)
		}
		keys, err := o.reports.Investigators(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, k := range keys {
			if k.Active {
				n++
			}
		}
		if n != step.active {
			t.Errorf("after %q left, %d keys are active, want %d", step.leaves, n, step.active)
		}
	}
}
