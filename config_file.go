package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// values are the lines of a settings file: the same names and the same form
// as the environment file of systemd, so that one file serves both.
type values map[string]string

// settingsFile finds the file in the arguments or the environment, before
// anything is parsed: it holds what the parser falls back on.
func settingsFile(args []string) string {
	for i, a := range args {
		if name, ok := strings.CutPrefix(a, "--config="); ok {
			return name
		}
		if a == "--config" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return os.Getenv("TANYANETRAL_CONFIG")
}

// readSettings reads the file, or nothing when none is named. The error names
// the line and never repeats a value.
func readSettings(name string) (values, error) {
	if name == "" {
		return nil, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read the settings file: %w; correct --config or TANYANETRAL_CONFIG", err)
	}
	v, known := values{}, settingNames()
	sc := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimSpace(sc.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		if !ok || !slices.Contains(known, key) {
			return nil, fmt.Errorf("%s:%d: not a setting; write NAME=value with one of %s", name, n,
				strings.Join(known, ", "))
		}
		v[key] = strings.Trim(strings.TrimSpace(value), `"'`)
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("%s: the settings file cannot be read: %w", name, err)
	}
	return v, nil
}

// dropEmpty takes settings that are empty out of the environment: in a file of
// systemd or of a container an empty line means the default.
func dropEmpty() error {
	for _, name := range settingNames() {
		if value, set := os.LookupEnv(name); set && value == "" {
			if err := os.Unsetenv(name); err != nil {
				return fmt.Errorf("read the environment: %w", err)
			}
		}
	}
	return nil
}

// setting is one setting as help, README and settings file name it.
type setting struct{ name, fallback, help string }

// allSettings are the settings, from the command line's own description and
// the secrets that are no flags.
func allSettings() []setting {
	all := []setting{{"TELEGRAM_TOKEN", "", "Token of the bot, from @BotFather; empty: the console alone."}}
	for _, t := range []reflect.Type{reflect.TypeFor[settings](), reflect.TypeFor[serveCmd]()} {
		for _, f := range reflect.VisibleFields(t) {
			if name := f.Tag.Get("env"); name != "" {
				all = append(all, setting{name, f.Tag.Get("default"), f.Tag.Get("help")})
			}
		}
	}
	return all
}

func settingNames() []string {
	var names []string
	for _, s := range allSettings() {
		names = append(names, s.name)
	}
	slices.Sort(names)
	return names
}

// settingsCmd prints the table of settings that stands in the README.
type settingsCmd struct{}

func (settingsCmd) run(_ context.Context, _ *settings, std stdio) error {
	_, err := io.WriteString(std.out, settingsTable())
	return err
}

func settingsTable() string {
	var b strings.Builder
	b.WriteString("| variable | default | meaning |\n|---|---|---|\n")
	for _, s := range allSettings() {
		fallback := ""
		if s.fallback != "" {
			fallback = "`" + s.fallback + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.name, fallback, s.help)
	}
	return b.String()
}

// Validate implements kong.Resolver; the lines were checked when read.
func (v values) Validate(*kong.Application) error { return nil }

// Resolve implements kong.Resolver: the environment goes before the file.
func (v values) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if os.Getenv(name) != "" {
			return nil, nil
		}
		if value, ok := v[name]; ok && value != "" {
			return value, nil
		}
	}
	return nil, nil
}

// secret looks a secret up in the environment, then in the file.
func (v values) secret(name string) string {
	if s := os.Getenv(name); s != "" {
		return s
	}
	return v[name]
}
