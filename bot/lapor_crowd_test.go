package bot

import (
	"testing"
	"time"

	"tanyanetral/bot/telegramtest"
	"tanyanetral/report"
)

// evidence goes as far as the files.
const evidence = draft + "> Camat menyuruh memilih.\n> /lanjut\n> /lewati\n> /lewati\n> /lewati\n< 6/6\n"

// TestNoRoomForFiles: when the files of all drafts take as much as they may,
// the next one is refused with a way out, nothing else is lost, and there is
// room again as soon as a draft is sent, thrown away or abandoned.
func TestNoRoomForFiles(t *testing.T) {
	one := int64(0)
	{
		b := openBooth(t)
		b.play(evidence + "! photo @jpeg\n")
		for _, staged := range b.vault.stages {
			one = staged[0].Size
		}
	}
	if one == 0 {
		t.Fatal("no file is staged")
	}
	budi := telegramtest.User{ID: 12, FirstName: "Budi"}
	for name, end := range map[string]func(b *booth){
		"sent":      func(b *booth) { b.play("> /periksa\n[Kirim]\n> @kelompok\n") },
		"cancelled": func(b *booth) { b.play("> /batal\n") },
		"abandoned": func(b *booth) {
			b.fake.Advance(29 * time.Minute)
			b.fake.Play(t, budi, "> sampai sore\n< 6/6\n") // keeps the other one alive
			b.fake.Advance(time.Minute)
			if _, err := b.intake.Sweep(t.Context()); err != nil {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := openBoothOf(t, report.Limits{StageBytes: one + one/2})
			b.play(evidence + "! photo @jpeg\n< disimpan terkunci\n")
			b.fake.Play(t, budi, evidence+"! photo @jpeg\n< Tempat sementara untuk berkas sedang penuh\n")
			if got := b.vault.counts(); got[2] != 1 {
				t.Errorf("files of %d drafts are staged, want those of one", got[2])
			}
			end(b)
			if got := b.vault.counts(); got[2] != 0 {
				t.Errorf("files of %d drafts are left", got[2])
			}
			b.fake.Play(t, budi, "! photo @jpeg\n< disimpan terkunci\n> /periksa\n< berkas-1.jpg\n")
		})
	}
}

// TestNoRoomForDrafts: when as many drafts are open as may be, the next person
// is told kindly, loses nothing, and begins as soon as one has ended.
func TestNoRoomForDrafts(t *testing.T) {
	b := openBoothOf(t, report.Limits{Drafts: 1})
	b.play(draft)
	budi := telegramtest.User{ID: 12, FirstName: "Budi"}
	b.fake.Play(t, budi, "> /lapor Mobil dinas dipakai kampanye.\n[Mulai]\n"+
		"< banyak laporan sedang ditulis\n< Bawaslu\n")
	b.play("> /batal\n")
	b.fake.Play(t, budi, "[Mulai]\n< 1/6\n[Lewati]\n[Lanjut]\n> /periksa\n< Mobil dinas dipakai kampanye.\n")
}
