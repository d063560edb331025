package bahasa

import "testing"

func load(t testing.TB) *Language {
	t.Helper()
	l, err := Load(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestScrub(t *testing.T) {
	l := load(t)
	tests := []struct{ text, want string }{
		{"pak Budi kepala dinas kami nip 198501012010011001", "pak […] kepala dinas kami nip […]"},
		{"nip 19850101 201001 1 001 saya", "nip […] saya"},
		{"NIK 3201011501850007", "NIK […]"},
		{"hubungi 0812-3456-7890 atau +62 812 3456 789", "hubungi […] atau […]"},
		{"email a.b@c.go.id atau @akun_saya", "email […] atau […]"},
		{"lihat https://t.me/abc dan www.x.com dan contoh.id", "lihat […] dan […] dan […]"},
		{"bu siti dan bu camat ikut kampanye", "bu […] dan bu camat ikut kampanye"},
		{"pak bambang sudarsono nyuruh kami", "pak […] […] nyuruh kami"},
		{"camat Siti ikut kampanye", "camat […] ikut kampanye"},
		{"kades sukamaju bagi sembako", "kades […] bagi sembako"},
		{"camat bekasi ikut kampanye", "camat […] ikut kampanye"},
		{"Kemarin Andi Wijaya bagi kaos", "Kemarin […] […] bagi kaos"},
		{"kemarin andi bagi kaos", "kemarin […] bagi kaos"},
		{"pak saya mau tanya boleh ga like", "pak saya mau tanya boleh ga like"},
		{"pak boleh ikut kampanye?", "pak boleh ikut kampanye?"},
		{"ASN boleh foto dengan calon nomor 2?", "ASN boleh foto dengan calon nomor 2?"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := l.Scrub(tt.text); got != tt.want {
			t.Errorf("Scrub(%q)\n got %q\nwant %q", tt.text, got, tt.want)
		}
	}
}

// FuzzScrub: digits that could be a number of somebody never survive.
func FuzzScrub(f *testing.F) {
	l := load(f)
	f.Add("nip 198501012010011001 pak budi")
	f.Add("0812 3456 7890")
	f.Fuzz(func(t *testing.T, text string) {
		run := 0
		for _, r := range l.Scrub(text) {
			if r >= '0' && r <= '9' {
				run++
			} else {
				run = 0
			}
			if run >= 5 {
				t.Fatalf("Scrub(%q) leaves a number", text)
			}
		}
	})
}
