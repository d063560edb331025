package bot

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tanyanetral/bot/telegramtest"
)

// TestFailuresAreToldByDay: whatever fails for a reporter, the log says nothing
// of it that day, however the program ends, and on the next day how often what
// failed.
func TestFailuresAreToldByDay(t *testing.T) {
	b := openBooth(t)
	b.client.patience.Again = nil
	b.play(draft + "> Camat menyuruh memilih.\n")
	b.fake.Inject(telegramtest.Download, 4, telegramtest.BadGateway())
	b.play("! photo @jpeg\n! photo @jpeg\n> /periksa\n")
	b.vault.fail(errors.New("rahasia: disk penuh"))
	b.play("[Kirim]\n< gangguan di pihak kami\n")
	b.vault.fail(nil)
	b.fake.Inject("deleteMessages", 9, telegramtest.BadGateway())
	b.play("> /batal\n[Hapus sekarang]\n< tidak dapat saya hapus\n")
	b.play(draft)
	b.bot.WarnDrafters(t.Context())
	b.vault.fail(errors.New("rahasia: disk penuh"))
	b.fake.Advance(31 * time.Minute)
	b.rep.Sweep(t.Context())
	if log := b.log.String(); strings.Contains(log, "report") || strings.Contains(log, "draft") {
		t.Errorf("the log tells when somebody was reporting:\n%s", log)
	}
	day := b.fake.Now().UTC().Format(time.DateOnly)
	b.vault.fail(nil)
	b.fake.Advance(24 * time.Hour)
	b.rep.Sweep(t.Context())
	b.rep.Sweep(t.Context())
	log := b.log.String()
	for _, step := range []string{`"a step"`, `"delete messages"`, `"take a file"`, `"throw a draft away"`} {
		if strings.Count(log, "day="+day+" step="+step) != 1 {
			t.Errorf("not one line on %s:\n%s", step, log)
		}
	}
	if strings.Contains(log, "update=") || strings.Contains(log, "rahasia") ||
		!strings.Contains(log, "times=2") {
		t.Errorf("the lines tell too much, or not how often:\n%s", log)
	}
}
