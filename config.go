package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"tanyanetral/knowledge"
)

// stdio are the streams of the program; tests pass their own.
type stdio struct {
	in       io.Reader
	out, err io.Writer
}

// settings are shared by all commands; flag, then environment, then settings
// file, then default.
type settings struct {
	Config   string `help:"Settings file: NAME=value lines with the names below." env:"TANYANETRAL_CONFIG" placeholder:"FILE"`
	State    string `help:"Folder of the database." env:"TANYANETRAL_STATE" default:"./state" placeholder:"DIR"`
	KeyFile  string `help:"App key, made on the first start; keep it apart from the database." env:"TANYANETRAL_KEY_FILE" default:"./tanyanetral.key" placeholder:"FILE"`
	APIURL   string `name:"api-url" help:"Bot API." env:"TELEGRAM_API_URL" default:"https://api.telegram.org"`
	Timezone string `name:"tz" help:"Time zone of the office." env:"TANYANETRAL_TZ" default:"Asia/Jakarta"`
	Contact  string `help:"Whom to ask for advice, as it stands in answers." env:"TANYANETRAL_CONTACT"`
	Calendar string `help:"Calendar of elections (YAML), beside those entered in the console." env:"TANYANETRAL_CALENDAR" placeholder:"FILE"`
	Public   string `name:"public-url" help:"Public address of the console, for its links." env:"TANYANETRAL_PUBLIC_URL" placeholder:"URL"`
	At       string `help:"Answer as on this day (2029-02-01)." placeholder:"DATE"`

	file values // of the settings file, for what is no flag
}

// cli is the command line.
type cli struct {
	settings
	Ask     askCmd      `cmd:"" help:"Answer one question, or one per line from standard input."`
	Chat    chatCmd     `cmd:"" help:"Hold the whole conversation in the terminal; no account, no network."`
	Serve   serveCmd    `cmd:"" help:"Run the Telegram bot and the console."`
	Eval    evalCmd     `cmd:"" help:"Score a labelled set of questions (JSON lines)."`
	Check   checkCmd    `cmd:"" help:"Validate knowledge, lexicon and settings."`
	Export  exportCmd   `cmd:"" help:"Write the curated base as XLSX, CSV or YAML."`
	Import  importCmd   `cmd:"" help:"Read changes from XLSX, CSV or YAML as drafts; all or nothing."`
	Link    linkCmd     `cmd:"" name:"console-link" help:"Print a one-time link to the console."`
	Backup  backupCmd   `cmd:"" help:"Copy the database, also while the bot runs."`
	Restore restoreCmd  `cmd:"" help:"Put a copy of the database back."`
	Keygen  keygenCmd   `cmd:"" help:"Make an investigator's key outside the server."`
	Open    openCmd     `cmd:"" help:"Open a downloaded report without the server."`
	Poster  posterCmd   `cmd:"" help:"Draw a poster with a QR code that opens the bot."`
	Health  healthCmd   `cmd:"" help:"Ask the running program whether it is well; for container health checks."`
	Fit     fitCmd      `cmd:"" hidden:"" help:"Fit the matcher to the base and write its weights."`
	Curve   curveCmd    `cmd:"" hidden:"" help:"Show accuracy against the ways of asking per topic."`
	Lexicon lexiconCmd  `cmd:"" hidden:"" help:"Show what a change of the lexicon changes in the matches."`
	Table   settingsCmd `cmd:"" name:"settings" hidden:"" help:"Print the table of settings."`
	Version versionCmd  `cmd:"" help:"Print the version."`
}

// runner is a command; run has parsed it.
type runner interface {
	run(ctx context.Context, s *settings, io stdio) error
}

// run parses the arguments and runs the command that they name.
func run(ctx context.Context, args []string, std stdio) error {
	var c cli
	helped := false // kong goes on after it has printed the help
	if err := dropEmpty(); err != nil {
		return err
	}
	file, err := readSettings(settingsFile(args))
	if err != nil {
		return setupError{err}
	}
	parser, err := kong.New(&c, kong.Name("tanyanetral"), kong.UsageOnError(), kong.Resolvers(file),
		kong.Description("Answers questions on the neutrality of Indonesian civil servants."),
		kong.Writers(std.out, std.err), kong.Exit(func(int) { helped = true }))
	if err != nil {
		return fmt.Errorf("build the command line: %w", err)
	}
	k, err := parser.Parse(args)
	if helped {
		return nil
	}
	if err != nil {
		return setupError{fmt.Errorf("%w; see tanyanetral --help", err)}
	}
	c.settings.file = file
	cmd, ok := k.Selected().Target.Addr().Interface().(runner)
	if !ok {
		return fmt.Errorf("command %q cannot be run", k.Command())
	}
	return cmd.run(ctx, &c.settings, std)
}

// check proves all settings at once; the error has a line with its remedy for
// each that is wrong.
func (s *settings) check() error {
	_, zone := s.zone()
	_, at := s.clock(time.UTC)
	_, cal := s.calendar()
	if err := errors.Join(zone, at, cal, s.checkPublic()); err != nil {
		return setupError{err}
	}
	return nil
}

// checkPublic proves the address of the console: sign-in links travel over it,
// so that it has to be https unless it never leaves the machine.
func (s *settings) checkPublic() error {
	if s.Public == "" {
		return nil
	}
	u, err := url.Parse(s.Public)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return errors.New(
			"TANYANETRAL_PUBLIC_URL is not of the form https://host; correct it or leave it empty")
	case u.Scheme == "https", u.Scheme == "http" && local(u.Hostname()):
		return nil
	}
	return errors.New("TANYANETRAL_PUBLIC_URL must begin with https://; " +
		"http works only for 127.0.0.1 and localhost")
}

func local(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }

// zone returns the time zone of the office.
func (s *settings) zone() (*time.Location, error) {
	loc, err := time.LoadLocation(s.Timezone)
	if err != nil {
		return nil, setupError{fmt.Errorf(
			"time zone %q is unknown; use Asia/Jakarta, Asia/Makassar or Asia/Jayapura", s.Timezone)}
	}
	return loc, nil
}

// clock is the real time, or noon of the day that --at names.
func (s *settings) clock(loc *time.Location) (func() time.Time, error) {
	if s.At == "" {
		return time.Now, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, s.At, loc)
	if err != nil {
		return nil, setupError{fmt.Errorf("--at %q is not a day; write it as 2029-02-14", s.At)}
	}
	noon := day.Add(12 * time.Hour)
	return func() time.Time { return noon }, nil
}

// calendar reads the calendar of elections, if one is set.
func (s *settings) calendar() (*knowledge.Calendar, error) {
	if s.Calendar == "" {
		return nil, nil
	}
	data, err := os.ReadFile(s.Calendar)
	if err != nil {
		return nil, setupError{fmt.Errorf("read the calendar: %w", err)}
	}
	c, err := knowledge.ParseCalendar(data)
	if err != nil {
		return nil, setupError{fmt.Errorf("%s: %w", s.Calendar, err)}
	}
	return &c, nil
}

// token is the bot's, read from the environment or the settings file alone: a
// flag would show in the list of processes. Empty: no Telegram.
func (s *settings) token() string { return s.file.secret("TELEGRAM_TOKEN") }
