package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"tanyanetral/bot/telegramtest"
	"tanyanetral/knowledge"
	"tanyanetral/report"
)

// booth is a bot that takes reports, on a fake whose clock stands still.
type booth struct {
	t      *testing.T
	fake   *telegramtest.Server
	client *Client
	bot    *Bot
	rep    *Reporting
	vault  *strongroom
	intake *report.Intake
	office *report.Office
	notes  *notebook
	log    *lockedBuffer
	stop   func() error
	keys   []string // passphrases of the investigators
}

// lockedBuffer is a log that two goroutines may write.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

const likeQuestion = "boleh ga like postingan calon bupati"

func openBooth(t *testing.T) *booth { return openBoothOf(t, report.Limits{}) }

// openBoothOf is openBooth with other limits than the usual ones.
func openBoothOf(t *testing.T, limits report.Limits) *booth {
	b := &booth{t: t, vault: newStrongroom(), notes: &notebook{}, log: &lockedBuffer{}}
	b.fake = telegramtest.New(t, telegramtest.Frozen(time.Unix(1.8e9, 0)))
	log := slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	b.client, _ = dial(t, b.fake)
	b.office = report.NewOffice(log, b.vault, report.Plan{}, b.fake.Now)
	for _, post := range []string{"Inspektur", "Inspektur Pembantu I"} {
		recipient, passphrase, wrapped, err := report.NewKey()
		if err == nil {
			_, err = b.office.AddInvestigator(t.Context(), post, "u-"+post, recipient, wrapped)
		}
		if err != nil {
			t.Fatal(err)
		}
		b.keys = append(b.keys, passphrase)
	}
	b.intake = report.NewIntake(log, b.vault, report.Options{Limits: limits}, b.fake.Now)
	b.rep = NewReporting(log, b.client, b.intake, ReportSettings{}, b.fake.Now)
	base := loadBase(t)
	s := script{base: base, answers: map[string]knowledge.Answer{likeQuestion: {
		Zone: knowledge.Direct, Topic: base.Topic("interaksi-medsos-dukungan"), Normal: "like",
	}}}
	dialog := newTestDialog(t, s, b.notes, Settings{Contact: "BKPSDM"})
	b.bot = NewBot(log, b.client, dialog, WithReporting(b.rep))
	b.bot.memory.now = b.fake.Now
	p := NewPoller(log, b.client, PollTimes{Again: time.Millisecond})
	b.stop, _ = run(t, p, b.bot.Handle)
	t.Cleanup(func() {
		if n := p.Counts().SetAside; n != 0 {
			t.Errorf("%d updates are set aside:\n%s", n, b.log)
		}
		if len(b.fake.Unanswered()) != 0 {
			t.Errorf("%d buttons keep glowing", len(b.fake.Unanswered()))
		}
	})
	return b
}

// play plays lines of a conversation with one person.
func (b *booth) play(script string) {
	b.t.Helper()
	b.fake.Play(b.t, ani(), strings.ReplaceAll(script, "\t", ""))
}

// draft goes as far as the story.
const draft = "> /lapor\n[Mulai]\n[Lewati]\n[Lanjut]\n"

// sentReport sends a report and leaves its code in the chat.
const sentReport = draft + "> Camat menyuruh memilih.\n> /periksa\n[Kirim]\n> @kelompok\n< Cocok\n"

// TestReportConversations plays the written conversations with the real intake.
func TestReportConversations(t *testing.T) {
	b := openBooth(t)
	if n := b.fake.PlayFiles(t, "../testdata/percakapan-lapor", 1000); n < 12 {
		t.Errorf("%d conversations", n)
	}
	for _, g := range b.notes.gaps {
		t.Errorf("logged: %s", g.Text)
	}
	if got := b.vault.counts(); got[2] != 0 {
		t.Errorf("files of %d drafts are left", got[2])
	}
}

