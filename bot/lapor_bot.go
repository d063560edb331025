package bot

import (
	"context"
	"fmt"

	"tanyanetral/knowledge"
)

// WithReporting makes the bot take reports. Without it /lapor says that
// reporting is not set up here.
func WithReporting(r *Reporting) Option {
	return func(b *Bot) {
		r.answer = b.dialog.Text
		b.reporting = r
	}
}

// withReports adds what help and privacy say of reports to a reply.
func (b *Bot) withReports(command string, r Reply) Reply {
	if b.reporting == nil {
		return r
	}
	switch command {
	case "bantuan", "help":
		r.HTML += "\n\n" + textHelpReport
	case "privasi", "privacy":
		r.HTML += "\n\n" + fmt.Sprintf(textPrivacyReport, b.reporting.set.KeepMonths)
	}
	return r
}

// privateMenu are the commands that private chats show.
func (b *Bot) privateMenu() []Command {
	if b.reporting == nil {
		return menuCommands()
	}
	return append(menuCommands(), menuReport()...)
}

func isReportCommand(name string) bool { return name == "lapor" || name == "laporan" }

// WarnDrafters tells those who are writing a report that the program stops. It
// is called at a planned stop, before updates are no longer taken.
func (b *Bot) WarnDrafters(ctx context.Context) {
	if b.reporting != nil {
		b.reporting.Warn(ctx)
	}
}

// onReport takes what belongs to a report in a private chat.
func (b *Bot) onReport(ctx context.Context, u Update) (taken bool, err error) {
	switch {
	case b.reporting == nil || u.ChatKind != ChatPrivate || u.ViaBot || u.Media == MediaService:
		return false, nil
	case u.Kind == KindTap && isReportData(u.Tap.Data):
		return true, b.reporting.tapped(ctx, u)
	case u.Kind == KindMember && u.Member == "kicked":
		b.reporting.drop(ctx, u.Chat)
	case u.Kind == KindMessage:
		return b.reporting.message(ctx, u, b.memory.admit)
	}
	return false, nil
}

// noReports answers the commands of reporting where it is not set up.
func (d *Dialog) noReports(context.Context, int64, string) (Reply, error) {
	return Reply{HTML: fmt.Sprintf(escape(textReportOff), escape(d.set.Contact))}, nil
}

// longDayText is longDay for a day as reports keep it.
func longDayText(day string) string { return longDay(knowledge.Day(day)) }
