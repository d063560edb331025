package bot

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"tanyanetral/bot/telegramtest"
	"tanyanetral/report"
)

// codes are the codes that stand in a chat.
func (b *booth) codes() (all []string) {
	for _, m := range b.fake.Messages(ani().ID) {
		for _, word := range strings.Fields(m.Plain) {
			if r, err := report.ParseReceipt(word); err == nil && r.String() == word {
				all = append(all, word)
			}
		}
	}
	return slices.Compact(all)
}

// accepted is how many reports the investigators see.
func (b *booth) accepted() int {
	lines, err := b.office.List(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return len(lines)
}

// crashAt lets the program end at a point of sending and start again: what was
// in memory is gone, and Telegram gives the update again.
func (b *booth) crashAt(point string) {
	var once sync.Once
	b.vault.cuts = func(at string) {
		if at != point {
			return
		}
		once.Do(func() {
			b.rep.mu.Lock()
			b.rep.open = map[int64]*session{}
			b.rep.mu.Unlock()
			panic("the power is cut")
		})
	}
}

// TestPowerCutWhileSending: wherever the program stops, no report is accepted
// whose reporter never saw the code, every code that was shown opens its report
// and accepts it, and the reporter is told what to do.
func TestPowerCutWhileSending(t *testing.T) {
	for point, want := range map[string]struct{ codes, accepted, opens int }{
		"before Accept":  {codes: 0, accepted: 0},
		"after Accept":   {codes: 0, accepted: 0},
		"before Confirm": {codes: 1, accepted: 0},
		"after Confirm":  {codes: 1, accepted: 1},
	} {
		for _, send := range []string{"[Kirim]", "> /kirim"} {
			t.Run(point+send, func(t *testing.T) {
				b := openBooth(t)
				b.crashAt(point)
				b.play(draft + "> Camat menyuruh memilih.\n> /periksa\n" + send + "\n< Draf laporan hilang\n" +
					"< /laporan lalu kode itu\n< mohon kirim sekali lagi\n")
				codes := b.codes()
				if len(codes) != want.codes || b.accepted() != want.accepted {
					t.Fatalf("%d codes are shown, %d reports accepted, want %d and %d",
						len(codes), b.accepted(), want.codes, want.accepted)
				}
				for _, code := range codes {
					b.play("> /laporan " + code + "\n< Dikirim\n< Status: baru\n[Selesai]\n")
				}
				if got := b.accepted(); got != want.codes {
					t.Errorf("%d reports are accepted by their codes, want %d", got, want.codes)
				}
				b.play(sentReport)
				if got := b.accepted(); got != want.codes+1 {
					t.Errorf("%d reports after another one, want %d", got, want.codes+1)
				}
			})
		}
	}
}

// TestTypedAfterPowerCut: who types the group back after the program started
// again is led to the code, which accepts the report.
func TestTypedAfterPowerCut(t *testing.T) {
	b := openBooth(t)
	b.crashAt("before Confirm")
	b.play(draft + "> Camat menyuruh memilih.\n> /periksa\n[Kirim]\n")
	code, _ := b.fake.Code(ani().ID)
	shown := 0
	for _, m := range b.fake.Messages(ani().ID) {
		if strings.Contains(m.Plain, code) {
			shown = m.ID
		}
	}
	group := report.Receipt(code).Groups()[0]
	b.fake.TextIn(telegramtest.Chat{}, ani(), group, telegramtest.TextOpts{ReplyTo: shown})
	await(t, b.fake, "the answer", idle)
	b.play("< Buka lagi dengan /laporan\n> /laporan " + code + "\n< Status: baru\n")
	if len(b.notes.gaps) != 0 || b.accepted() != 1 {
		t.Errorf("%d questions logged, %d reports", len(b.notes.gaps), b.accepted())
	}
}

// TestCodeThatNeverArrives: who blocks the bot before the code is out has sent
// no report, and what is stored of it is erased.
func TestCodeThatNeverArrives(t *testing.T) {
	b := openBooth(t)
	b.play(draft + "> Camat menyuruh memilih.\n> /periksa\n")
	b.vault.cuts = func(at string) {
		if at == "after Accept" {
			b.fake.Inject("sendMessage", 1, telegramtest.Refuse(403, "Forbidden: bot was blocked by the user"))
		}
	}
	b.play("[Kirim]")
	if got := b.vault.counts(); got[0] != 1 || b.accepted() != 0 || len(b.codes()) != 0 {
		t.Errorf("%d stored, %d accepted, %d codes", got[0], b.accepted(), len(b.codes()))
	}
	b.play("> /lewati\n< Ini kodenya\n> @kelompok\n< Cocok\n") // who comes back sees it
	if b.accepted() != 1 || len(b.codes()) != 1 {
		t.Errorf("%d accepted, %d codes", b.accepted(), len(b.codes()))
	}
}

// TestConfirmFails: a store that fails between the code and the acceptance is
// told, and what the person does next accepts the report once.
func TestConfirmFails(t *testing.T) {
	for name, next := range map[string]string{
		"typed": "> @kelompok\n< Cocok\n", "skipped": "> /lewati\n< Pastikan tercatat\n",
		"cancelled": "> /batal\n< Hapus pesan\n", "again": "> salah\n< Belum cocok\n",
		"opened": "> /laporan @kode\n",
	} {
		t.Run(name, func(t *testing.T) {
			b := openBooth(t)
			b.play(draft + "> Camat menyuruh memilih.\n> /periksa\n")
			b.vault.cuts = func(at string) {
				if at == "before Confirm" {
					b.vault.fail(errors.New("disk is full"))
				}
			}
			b.play("[Kirim]\n< belum tercatat diterima\n")
			b.vault.cuts = nil
			b.vault.fail(nil)
			if b.accepted() != 0 || len(b.codes()) != 1 {
				t.Errorf("%d accepted, %d codes", b.accepted(), len(b.codes()))
			}
			b.play(next)
			if b.accepted() != 1 {
				t.Errorf("%d reports are accepted", b.accepted())
			}
		})
	}
}
