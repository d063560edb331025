package bot

import (
	"fmt"
	"strings"
	"testing"

	"tanyanetral/knowledge"
)

// complaints collects what a player says instead of failing the test.
type complaints struct {
	testing.TB
	said []string
}

func (c *complaints) Helper() {}

func (c *complaints) Errorf(format string, args ...any) {
	c.said = append(c.said, strings.Split(fmt.Sprintf(format, args...), ":")[0])
}

func (c *complaints) Fatalf(format string, args ...any) { c.Errorf(format, args...) }

// TestPlay plays every kind of line, once as it is and once with expectations
// that are wrong, each of which has to be complained of.
func TestPlay(t *testing.T) {
	base := loadBase(t)
	like := knowledge.Answer{Zone: knowledge.Direct, Topic: base.Topic("interaksi-medsos-dukungan"),
		Candidates: []knowledge.Candidate{{Topic: "interaksi-medsos-dukungan"}}}
	foto := knowledge.Answer{Zone: knowledge.Menu, Menu: []string{"foto-bersama-calon", "pose-jari-simbol"}}
	o := openOffice(t, script{base: base, answers: map[string]knowledge.Answer{
		"like": like, "foto": foto, "kata": {Zone: knowledge.None, Normal: "kata"}, "like\nfoto": like,
	}})
	right := `# a remark

> like
< Tidak boleh
- Bersyarat
= Sanksi
n 1
[Membantu]
~ Terima kasih
? v1:zz:golput:
~ tidak berlaku
^ foto
< Maksud Anda
n 1
! sticker
< membaca teks
@ like
: Tidak boleh
@ kata
:
%grup
> like
n 0
> /tanya foto
%orang 2
[1. ]
~ hanya untuk penanya
& like
< Tidak boleh
%pribadi
* 25 like
n 21
< terlalu cepat
`
	o.fake.Play(t, ani(), right)
	for _, line := range []string{
		"< Bersyarat", "- terlalu", "= Tidak ada", "~ x", "n 2", "n x", ": x", "^ x", "%pasar", "%orang 0", "x",
	} {
		c := &complaints{TB: t}
		act := "%orang 2\n"
		if line[0] == '^' {
			act = "%orang 3\n"
		}
		o.fake.Play(c, ani(), act+line)
		if len(c.said) == 0 || c.said[0] != "line 2" {
			t.Errorf("%q: complaints %q", line, c.said)
		}
	}
}
