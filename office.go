package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"sync"
	"time"

	"tanyanetral/bot"
	"tanyanetral/console"
	"tanyanetral/knowledge"
	"tanyanetral/report"
	"tanyanetral/storage"
)

// office is the program while it serves: every part, wired to the others.
type office struct {
	*app
	cmd     *serveCmd
	plan    report.Plan
	counts  *tally
	figures *metrics
	intake  *report.Intake
	reports *report.Office
	console *console.Server
	bell    bell
	port    net.Listener // of console and webhook
	telegram
}

// telegram is the way to Telegram; all of it is nil without a token.
type telegram struct {
	client  *bot.Client
	answers *recent   // whether Telegram does
	self    *bot.Self // nil: Telegram was out of reach at the start
	bot     *bot.Bot
	taking  *bot.Reporting
	worked  func() bot.Counts // of polling or webhook; nil: neither runs yet
}

// bell remembers of what the admins were told today.
type bell struct {
	mu   sync.Mutex
	told map[string]knowledge.Day
}

// first is true once a day for the same text.
func (b *bell) first(text string, today knowledge.Day) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.told[text] == today {
		return false
	}
	if b.told == nil {
		b.told = map[string]knowledge.Day{}
	}
	b.told[text] = today
	return true
}

// claim proves all that can be wrong outside the database, and changes
// nothing: a start that cannot succeed must leave an old database as it is.
func (o *office) claim(ctx context.Context) (err error) {
	if _, err := readKey(o.set.KeyFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if o.port, err = listen("TANYANETRAL_LISTEN", o.cmd.Listen); err != nil {
		return err
	}
	o.closers = append(o.closers, o.port)
	if err := o.figures.listen(o.cmd.Metrics); err != nil {
		return err
	}
	o.closers = append(o.closers, o.figures)
	token := o.set.token()
	if token == "" {
		return nil
	}
	o.client, err = bot.NewClient(o.log, token, o.set.APIURL, o.cmd.options(o.figures.called)...)
	if err != nil {
		return setupError{fmt.Errorf("set up Telegram: %w", err)}
	}
	o.answers = &recent{now: time.Now, probe: func(ctx context.Context) error {
		_, err := o.client.Me(ctx)
		return err
	}}
	o.self, err = o.client.Prove(ctx)
	return refused(err)
}

// open opens every part. Whoever comes meanwhile waits.
func (o *office) open(ctx context.Context) error {
	if err := o.claim(ctx); err != nil {
		return err
	}
	key, err := appKey(o.set.KeyFile)
	if err != nil {
		return err
	}
	if err := o.openStorage(ctx, storage.WithKey(key)); err != nil {
		return err
	}
	// Before the first update, so that none is in hand whose id is forgotten.
	if _, err := o.db.PruneProcessed(ctx, keepUpdates); err != nil {
		return fmt.Errorf("forget old updates: %w", err)
	}
	if err := o.curate(ctx, o.cmd.OnePerson); err != nil {
		return err
	}
	if err := o.staff.EnsureAdmins(ctx, o.cmd.Admins); err != nil {
		return fmt.Errorf("enrol the admins of the settings: %w", err)
	}
	o.intake = report.NewIntake(o.log, o.db, report.Options{Plan: o.plan}, o.now)
	o.reports = report.NewOffice(o.log, o.db, o.plan, o.now)
	if err := o.intake.Start(ctx); err != nil {
		return fmt.Errorf("start taking reports: %w", err)
	}
	if err := o.talk(o.db, o.talkSettings()); err != nil {
		return err
	}
	o.connect()
	o.console, err = o.openConsole()
	return err
}

// talkSettings are what the conversation needs of the office.
func (o *office) talkSettings() bot.Settings {
	s := bot.Settings{
		Waits: o.db, Changed: o.desk.ChangedAt, Count: o.count,
	}
	if o.cmd.Backups != "" {
		s.BackupDays = o.cmd.BackupKeep
	}
	return s
}

// count notes an event for the database and for Prometheus.
func (o *office) count(event, key string) {
	o.counts.Count(event, key)
	o.figures.count(event, key)
}

// connect builds the bot, if there is a token.
func (o *office) connect() {
	if o.client == nil {
		return
	}
	o.taking = bot.NewReporting(o.log, o.client, o.intake, bot.ReportSettings{Contact: o.set.Contact,
		Outside: o.cmd.Outside, KeepMonths: o.plan.KeepMonths, Zone: o.zone}, o.now)
	o.bot = bot.NewBot(o.log, o.client, o.dialog, bot.WithSelf(o.self), bot.WithHeld(heldRows{o.db}),
		bot.WithReporting(o.taking), bot.WithStaff(bot.Staff{People: o.staff, Desk: o.desk,
			Console: o.set.Public, AlertAt: o.cmd.AlertAt}))
}

// serve answers and takes updates until ctx ends.
func (o *office) serve(ctx context.Context) error {
	mux, hook := o.routes()
	poller := o.poller(hook)
	server := newServer(o.log, mux)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go func() { stop(fmt.Errorf("serve: %w", server.Serve(o.port))) }()
	aside, dismiss := context.WithCancel(ctx)
	wait := duties(aside, o.log, o.duties())
	defer func() {
		dismiss()
		wait()
	}()
	o.settle()
	o.log.Info("serving", "version", version, "topics", len(o.desk.Base().Topics), "metrics",
		o.figures.address(),
		"listen", o.port.Addr().String())
	err := o.receive(ctx, hook, poller)
	abandon := func() {}
	if hook != nil {
		abandon = hook.Abandon
	}
	shutDown(ctx, o.log, server, abandon)
	return errors.Join(refused(err), broken(ctx))
}

// broken is the error of a server that stopped by itself.
func broken(ctx context.Context) error {
	cause := context.Cause(ctx)
	if cause == nil || errors.Is(cause, context.Canceled) || errors.Is(cause, http.ErrServerClosed) ||
		errors.Is(cause, net.ErrClosed) {
		return nil
	}
	return cause
}

// refused turns what Telegram refuses into what the operator has to mend.
func refused(err error) error {
	switch {
	case errors.Is(err, bot.ErrTokenRefused):
		return setupError{errors.New("the token is refused by Telegram: " +
			"copy it again from @BotFather into TELEGRAM_TOKEN")}
	case errors.Is(err, bot.ErrWebhookRefused):
		return setupError{err}
	}
	return err
}

// routes are the console, the health answers and, if it is set, the webhook.
func (o *office) routes() (*http.ServeMux, *bot.Webhook) {
	mux := http.NewServeMux()
	mux.Handle("/", o.console)
	probes := health(o.alive, o.ready)
	mux.Handle("/healthz", probes)
	mux.Handle("/readyz", probes)
	_, path, err := o.cmd.hook()
	if err != nil || path == "" || o.bot == nil {
		return mux, nil
	}
	hook := bot.NewWebhook(o.log, path, o.timed(o.bot.Handle))
	hook.OnAlert(o.setAside)
	o.worked = hook.Counts
	mux.Handle(path, hook)
	return mux, hook
}

// poller fetches the updates; nil: a webhook brings them, or there is no bot.
func (o *office) poller(hook *bot.Webhook) *bot.Poller {
	if o.bot == nil || hook != nil {
		return nil
	}
	p := bot.NewPoller(o.log, o.client, bot.PollTimes{})
	p.OnAlert(o.setAside)
	o.worked = p.Counts
	return p
}

// receive takes updates until ctx ends.
func (o *office) receive(ctx context.Context, hook *bot.Webhook, p *bot.Poller) error {
	switch {
	case o.bot == nil:
		o.log.Warn("no TELEGRAM_TOKEN: the console serves alone; ask @BotFather on Telegram for a token, " +
			"or try the bot without an account: tanyanetral chat")
		<-ctx.Done()
		return nil
	case hook != nil:
		address, _, err := o.cmd.hook()
		if err != nil {
			return err
		}
		if err := o.client.Register(ctx, address, hook.Secret()); err != nil && ctx.Err() == nil {
			return err
		}
		o.log.Info("updates come by webhook")
		<-ctx.Done()
		o.warnDrafters(ctx)
		return nil
	}
	ended := context.AfterFunc(ctx, func() { o.warnDrafters(ctx) })
	defer ended()
	return p.Run(ctx, o.timed(o.bot.Handle))
}

// warnDrafters tells those who write a report that the program stops.
func (o *office) warnDrafters(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	o.bot.WarnDrafters(ctx)
}

// timed measures every update.
func (o *office) timed(h bot.Handler) bot.Handler {
	return func(ctx context.Context, u bot.Update) error {
		begin := time.Now()
		defer func() { o.figures.answer.Observe(time.Since(begin).Seconds()) }()
		return h(ctx, u)
	}
}

// setAside tells the admins of an update that was given up.
func (o *office) setAside(a bot.Alert) { o.bot.AlertAdmins(a.Text()) }

// alive asks the database for a row.
func (o *office) alive(ctx context.Context) error {
	_, err := o.db.Size(ctx)
	return err
}

// ready asks Telegram too, now and then.
func (o *office) ready(ctx context.Context) error {
	if err := o.alive(ctx); err != nil || o.client == nil {
		return err
	}
	return o.answers.ask(ctx)
}

// heldRows are the held replies as the bot knows them.
type heldRows struct{ *storage.DB }

// Held returns the replies whose time is not over.
func (h heldRows) Held(ctx context.Context) ([]bot.HeldReply, error) {
	rows, err := h.DB.Held(ctx)
	all := make([]bot.HeldReply, len(rows))
	for i, r := range rows {
		all[i] = bot.HeldReply(r)
	}
	return all, err
}
