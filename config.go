package main

import (
	"context"
	"fmt"
	"io"
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

// settings are shared by all commands; flag, then environment, then default.
type settings struct {
	State    string `help:"Folder of the database." env:"TANYANETRAL_STATE" default:"./state" placeholder:"DIR"`
	APIURL   string `name:"api-url" help:"Bot API." env:"TELEGRAM_API_URL" default:"https://api.telegram.org"`
	Timezone string `name:"tz" help:"Time zone of the office." env:"TANYANETRAL_TZ" default:"Asia/Jakarta"`
	Contact  string `help:"Whom to ask for advice, as it stands in answers." env:"TANYANETRAL_CONTACT"`
	Calendar string `help:"Calendar of elections (YAML)." env:"TANYANETRAL_CALENDAR" placeholder:"FILE"`
	At       string `help:"Answer as on this day (2029-02-01)." placeholder:"DATE"`
}

// cli is the command line.
type cli struct {
	settings
	Ask     askCmd     `cmd:"" help:"Answer one question, or one per line from standard input."`
	Chat    chatCmd    `cmd:"" help:"Hold the whole conversation in the terminal; no account, no network."`
	Serve   serveCmd   `cmd:"" help:"Run the Telegram bot."`
	Eval    evalCmd    `cmd:"" help:"Score a labelled set of questions (JSON lines)."`
	Check   checkCmd   `cmd:"" help:"Validate knowledge, lexicon and settings."`
	Fit     fitCmd     `cmd:"" hidden:"" help:"Fit the matcher to the base and write its weights."`
	Curve   curveCmd   `cmd:"" hidden:"" help:"Show accuracy against the ways of asking per topic."`
	Lexicon lexiconCmd `cmd:"" hidden:"" help:"Show what a change of the lexicon changes in the matches."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// runner is a command; run has parsed it.
type runner interface {
	run(ctx context.Context, s *settings, io stdio) error
}

// run parses the arguments and runs the command that they name.
func run(ctx context.Context, args []string, std stdio) error {
	var c cli
	helped := false // kong goes on after it has printed the help
	parser, err := kong.New(&c, kong.Name("tanyanetral"), kong.UsageOnError(),
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
	cmd, ok := k.Selected().Target.Addr().Interface().(runner)
	if !ok {
		return fmt.Errorf("command %q cannot be run", k.Command())
	}
	return cmd.run(ctx, &c.settings, std)
}

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
