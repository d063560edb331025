package storage

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"tanyanetral/report"
)

// disguises are the ways in which a text may stand in a file: as it is, in
// hexadecimal digits, and in base64 from each of three places.
func disguises(text string) [][]byte {
	all := [][]byte{[]byte(text), []byte(hex.EncodeToString([]byte(text))),
		[]byte(strings.ToUpper(hex.EncodeToString([]byte(text))))}
	for skip := range 3 {
		whole := base64.StdEncoding.EncodeToString([]byte(text)[skip:])
		all = append(all, []byte(whole[:len(whole)/4*4-4]))
	}
	return all
}

// TestReportFromEndToEnd has the reporter and the investigators talk over the
// real database: they read each other, and nothing that they wrote, nor the
// receipt, stands in the state folder, a backup or the log.
func TestReportFromEndToEnd(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	db := open(t, dir)
	var logged bytes.Buffer
	log := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	intake := report.NewIntake(log, db, report.Options{}, time.Now)
	office := report.NewOffice(log, db, report.Plan{}, time.Now)
	must(t, intake.Start(ctx))
	other := get(age.GenerateX25519Identity())(t)
	get(office.AddInvestigator(ctx, "Irban", "u1", testRecipient, nil))(t)
	get(office.AddInvestigator(ctx, "Inspektur", "u2", other.Recipient().String(), nil))(t)
	marks := make(map[string]string)
	for _, what := range []string{"text", "place", "file", "message", "second file", "reply", "note"} {
		marks[what] = "PENANDA" + rand.Text()
	}

	posts := get(intake.Ready(ctx))(t)
	d := get(intake.Begin())(t)
	must(t, d.Set(report.Apa, marks["text"]))
	must(t, d.Set(report.DiMana, marks["place"]))
	for _, p := range posts {
		if p.Name == "Inspektur" {
			must(t, d.LeaveOut(p.ID))
		}
	}
	get(intake.Attach(ctx, d, textFile(marks["file"]), true))(t)
	sending := get(intake.Submit(ctx, d))(t)
	if lines := get(office.List(ctx))(t); len(lines) != 0 {
		t.Errorf("%d reports are listed before their reporter has the receipt", len(lines))
	}
	must(t, intake.Confirm(ctx, sending))
	receipt := sending.Receipt.String()
	marks["receipt"], marks["bare receipt"] = receipt, strings.ReplaceAll(receipt, "-", "")
	c := get(intake.Open(ctx, receipt))(t)
	must(t, c.Say(ctx, marks["message"]))
	get(c.AttachTo(ctx, textFile(marks["second file"]), true))(t)

	lines := get(office.List(ctx))(t)
	if len(lines) != 1 || lines[0].Unread != 5 {
		t.Fatalf("got lines %+v; want one with 5 unread parts", lines)
	}
	id := lines[0].ID
	if _, err := office.Read(ctx, get(report.ReadKey([]byte(other.String()), ""))(t), id); err == nil {
		t.Error("the one who was left out read the report")
	}
	key := get(report.ReadKey([]byte(testIdentity), ""))(t)
	must(t, office.Reply(ctx, key, id, marks["reply"]))
	must(t, office.Note(ctx, key, id, marks["note"]))
	opened := get(office.Read(ctx, key, id))(t)
	if opened.Fields[report.Apa] != marks["text"] || len(opened.Files) != 2 || len(opened.Notes) != 1 {
		t.Errorf("got %+v; want the text, two files and a note", opened)
	}
	for i, what := range []string{"file", "second file"} {
		_, data, err := office.File(ctx, key, id, opened.Files[i].Part)
		if err != nil || !strings.Contains(string(data), marks[what]) {
			t.Errorf("%s: got %d bytes, error %v; want its mark", what, len(data), err)
		}
	}
	thread := get(get(intake.Open(ctx, receipt))(t).Thread(ctx))(t)
	if last := thread[len(thread)-1]; last.Text != marks["reply"] {
		t.Errorf("the reporter reads %+v; want the reply at the end", thread)
	}

	backup := filepath.Join(t.TempDir(), "b.db")
	must(t, db.Backup(ctx, backup))
	places := files(t, dir)
	places["the log"], places["the backup"] = logged.Bytes(), get(os.ReadFile(backup))(t)
	for what, mark := range marks {
		for place, content := range places {
			if hasAny(content, disguises(mark)) {
				t.Errorf("%s stands in %s", what, place)
			}
		}
	}
	must(t, office.AskErase(ctx, "u1", id))
	must(t, office.ConfirmErase(ctx, "u2", id))
	if _, err := intake.Open(ctx, receipt); err == nil {
		t.Error("the receipt opens a report that was erased")
	}
	wantRows(t, db, "reports 0, report_parts 0, draft_files 0, sealed 0, report_erasures 0")
}

// textFile is a file of a kind that cannot be cleaned.
func textFile(content string) report.Incoming {
	return report.Incoming{Name: "catatan.txt", MIME: "text/plain", Size: int64(len(content)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }}
}
