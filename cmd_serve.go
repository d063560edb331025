package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"filippo.io/age"

	"tanyanetral/bot"
	"tanyanetral/report"
)

// serveCmd runs bot and console until it is told to stop.
type serveCmd struct {
	webSettings    `embed:""`
	copySettings   `embed:""`
	workSettings   `embed:""`
	reportSettings `embed:""`

	FastSends bool `hidden:"" help:"Lift the send limits, for load tests against a fake."`
}

// webSettings are how the program is reached.
type webSettings struct {
	WebhookURL  string `name:"webhook-url" env:"TANYANETRAL_WEBHOOK_URL" help:"Public https address for a webhook; empty: long polling." placeholder:"URL"`
	Listen      string `help:"Where console and webhook listen, behind the reverse proxy." env:"TANYANETRAL_LISTEN" default:"127.0.0.1:8080" placeholder:"ADDRESS"`
	BehindProxy bool   `help:"A reverse proxy on this machine names the browser's address." env:"TANYANETRAL_BEHIND_PROXY"`
	Metrics     string `help:"Where Prometheus may ask for figures; empty: nowhere." env:"TANYANETRAL_METRICS" placeholder:"ADDRESS"`
}

// copySettings are the backups that the program makes by itself.
type copySettings struct {
	Backups    string `help:"Folder of daily backups; empty: none are made." env:"TANYANETRAL_BACKUPS" placeholder:"DIR"`
	BackupKeep int    `help:"Backups that are kept." env:"TANYANETRAL_BACKUP_KEEP" default:"14" placeholder:"N"`
	BackupKey  string `help:"age public key to which backups are sealed." env:"TANYANETRAL_BACKUP_KEY" placeholder:"AGE1…"`
}

// workSettings are how the office works on answers.
type workSettings struct {
	Admins    []int64 `help:"Telegram ids of the admins, with commas." env:"TANYANETRAL_ADMINS" placeholder:"ID"`
	OnePerson bool    `help:"Let one person approve and publish the own changes." env:"TANYANETRAL_ONE_PERSON"`
	AlertAt   int     `help:"Similar unanswered questions of which curators are told at once; 0: of none." env:"TANYANETRAL_ALERT_AT" default:"7" placeholder:"N"`
}

// reportSettings are how the office takes reports.
type reportSettings struct {
	Outside      string `help:"Where to report outside Telegram, as it stands in the bot." env:"TANYANETRAL_REPORT_OUTSIDE"`
	Holidays     string `help:"File of holidays, one day (2029-01-01) a line, for deadlines." env:"TANYANETRAL_HOLIDAYS" placeholder:"FILE"`
	ReportMonths int    `help:"Months until a closed report is erased." env:"TANYANETRAL_REPORT_MONTHS" default:"12" placeholder:"N"`
}

// mostMemoryMB is how much memory in MB the Go side of a serving program may
// take before it collects garbage more often: with code, SQLite and the 64 MB
// that a receipt takes to open, that stays within the 256 MB of unit and
// container.
const mostMemoryMB = 144

func (c *serveCmd) run(ctx context.Context, s *settings, std stdio) (err error) {
	debug.SetMemoryLimit(mostMemoryMB << 20)
	log := newLog(std.err, slog.LevelInfo)
	plan, err := c.check(s)
	if err != nil {
		return err
	}
	a, err := newApp(s, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	o := &office{app: a, cmd: c, plan: plan, counts: newTally(), figures: newMetrics()}
	if err := o.open(ctx); err != nil {
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			return nil // told to stop while it started
		}
		return err
	}
	return o.serve(ctx)
}

// check proves all settings before anything is opened; every one that is
// wrong has its line.
func (c *serveCmd) check(s *settings) (report.Plan, error) {
	plan, err := c.plan()
	_, _, hook := c.hook()
	err = errors.Join(s.check(), err, hook, c.checkCopies())
	if err != nil {
		return plan, setupError{err}
	}
	return plan, nil
}

func (c *serveCmd) checkCopies() error {
	var problems []error
	if c.BackupKeep < 1 {
		problems = append(problems, errors.New("TANYANETRAL_BACKUP_KEEP must be 1 or more"))
	}
	if c.BackupKey != "" {
		if _, err := age.ParseX25519Recipient(c.BackupKey); err != nil {
			problems = append(problems, errors.New(
				"TANYANETRAL_BACKUP_KEY is not an age public key; it begins with age1"))
		}
	}
	return errors.Join(problems...)
}

// hook is the address of the webhook; empty: long polling.
func (c *serveCmd) hook() (full, path string, err error) {
	if c.WebhookURL == "" {
		return "", "", nil
	}
	if full, path, err = bot.WebhookAddress(c.WebhookURL); err != nil {
		return "", "", fmt.Errorf("TANYANETRAL_WEBHOOK_URL is %w", err)
	}
	return full, path, nil
}

// plan is how fast reports are worked on and how long they are kept.
func (c *serveCmd) plan() (report.Plan, error) {
	plan := report.DefaultPlan()
	if c.ReportMonths < 1 {
		return plan, errors.New("TANYANETRAL_REPORT_MONTHS must be 1 or more")
	}
	plan.KeepMonths = c.ReportMonths
	if c.Holidays == "" {
		return plan, nil
	}
	data, err := os.ReadFile(c.Holidays)
	if err != nil {
		return plan, fmt.Errorf("read the holidays: %w; correct TANYANETRAL_HOLIDAYS", err)
	}
	if plan.Holidays, err = report.NewHolidays(strings.Fields(string(data))); err != nil {
		return plan, fmt.Errorf("%s: %w", c.Holidays, err)
	}
	return plan, nil
}

func (c *serveCmd) options(observe func(method string, code int)) []bot.ClientOption {
	opts := []bot.ClientOption{bot.WithObserver(observe)}
	if c.FastSends {
		opts = append(opts, bot.WithLimits(bot.Unlimited()))
	}
	return opts
}

// keepUpdates is how many ids of finished updates are kept: Telegram repeats
// none that is older than 24 hours.
const keepUpdates = 100_000

// keepGaps is for how many days unanswered questions are kept, as /privasi
// promises.
const keepGaps = 180

// day is the pace of tidying.
const day = 24 * time.Hour
