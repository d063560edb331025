package knowledge

import (
	"slices"
	"strings"
	"testing"
)

func TestChoose(t *testing.T) {
	topic := Topic{Outcomes: []Outcome{
		{When: KapanSaja, Who: []Who{ASN}, Level: "a"},
		{When: SebelumPenetapan, Who: []Who{PNS, CPNS}, Level: "b"},
		{When: SesudahPenetapan, Who: []Who{ASN}, Level: "c"},
		{When: MasaTenang, Who: []Who{Umum}, Level: "d"},
		{When: SesudahPenetapan, Who: []Who{Kades}, Level: "e"},
	}}
	tests := []struct {
		name       string
		phase      When
		who        Who
		now, other string // levels in order
	}{
		{"nothing known", "", "", "abcde", ""},
		{"normal day", DiLuarTahapan, "", "ba", "ced"},
		{"before the nomination", SebelumPenetapan, ASN, "ba", "cd"},
		{"after it", SesudahPenetapan, ASN, "ca", "bd"},
		{"campaign", MasaKampanye, ASN, "ca", "bd"},
		{"quiet period leads", MasaTenang, ASN, "dca", "b"},
		{"polling day", HariPemungutan, ASN, "ca", "bd"},
		{"pppk is not bound by rules for pns", SebelumPenetapan, PPPK, "a", "cd"},
		{"cpns", SebelumPenetapan, CPNS, "ba", "cd"},
		{"teacher", SebelumPenetapan, Guru, "ba", "cd"},
		{"village head", SesudahPenetapan, Kades, "e", "d"},
		{"person whom nothing binds but everybody's rule", "", Pensiunan, "d", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := topic.Choose(tt.phase, tt.who)
			if got := levels(c.Now); got != tt.now {
				t.Errorf("now: got %q, want %q", got, tt.now)
			}
			if got := levels(c.Other); got != tt.other {
				t.Errorf("other: got %q, want %q", got, tt.other)
			}
		})
	}
}

func TestChooseKeepsAllWhenNobodyIsBound(t *testing.T) {
	topic := Topic{Outcomes: []Outcome{{When: KapanSaja, Who: []Who{ASN}, Level: "a"}}}
	if got := levels(topic.Choose("", Pensiunan).Now); got != "a" {
		t.Errorf("got %q, want the outcome of others, which names its persons", got)
	}
}

func levels(os []Outcome) string {
	var b strings.Builder
	for _, o := range os {
		b.WriteString(string(o.Level))
	}
	return b.String()
}

const twoElections = `
elections:
  - {name: Pemilu, begins: 2028-06-01, nominated: 2028-11-01, campaign_from: 2028-11-28, campaign_until: 2029-02-10,
     quiet_until: 2029-02-13, vote: 2029-02-14, ends: 2029-04-30}
  - {name: Pilkada, begins: 2029-02-01, nominated: 2031-09-22, campaign_from: 2031-09-25, campaign_until: 2031-11-23,
     quiet_until: 2031-11-26, vote: 2031-11-27, ends: 2032-01-31}
`

func TestCalendar(t *testing.T) {
	c, err := ParseCalendar([]byte(twoElections))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		day  Day
		want []Standing
	}{
		{"2028-05-31", []Standing{{"", DiLuarTahapan}}},
		{"2028-06-01", []Standing{{"Pemilu", SebelumPenetapan}}},
		{"2028-11-01", []Standing{{"Pemilu", SesudahPenetapan}}},
		{"2028-11-28", []Standing{{"Pemilu", MasaKampanye}}},
		{"2029-02-10", []Standing{{"Pemilu", MasaKampanye}, {"Pilkada", SebelumPenetapan}}},
		{"2029-02-11", []Standing{{"Pemilu", MasaTenang}, {"Pilkada", SebelumPenetapan}}},
		{"2029-02-14", []Standing{{"Pemilu", HariPemungutan}, {"Pilkada", SebelumPenetapan}}},
		{"2029-02-15", []Standing{{"Pemilu", SesudahPenetapan}, {"Pilkada", SebelumPenetapan}}},
		{"2032-02-01", []Standing{{"", DiLuarTahapan}}},
	}
	for _, tt := range tests {
		if got := c.At(tt.day); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.day, got, tt.want)
		}
	}
	if got := (Calendar{}).At("2029-02-14"); got != nil {
		t.Errorf("an empty calendar knows %v", got)
	}
}

func TestBrokenCalendar(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"no day", "2028-11-01", "besok", "is not a day"},
		{"order", "nominated: 2028-11-01", "nominated: 2029-11-01", "must rise"},
		{"quiet period over the vote", "quiet_until: 2029-02-13", "quiet_until: 2029-02-14", "ends before the vote"},
		{"no name", "name: Pemilu", "name: \"\"", "needs a name"},
		{"unknown key", "vote: 2029-02-14", "votes: 2029-02-14", "unknown field"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseCalendar([]byte(strings.Replace(twoElections, tt.old, tt.new, 1)))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestParseCitation(t *testing.T) {
	tests := []struct{ text, instrument, article string }{
		{"UU 20/2023 Pasal 24 ayat (1) huruf d", "UU 20/2023", "Pasal 24 ayat (1) huruf d"},
		{"SKB 2022 Lampiran II B.2", "SKB 2022", "Lampiran II B.2"},
		{"SE Menpan-RB 1/2023", "SE Menpan-RB 1/2023", ""},
		{"PP 94/2021 Penjelasan Pasal 5 huruf n angka 2", "PP 94/2021", "Penjelasan Pasal 5 huruf n angka 2"},
		{"  MK 135/PUU-XXII/2024 ", "MK 135/PUU-XXII/2024", ""},
	}
	for _, tt := range tests {
		got := ParseCitation(tt.text)
		if got.Instrument != tt.instrument || got.Article != tt.article {
			t.Errorf("ParseCitation(%q) = %+v", tt.text, got)
		}
		if got.String() != strings.TrimSpace(tt.text) {
			t.Errorf("%q is written back as %q", tt.text, got)
		}
	}
}
