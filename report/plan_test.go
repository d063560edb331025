package report

import "testing"

func TestDeadline(t *testing.T) {
	h, err := NewHolidays([]string{"2026-12-24", "2026-12-25"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-23", 3, "2026-11-26"}, // a Monday
		{"2026-11-20", 1, "2026-11-23"}, // a Friday
		{"2026-11-21", 1, "2026-11-23"}, // a Saturday
		{"2026-12-23", 1, "2026-12-28"}, // before two holidays and a weekend
		{"2026-12-23", 0, "2026-12-23"},
		{"2026-12-18", 7, "2026-12-31"},
		{"bukan hari", 7, ""},
	} {
		if got := deadline(c.from, c.n, h); got != c.want {
			t.Errorf("Deadline(%s, %d) = %s, want %s", c.from, c.n, got, c.want)
		}
	}
	if _, err := NewHolidays([]string{"25-12-2026"}); err == nil {
		t.Error("a day written otherwise was taken")
	}
}

func TestLights(t *testing.T) {
	p := DefaultPlan()
	s := Stored{Day: "2026-11-23"}
	for _, c := range []struct {
		today           string
		ack, find, feed Light
	}{
		{"2026-11-23", Hijau, Hijau, Hijau},
		{"2026-11-24", Hijau, Hijau, Hijau},
		{"2026-11-25", Kuning, Hijau, Hijau},
		{"2026-11-26", Kuning, Hijau, Hijau},
		{"2026-11-27", Merah, Hijau, Hijau},
		{"2026-12-09", Merah, Kuning, Hijau}, // due on 11 December
		{"2026-12-12", Merah, Merah, Hijau},
		{"2027-03-20", Merah, Merah, Kuning}, // due on 29 March
		{"2027-03-30", Merah, Merah, Merah},
	} {
		l := p.lights(s, c.today)
		if l.Acknowledge != c.ack || l.Finding != c.find || l.Feedback != c.feed {
			t.Errorf("%s: %+v", c.today, l)
		}
	}
	s.Closed = "2026-11-24"
	if l := p.lights(s, "2027-03-30"); l.Acknowledge != Sudah || l.Feedback != Sudah {
		t.Errorf("closed: %+v", l)
	}
}
