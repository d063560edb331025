package bot

import (
	"strings"
	"testing"

	"tanyanetral/knowledge"
)

// tapLabel presses the button with a label.
func tapLabel(t *testing.T, d *Dialog, r Reply, label string) Reply {
	t.Helper()
	for _, row := range r.Buttons {
		for _, b := range row {
			if strings.Contains(b.Label, label) {
				next, err := d.Tap(t.Context(), Press{Update: 1, Data: b.Data, Question: "/cek"})
				if err != nil {
					t.Fatal(err)
				}
				return next
			}
		}
	}
	t.Fatalf("no button %q under\n%s\n%s", label, r.HTML, TerminalButtons(r))
	return Reply{}
}

// TestSelfCheckGolden plays self-checks from the first page to the summary.
func TestSelfCheckGolden(t *testing.T) {
	cal := testCalendar(t, pemilu2029)
	tests := []struct {
		name string
		cal  *knowledge.Calendar
		taps []string
	}{
		{"pns-like", cal, []string{"PNS", "Like", "Hari ini (masa tenang)", "Bukan keluarga"}},
		{"pppk-istri", nil, []string{"PPPK", "Hadir kampanye", "Masa kampanye", "Suami atau istri"}},
		{"kades", cal, []string{"Kepala desa", "Tim sukses", "Belum tahu", "Bukan keluarga"}},
		{"lurah-empat", cal, []string{"Lurah", "Pilih beberapa", "Ajak warga", "Mobil dinas", "Pose jari",
			"Pose jari", "Foto bersama", "Twibbon", "Lanjut (4", "Sebelum calon", "Keluarga lain"}},
	}
	base := loadBase(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := Settings{Contact: "BKPSDM Kabupaten Contoh", Calendar: fixed(tt.cal)}
			d := newTestDialog(t, script{base: base}, nil, set)
			r := d.checkStart()
			for _, label := range tt.taps {
				r = tapLabel(t, d, r, label)
			}
			golden(t, "cek-"+tt.name, r.HTML+"\n\n"+TerminalButtons(r)+"\n")
			for _, row := range r.Buttons {
				next, err := d.Tap(t.Context(), Press{Update: 1, Data: row[0].Data, Question: "/cek"})
				if err != nil || !next.Fresh {
					t.Errorf("%q takes the place of the summary (%v)", row[0].Label, err)
				}
			}
		})
	}
}

// TestSelfCheckSummariesFit renders summaries for every person, phase and
// family: of four acts in a row everywhere, of each act alone where no phase
// is known, which shows the most.
func TestSelfCheckSummariesFit(t *testing.T) {
	d := newTestDialog(t, script{}, nil,
		Settings{Contact: strings.Repeat("kantor ", 10), Calendar: fixed(testCalendar(t, pemilu2029))})
	acts := ""
	for _, a := range checkActs() {
		acts += string(a.code)
		for _, k := range checkKins() {
			if d.ask.Base().Topic(a.about(k)) == nil {
				t.Errorf("act %q: topic %q is not in the base", a.label, a.about(k))
			}
		}
	}
	acts += acts[:maxActs-1]
	for _, p := range checkPersons() {
		if p.topic != "" && d.ask.Base().Topic(p.topic) == nil {
			t.Errorf("person %q: topic %q is not in the base", p.who, p.topic)
		}
		for _, s := range checkStages() {
			for _, k := range checkKins() {
				for i := range acts[:len(acts)-maxActs+1] {
					if s.code == stageUnknown {
						checkSummary(t, d, selfCheck{pageSummary, p.code, s.code, k.code, acts[i : i+1]})
					}
					if s.code == stageUnknown || i%maxActs == 0 {
						checkSummary(t, d, selfCheck{pageSummary, p.code, s.code, k.code,
							acts[i : i+maxActs]})
					}
				}
			}
		}
	}
}

func checkSummary(t *testing.T, d *Dialog, c selfCheck) {
	t.Helper()
	verb, a, b, _ := splitData(c.key("x").Data)
	back, ok := parseCheck(a, b)
	if !ok || back != c || verb != verbCheck {
		t.Fatalf("%+v is read back as %+v, %v", c, back, ok)
	}
	r := d.summary(c)
	if n := length(r.HTML); n > maxMessage {
		t.Errorf("%+v: %d characters", c, n)
	}
	checkButtons(t, a+b, r)
	for i := range c.acts {
		topic := d.ask.Base().Topic(actOf(c.acts[i]).about(*kinOf(c.kin)))
		if !strings.Contains(r.HTML, escape(topic.Answer)) ||
			!strings.Contains(r.HTML, topic.Verdict.Label()) {
			t.Errorf("%+v: the answer of %s is missing", c, topic.ID)
		}
	}
}

// TestSelfCheckTakesFourActs: a fifth gets a notice, and none is chosen twice.
func TestSelfCheckTakesFourActs(t *testing.T) {
	d := newTestDialog(t, script{}, nil, Settings{})
	r := tapLabel(t, d, d.checkStart(), "CPNS")
	r = tapLabel(t, d, r, "Pilih beberapa")
	for _, label := range []string{"Like", "Twibbon", "Pose", "Mobil"} {
		r = tapLabel(t, d, r, label)
	}
	if next := tapLabel(t, d, r, "Grup"); next.Toast != textTooManyActs || next.HTML != "" {
		t.Errorf("a fifth act: %+v", next)
	}
	r = tapLabel(t, d, r, "Like")
	if strings.Count(r.HTML, "(dipilih)") != 3 || strings.Count(TerminalButtons(r), "☑") != 3 {
		t.Errorf("after one act is taken back:\n%s", r.HTML)
	}
	codes := map[byte]bool{}
	for _, a := range checkActs() {
		if codes[a.code] {
			t.Errorf("code %q stands for two acts", a.code)
		}
		codes[a.code] = true
	}
}

// TestNoSanctionOfOthers: who is no civil servant never reads a sanction that
// binds civil servants alone.
func TestNoSanctionOfOthers(t *testing.T) {
	d := newTestDialog(t, script{}, nil, Settings{})
	for _, p := range checkPersons() {
		if p.civil {
			continue
		}
		for _, a := range checkActs() {
			c := d.lookUp(selfCheck{pageSummary, p.code, stageUnknown, '0', string(a.code)})
			topic := d.ask.Base().Topic(a.topic)
			part := plainText(strings.Join(c.sanctions(topic, 99), "\n"))
			if strings.Contains(part, "disiplin berat") && !strings.Contains(part, p.who.Label()) &&
				!strings.Contains(part, "setiap orang") {
				t.Errorf("%s reads of %s:\n%s", p.who, a.topic, part)
			}
		}
	}
}
