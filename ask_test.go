package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestAskBatch feeds 1,000 lines and checks every object against the contract.
func TestAskBatch(t *testing.T) {
	lines := []string{
		"boleh ga like postingan calon bupati", "gaji ke-13 kapan cair", "", "🙂🙂🙂", "apa itu zxqw vbnm",
		strings.Repeat("panjang sekali ", 270), "<b>boleh</b> & \"foto\" bareng paslon?",
		"\u202eboleh ga\u200b?",
	}
	const n = 1000
	var in strings.Builder
	for i := range n {
		fmt.Fprintln(&in, lines[i%len(lines)])
	}
	var out, warnings bytes.Buffer
	std := stdio{strings.NewReader(in.String()), &out, &warnings}
	if err := run(t.Context(), []string{"ask", "--json"}, std); err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(got) != n {
		t.Fatalf("%d objects for %d lines", len(got), n)
	}
	for i, line := range got {
		checkAsked(t, lines[i%len(lines)], line)
	}
	if got[0] != got[len(lines)] {
		t.Error("the same question gets two answers")
	}
}

func checkAsked(t *testing.T, question, line string) {
	t.Helper()
	var o asked
	dec := json.NewDecoder(strings.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&o); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	direct := o.Zone == "direct"
	switch {
	case o.Question != question:
		t.Errorf("question %q comes back as %q", question, o.Question)
	case direct != (o.Topic != nil) || direct != (o.Verdict != nil):
		t.Errorf("%q: zone %s with topic %v and verdict %v", question, o.Zone, o.Topic, o.Verdict)
	case o.Zone != "direct" && o.Zone != "menu" && o.Zone != "none":
		t.Errorf("%q: zone %q", question, o.Zone)
	case o.Confidence < 0 || o.Confidence > 1 || len(o.Candidates) > 5:
		t.Errorf("%q: confidence %v, %d candidates", question, o.Confidence, len(o.Candidates))
	case o.Text == "" || strings.Contains(o.Text, "<b>") && !strings.Contains(question, "<b>"):
		t.Errorf("%q: text %q is not plain", question, o.Text)
	}
}

// TestChat types into the terminal as a person would.
func TestChat(t *testing.T) {
	t.Setenv("TANYANETRAL_STATE", "")
	if err := os.Unsetenv("TANYANETRAL_STATE"); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	in := strings.Join([]string{
		"/start", "boleh ga like postingan calon bupati", "1", "2", "99", "", "/entah", "apa itu zxqw vbnm", "/selesai",
	}, "\n")
	var out bytes.Buffer
	if err := run(t.Context(), []string{"chat"}, stdio{strings.NewReader(in), &out, &out}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Selamat datang", "Tidak boleh", "[1] Sanksi", "Dasar hukum",
		"belum saya kenal"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the conversation lacks %q:\n%s", want, out.String())
		}
	}
	left, err := os.ReadDir(".")
	if err != nil || len(left) > 0 {
		t.Errorf("chat left %v behind (%v)", left, err)
	}
}

// TestChatEnds: when the input ends, the shell's prompt gets a line of its own.
func TestChatEnds(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"chat"}, stdio{strings.NewReader(""), &out, &out}); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(out.String(), "\n> \n") {
		t.Errorf("it ends with %q", out.String()[max(0, out.Len()-20):])
	}
}

// TestCheckCommand: the shipped data pass, within the time that check has.
func TestCheckCommand(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"check"}, stdio{strings.NewReader(""), &out, &out}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains("\n"+out.String(), "\nok: ") {
		t.Errorf("check prints %q", out.String())
	}
}

// TestDayAndCalendar: --at and --calendar choose the phase, a phase named in
// the question beats them.
func TestDayAndCalendar(t *testing.T) {
	file := t.TempDir() + "/kalender.yaml"
	calendar := `elections:
  - {name: Pemilu 2029, begins: 2027-06-01, nominated: 2028-11-01, campaign_from: 2028-11-28,
     campaign_until: 2029-02-10, quiet_until: 2029-02-13, vote: 2029-02-14, ends: 2029-10-31}
`
	if err := os.WriteFile(file, []byte(calendar), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ day, question, want string }{
		{"2029-02-12", "boleh ga like postingan calon bupati", "Pemilu 2029: masa tenang"},
		{"2028-06-12", "boleh ga like postingan calon bupati", "sebelum calon ditetapkan"},
		{"2026-01-12", "boleh ga like postingan calon bupati", "di luar tahapan"},
	}
	for _, tt := range tests {
		var out bytes.Buffer
		args := []string{"ask", "--at", tt.day, "--calendar", file, tt.question}
		if err := run(t.Context(), args, stdio{strings.NewReader(""), &out, &out}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), tt.want) {
			t.Errorf("%s: got\n%s\nwant %q in it", tt.day, out.String(), tt.want)
		}
	}
}