// TestReportIsSealedToThoseWhoMayRead: what was written arrives whole, without
// the metadata, at those who were not left out.
func TestReportIsSealedToThoseWhoMayRead(t *testing.T) {
	b := openBooth(t)
	b.play(`> /lapor
		[Mulai]
		[Fasilitas]
		[Inspektur Pembantu I]
		[Lanjut]
		> Mobil dinas dipakai kampanye.
		> /lanjut
		> Lapangan
		> Kemarin
		> Sopir camat
		! photo @jpeg
		> foto dari seberang jalan
		> /lanjut
		[Kirim]
		> @kelompok`)
	lines, err := b.office.List(t.Context())
	if err != nil || len(lines) != 1 {
		t.Fatalf("%d reports, %v", len(lines), err)
	}
	all, err := b.office.Investigators(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for n, i := range all {
		key, err := b.office.Unlock(t.Context(), i.Wrapped, b.keys[n])
		if err != nil {
			t.Fatal(err)
		}
		opened, err := b.office.Read(t.Context(), key, lines[0].ID)
		if i.Post == "Inspektur Pembantu I" {
			if !errors.Is(err, report.ErrNotForYou) {
				t.Errorf("who was left out reads it: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		want := map[report.Field]string{
			report.Kategori: "Fasilitas, anggaran, atau bantuan negara",
			report.Apa:      "Mobil dinas dipakai kampanye.",
			report.DiMana:   "Lapangan", report.Kapan: "Kemarin", report.Siapa: "Sopir camat",
			report.Bukti: "foto dari seberang jalan",
		}
		for f, text := range want {
			if opened.Fields[f] != text {
				t.Errorf("%s: %q, want %q", f, opened.Fields[f], text)
			}
		}
		_, data, err := b.office.File(t.Context(), key, lines[0].ID, opened.Files[0].Part)
		if err != nil || bytes.Contains(data, []byte("GPS")) || !bytes.HasPrefix(data, []byte("\xff\xd8")) {
			t.Errorf("the picture: %d bytes, %v", len(data), err)
		}
	}
}

// TestLostDraft: after half an hour, or a new start, what is written for a
// draft is told to be lost, and is no question.
func TestLostDraft(t *testing.T) {
	for name, lose := range map[string]func(b *booth){
		"expired":       func(b *booth) { b.fake.Advance(30 * time.Minute) },
		"swept":         func(b *booth) { b.fake.Advance(30 * time.Minute); b.rep.Sweep(b.t.Context()) },
		"a new start":   func(b *booth) { b.rep.open = map[int64]*session{} },
		"by the intake": func(b *booth) { b.discardAll() },
		"swept by both": func(b *booth) {
			b.fake.Advance(31 * time.Minute)
			if _, err := b.intake.Sweep(b.t.Context()); err != nil {
				b.t.Error(err)
			}
			b.rep.Sweep(b.t.Context())
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := openBooth(t)
			b.play(draft + "> Camat menyuruh memilih.\n! photo @jpeg\n> /lanjut\n< 3/6")
			lose(b)
			b.play("> di aula\n< Draf laporan hilang\n< mulai lagi dengan /lapor\n")
			if len(b.notes.gaps) != 0 {
				t.Errorf("logged as a question: %v", b.notes.gaps)
			}
			if got := b.vault.counts(); got[2] != 0 && name != "a new start" {
				t.Errorf("files of %d drafts are left", got[2])
			}
			b.play("> " + likeQuestion + "\n< Tidak boleh\n")
		})
	}
}

// discardAll throws the drafts away behind the conversation's back.
func (b *booth) discardAll() {
	b.rep.mu.Lock()
	defer b.rep.mu.Unlock()
	for _, s := range b.rep.open {
		if err := b.intake.Discard(context.Background(), s.letter.draft); err != nil {
			b.t.Error(err)
		}
	}
}

// TestPlainTextAfterExpiry: even what replies to nothing is no question at
// first, for a while.
func TestPlainTextAfterExpiry(t *testing.T) {
	b := openBooth(t)
	b.play(draft + "> Camat menyuruh memilih.\n")
	b.fake.Advance(time.Hour)
	b.play(">> lalu beliau mengancam\n< Draf laporan hilang\n< kirim sekali lagi\n")
	b.play(">> " + likeQuestion + "\n< Tidak boleh\n")
	b.play("> /lapor\n") // read, and left alone: nothing is lost
	b.fake.Advance(time.Hour)
	b.play(">> " + likeQuestion + "\n< Tidak boleh\n[Mulai]\n< Sebelum mulai\n[Mulai]\n< 1/6\n")
	if len(b.notes.gaps) != 0 {
		t.Errorf("logged: %v", b.notes.gaps)
	}
}

// TestEveryQuestionIsForced: whatever waits for words asks for a reply, with
// the mark by which the reply is known.
func TestEveryQuestionIsForced(t *testing.T) {
	b := openBooth(t)
	for _, line := range strings.Split(strings.TrimSpace(draft+`> Satu
> dua
^ tiga
> /lanjut
> /lewati
> /lewati
> /lewati`), "\n") {
		b.play(line)
		m, _ := b.fake.Newest(ani().ID)
		if !strings.HasPrefix(m.Plain, markReport) || m.ForcesReply() == (m.Buttons() != nil) {
			t.Errorf("after %q: forced %v, %d rows of buttons\n%s", line, m.ForcesReply(),
				len(m.Buttons()), m.Plain)
		}
	}
	b.play("> /periksa\n[Kirim]\n")
	if m, _ := b.fake.Newest(ani().ID); !m.ForcesReply() || !strings.HasPrefix(m.Plain, markCode) {
		t.Errorf("the receipt forces no reply:\n%s", m.Plain)
	}
}

// TestReceiptIsShownOnce: and the whole conversation goes when it is asked for.
func TestReceiptIsShownOnce(t *testing.T) {
	b := openBooth(t)
	b.play(draft + "> Camat menyuruh memilih.\n> /periksa\n[Kirim]\n> salah\n> /lanjut\n")
	code, _ := b.fake.Code(ani().ID)
	shown := 0
	for _, m := range b.fake.Messages(ani().ID) {
		shown += strings.Count(m.Plain, code)
	}
	if shown != 1 || len(code) != 23 {
		t.Errorf("the code %q is shown %d times", code, shown)
	}
	b.play("[Hapus sekarang]\n< Selesai")
	for _, m := range b.fake.Messages(ani().ID) {
		if !m.Deleted && m.Plain != textWiped {
			t.Errorf("left: %s", m.Plain)
		}
	}
	if len(b.rep.open) != 0 {
		t.Error("the conversation is still remembered")
	}
}

// TestManyMessagesAreDeleted: more than Telegram takes in one call.
func TestManyMessagesAreDeleted(t *testing.T) {
	b := openBooth(t)
	b.play(draft)
	for range 60 {
		b.play("> satu lagi")
		b.fake.Advance(5 * time.Second)
	}
	b.play("> /batal\n[Hapus sekarang]\n")
	left := 0
	for _, m := range b.fake.Messages(ani().ID) {
		if !m.Deleted {
			left++
		}
	}
	if calls := b.fake.Counts()["deleteMessages"]; left != 1 || calls != 2 {
		t.Errorf("%d messages are left, %d calls", left, calls)
	}
}

// TestReportRetries: whatever call fails, the step is done once and its answer
// arrives: the update comes again.
func TestReportRetries(t *testing.T) {
	steps := strings.Split(strings.TrimSpace(draft+`> Camat menyuruh memilih.
! photo @jpeg
> /periksa
[Kirim]
> @kelompok`), "\n")
	want := []string{
		"Sebelum mulai", "1/6", "Penerima", "2/6", "Tercatat|2/6", "2/6", "Periksa", "kelompok", "Hapus pesan",
	}
	for n, line := range steps {
		t.Run(line, func(t *testing.T) {
			b := openBooth(t)
			b.client.patience.Again = nil
			for i, l := range steps[:n+1] {
				if i == n {
					b.fake.Inject("sendMessage", 1, telegramtest.BadGateway())
				}
				b.play(l)
			}
			m, _ := b.fake.Newest(ani().ID)
			found := false
			for _, w := range strings.Split(want[n], "|") {
				found = found || strings.Contains(m.Plain, w)
			}
			if !found {
				t.Errorf("the answer is\n%s\nwant %q", m.Plain, want[n])
			}
			if reports := b.vault.counts()[0]; reports > 1 || n >= 7 && reports != 1 {
				t.Errorf("%d reports", reports)
			}
		})
	}
}

// TestStoreTrouble: a store that fails is told, loses nothing, and the next try
// works.
func TestStoreTrouble(t *testing.T) {
	b := openBooth(t)
	b.play(draft + "> Camat menyuruh memilih.\n> /lanjut\n")
	b.vault.fail(errors.New("rahasia: disk penuh"))
	b.play("! photo @jpeg\n> /periksa\n[Kirim]\n< gangguan di pihak kami\n")
	b.vault.fail(nil)
	b.play("[Kirim]\n< Laporan sudah diterima\n> @kelompok\n")
	b.vault.fail(errors.New("rahasia: disk penuh"))
	b.play("> /laporan @kode\n< gangguan di pihak kami\n> /batal\n> /lapor\n< gangguan di pihak kami\n")
	if strings.Contains(b.log.String(), "rahasia") {
		t.Errorf("the log repeats an error:\n%s", b.log)
	}
}

// TestNobodyReads: without investigators nothing is taken.
func TestNobodyReads(t *testing.T) {
	b := openBooth(t)
	b.vault.investigators = nil
	b.play("> /lapor\n< belum ada pemeriksa\n< Bawaslu\n>> " + likeQuestion + "\n< Tidak boleh\n")
}

// TestReportsOfADay: three, then tomorrow again; nothing names the chat.
func TestReportsOfADay(t *testing.T) {
	b := openBooth(t)
	for range 3 {
		b.play(sentReport + "[Hapus sekarang]\n")
	}
	b.play("> /lapor\n< Hari ini sudah ada 3 laporan\n")
	b.fake.Advance(24 * time.Hour)
	b.play("> /lapor\n< Sebelum mulai\n")
}

// TestWarnDrafters: those who write are told of a stop, others are not.
func TestWarnDrafters(t *testing.T) {
	b := openBooth(t)
	b.play(draft + "> Camat menyuruh memilih.\n")
	budi := telegramtest.User{ID: 12, FirstName: "Budi"}
	b.fake.Play(t, budi, "> /lapor\n")
	b.bot.WarnDrafters(t.Context())
	if m, _ := b.fake.Newest(ani().ID); m.Plain != textStopping {
		t.Errorf("the drafter hears %q", m.Plain)
	}
	if m, _ := b.fake.Newest(budi.ID); m.Plain == textStopping {
		t.Error("somebody without a draft is warned")
	}
	b.fake.Play(t, budi, "[Mulai]\n~ dimulai ulang\n")
	b.fake.Play(t, telegramtest.User{ID: 13}, "> /lapor\n< beberapa menit lagi\n")
}

// TestReportCommandsInGroups: nothing there names reporting, and no code is
// looked at.
func TestReportCommandsInGroups(t *testing.T) {
	b := openBooth(t)
	group := telegramtest.Chat{ID: -100500, Title: "Kantor"}
	for _, text := range []string{"/lapor camat curang", "/laporan ABCDE-ABCDE-ABCDE-ABCDE"} {
		b.fake.TextIn(group, ani(), text, telegramtest.TextOpts{})
		await(t, b.fake, "the answer", idle)
		m, ok := b.fake.Newest(group.ID)
		if !ok || m.Plain != textWritePrivately || delicate(m.Raw+m.Markup) {
			t.Errorf("%q is answered with %q %s", text, m.Plain, m.Markup)
		}
	}
	b.fake.TextIn(group, ani(), "/lapor@bot_lain", telegramtest.TextOpts{})
	await(t, b.fake, "silence", idle)
	if b.fake.Sent(group.ID) != 2 || len(b.rep.open) != 0 {
		t.Errorf("%d messages, %d drafts", b.fake.Sent(group.ID), len(b.rep.open))
	}
}

// TestWithoutReporting: the commands say where to go.
func TestWithoutReporting(t *testing.T) {
	d := newTestDialog(t, script{}, nil, Settings{Contact: "BKPSDM <Uji>"})
	for _, name := range []string{"lapor", "laporan"} {
		r, err := d.Command(t.Context(), 1, name, "")
		if err != nil || !strings.Contains(r.HTML, "belum diaktifkan") ||
			!strings.Contains(r.HTML, "&lt;Uji&gt;") {
			t.Errorf("/%s: %q, %v", name, r.HTML, err)
		}
	}
}

// TestNothingOfAReportIsLogged looks for everything personal in the log and in
// what the store got.
func TestNothingOfAReportIsLogged(t *testing.T) {
	b := openBooth(t)
	user := telegramtest.User{ID: 81234567890123, FirstName: "Wirasandika", UserName: "wirasandika77"}
	b.fake.Inject(telegramtest.Download, 2, telegramtest.LoseAnswer())
	b.fake.Play(t, user, draft+`> RAHASIA-ISI camat
> /lanjut
> RAHASIA-TEMPAT
> /lewati
> /lewati
! document @pdf
! photo @jpeg
> /lanjut
[Kirim]
> @kelompok
[Hapus sekarang]
> /laporan @kode
>> RAHASIA-PESAN
> /kirim
> RAHASIA-KEDUA
> /batal
[Hapus sekarang]
`)
	code, _ := b.fake.Code(user.ID)
	kept := b.log.String() + fmt.Sprint(b.vault.reports)
	for _, p := range b.vault.parts {
		kept += p.ID + p.Report + string(p.Sealed)
	}
	for _, r := range b.vault.reports {
		kept += string(r.Lookup) + string(r.Envelope)
	}
	secrets := []string{
		"RAHASIA", "81234567890123", "Wirasandika", "wirasandika77", code, strings.ReplaceAll(code, "-", ""),
		"surat.pdf", "IMG_2026", "GPS-6", b.fake.Token(), "fake-token",
	}
	if len(code) != 23 || len(kept) < 2000 {
		t.Fatalf("code %q, %d bytes", code, len(kept))
	}
	for _, s := range secrets {
		if strings.Contains(kept, s) {
			t.Errorf("%q stands in the log or in the store:\n%s", s, b.log)
		}
	}
}

// TestForgedReportButtons: nothing that was not offered does anything.
func TestForgedReportButtons(t *testing.T) {
	b := openBooth(t)
	forged := []string{
		"l1:", "l1", "l1:mulai:", "l1:kirim:", "l1:kat:99", "l1:kat:-1", "l1:pos:x", "l1:lanjut:periksa",
		"l1:ubah:x",
		"l1:buang:0", "l1:simpan:7", "l1:bukan:x", "l1:bukan:1", "l1:tarik:", "l1:ditarik:", "l1:tutup:",
		"l1:pesan:",
		"l1:hapus:", "l1:entah:1", "l1:berkas:", "l1:periksa:", "l1:lewati:apa",
	}
	for _, start := range []string{"> /laporan\n", "> /lapor\n", draft, "> /batal\n", "> /lapor\n[Batal]\n"} {
		for _, data := range forged {
			b.play(start)
			m, _ := b.fake.Newest(ani().ID)
			b.fake.Tap(ani(), ani().ID, m.ID, data)
			await(t, b.fake, data, idle)
			b.play("> /batal\n")
		}
	}
	if b.vault.counts()[0] != 0 || len(b.fake.Unanswered()) != 0 {
		t.Errorf("%d reports, %d buttons glow", b.vault.counts()[0], len(b.fake.Unanswered()))
	}
}

// TestWhereTextGoes: a reply to an earlier question goes there, and the parts
// of one long text stay together.
func TestWhereTextGoes(t *testing.T) {
	b := openBooth(t)
	b.play(draft + "> Camat menyuruh memilih.\n> /lanjut\n> di aula\n< 4/6 Kapan\n")
	where := 0
	for _, m := range b.fake.Messages(ani().ID) {
		if strings.Contains(m.Plain, "3/6") {
			where = m.ID
		}
	}
	b.fake.TextIn(telegramtest.Chat{}, ani(), "di lapangan juga", telegramtest.TextOpts{ReplyTo: where})
	await(t, b.fake, "the answer", idle)
	b.play("< Ditambahkan ke bagian \"Di mana\"\n< 4/6 Kapan\n")
	b.play("> @panjang kemarin\n< 5/6\n>> lusa\n< bagian \"Kapan\"\n")
	b.fake.Advance(time.Minute)
	b.play(">> sekcam\n< 6/6\n= Bukan laporan\n> /lanjut\n")
	for _, s := range b.rep.open {
		l := s.letter
		if l.text(report.DiMana) != "di aula\ndi lapangan juga" || l.text(report.Siapa) != "sekcam" ||
			!strings.HasSuffix(l.text(report.Kapan), "kemarin\nlusa") {
			t.Errorf("where %q, who %q", l.text(report.DiMana), l.text(report.Siapa))
		}
	}
}

// TestBlockingEndsTheDraft: who blocks the bot leaves nothing behind.
func TestBlockingEndsTheDraft(t *testing.T) {
	b := openBooth(t)
	b.play(draft + "> Camat menyuruh memilih.\n! photo @jpeg\n")
	b.fake.Block(ani())
	await(t, b.fake, "the block", idle)
	if len(b.rep.open) != 0 || b.vault.counts()[2] != 0 {
		t.Errorf("%d drafts, files of %d", len(b.rep.open), b.vault.counts()[2])
	}
}

// TestManyFiles: fifty at once; ten are kept, and the rest is told.
func TestManyFiles(t *testing.T) {
	b := openBooth(t)
	b.play(draft + "> Camat menyuruh memilih.\n")
	for range 50 {
		b.fake.Attach(ani(), "photo", telegramtest.Attachment{Data: telegramtest.JPEG(), Group: "album"})
	}
	await(t, b.fake, "the files", idle)
	b.fake.Advance(time.Minute)
	b.play("! photo @jpeg\n< Sudah 10 berkas\n> /periksa\n< berkas-10.jpg\n[Kirim]\n> @kelompok\n< Cocok\n")
	if got := b.vault.counts(); got != [3]int{1, 11, 0} {
		t.Errorf("%v", got)
	}
	if n := b.fake.Sent(ani().ID); n > 50 {
		t.Errorf("%d messages were sent", n)
	}
}

// TestHelpNamesReports where they are taken.
func TestHelpNamesReports(t *testing.T) {
	b := openBooth(t)
	b.play("> /bantuan\n< /lapor\n> /privasi\n< 12 bulan\n")
	if err := b.bot.Present(t.Context()); err != nil {
		t.Fatal(err)
	}
	if menu := b.fake.Commands("all_private_chats", ""); menu[len(menu)-2].Command != "lapor" {
		t.Errorf("the menu is %v", menu)
	}
}
