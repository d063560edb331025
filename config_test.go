package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSettingsTable: the README and the sample file name every setting, with
// the words of the program's own help.
func TestSettingsTable(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), settingsTable()) {
		t.Errorf("the table in README.md is not the program's; paste the output of: tanyanetral settings\n%s",
			settingsTable())
	}
	sample, err := os.ReadFile("deploy/env.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range settingNames() {
		if !strings.Contains(string(sample), "\n"+name+"=") &&
			!strings.Contains(string(sample), "\n#"+name+"=") {
			t.Errorf("deploy/env.example lacks %s", name)
		}
	}
	if n := len(settingNames()); n > 25 {
		t.Errorf("%d settings; at most 25 can be kept in mind", n)
	}
}

// TestPrecedence: flag, then environment, then settings file, then default.
func TestPrecedence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings")
	text := "# office\nTANYANETRAL_CONTACT=\"dari berkas\"\nTANYANETRAL_TZ=Asia/Makassar\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, env string
		args      []string
		want      string
	}{
		{"default", "", nil, "BKPSDM atau bagian kepegawaian"},
		{"file", "", []string{"--config", file}, "dari berkas"},
		{"environment", "dari lingkungan", []string{"--config=" + file}, "dari lingkungan"},
		{"flag", "dari lingkungan", []string{"--config", file, "--contact", "dari bendera"}, "dari bendera"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("TANYANETRAL_CONTACT", tt.env)
			var out bytes.Buffer
			args := append(tt.args, "ask", "boleh ga saya zxcvb qwerty asdfg?")
			if err := run(t.Context(), args, stdio{strings.NewReader(""), &out, &out}); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out.String(), tt.want) {
				t.Errorf("%q is not in\n%s", tt.want, out.String())
			}
		})
	}
}

// TestWrongSettings: each has one clear line, all of them come at once, and
// no value of the file is repeated.
func TestWrongSettings(t *testing.T) {
	dir := t.TempDir()
	half := filepath.Join(dir, "half")
	broken := []byte("TANYANETRAL_TZ=Asia/Jakarta\nTELEGRAM_TOK 12345:rahasia\n")
	if err := os.WriteFile(half, broken, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		args []string
		want []string
	}{
		{"half a file", []string{"--config", half, "check"}, []string{half + ":2: not a setting"}},
		{"no file", []string{"--config", filepath.Join(dir, "none"), "check"}, []string{"read the settings file"}},
		{"several", []string{"--tz", "Mars/Utara", "--public-url", "http://contoh.go.id", "--calendar",
			filepath.Join(dir, "none.yaml"), "check"}, []string{"Mars/Utara", "https://", "none.yaml"}},
		{"serve", []string{"serve", "--webhook-url", "ftp://x", "--backup-key", "AGE-SECRET-KEY-1", "--backup-keep", "0",
			"--holidays", filepath.Join(dir, "libur"), "--report-months", "1"},
			[]string{"WEBHOOK_URL", "BACKUP_KEY", "BACKUP_KEEP", "HOLIDAYS"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			err := run(t.Context(), tt.args, stdio{strings.NewReader(""), &out, &out})
			var setup setupError
			if !errors.As(err, &setup) {
				t.Fatalf("got %v, want an error of the set-up", err)
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q is not in %q", w, err)
				}
			}
			for _, secret := range []string{"rahasia", "AGE-SECRET-KEY-1"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%q is repeated in %q", secret, err)
				}
			}
		})
	}
}
