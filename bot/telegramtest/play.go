package telegramtest

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Play plays a written conversation of one person with the bot, line by line:
//
//	> text     writes, as a reply when the newest message asks for one
//	>> text    writes without replying
//	^ text     edits the own message before
//	! kind     sends a medium; behind it @jpeg, @pdf, @kosong or @besar is its content
//	!! text    forwards somebody's message
//	[label]    presses the newest button with that label
//	< text     the newest message holds it        - text  and does not hold this
//	= label    there is such a button             ~ text  the tap's notice holds it
//	# remark                                      and the marks of scene.go
//
// In a text @kode is the newest code that the bot has shown, @kelompok the
// group of it that the bot asks for, \n a line break, and @panjang before a
// word repeats it to the length of a message.
func (s *Server) Play(t testing.TB, u User, script string) {
	t.Helper()
	p := player{t: t, fake: s, first: u, user: u}
	for n, line := range strings.Split(script, "\n") {
		p.n = n + 1
		p.line(strings.TrimRight(line, " "))
	}
}

// PlayFiles plays every .txt file of a folder, each by another person, and
// returns how many there are.
func (s *Server) PlayFiles(t *testing.T, folder string, first int64) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			s.Play(t, User{ID: first + int64(i), FirstName: "Pegawai"}, string(text))
		})
	}
	return len(files)
}

// player is one conversation under way.
type player struct {
	t     testing.TB
	fake  *Server
	first User // whose conversation it is
	user  User // who acts now
	group bool // in the group, not in private
	n     int  // line
	tap   CallbackID
	typed InlineID
}

func (p *player) line(line string) {
	p.t.Helper()
	for _, d := range append(p.scenes(), []mark{
		{">>", p.writes}, {">", p.answers}, {"^", p.edits}, {"!!", p.forwards}, {"!", p.sends},
		{"[", p.presses},
		{"<", p.expects}, {"-", p.misses}, {"=", p.offers}, {"~", p.notices}, {"#", func(string) {}},
	}...) {
		if rest, ok := strings.CutPrefix(line, d.text); ok {
			d.do(strings.TrimSpace(rest))
			return
		}
	}
	if line != "" {
		p.t.Fatalf("line %d: %q is not understood", p.n, line)
	}
}

// settle waits until the bot is done with what was sent.
func (p *player) settle() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	if err := p.fake.AwaitIdle(ctx); err != nil {
		p.t.Fatalf("line %d: the update is not acknowledged: %v", p.n, err)
	}
}

func (p *player) writes(text string) {
	p.fake.TextIn(p.where(), p.user, p.filled(text), TextOpts{})
	p.settle()
}

func (p *player) answers(text string) {
	if p.group {
		p.writes(text)
		return
	}
	p.fake.Answer(p.user, p.filled(text))
	p.settle()
}

func (p *player) edits(text string) {
	for _, m := range slices.Backward(p.fake.Messages(p.where().ID)) {
		if m.From.ID == p.user.ID && !m.Deleted {
			p.fake.Edit(p.user, p.where().ID, m.ID, p.filled(text))
			p.settle()
			return
		}
	}
	p.t.Fatalf("line %d: nothing to edit", p.n)
}

func (p *player) forwards(text string) {
	other := User{ID: 424242, FirstName: "Orang lain"}
	p.fake.TextIn(Chat{ID: p.user.ID}, p.user, p.filled(text), TextOpts{Forward: &other})
	p.settle()
}

func (p *player) sends(what string) {
	kind, sample, _ := strings.Cut(what, " ")
	p.fake.Attach(p.user, kind, p.sample(sample))
	p.settle()
}

func (p *player) sample(name string) Attachment {
	switch name {
	case "":
		return Attachment{}
	case "@jpeg":
		return Attachment{Name: "IMG_2026.jpg", MIME: "image/jpeg", Data: JPEG()}
	case "@pdf":
		data := []byte("%PDF-1.7\n1 0 obj<</Author(x)>>endobj\n")
		return Attachment{Name: "surat.pdf", MIME: "application/pdf", Data: data}
	case "@kosong":
		return Attachment{Name: "kosong.bin", Data: []byte{}}
	case "@besar":
		return Attachment{Name: "besar.mp4", MIME: "video/mp4", Size: 25 << 20}
	}
	p.t.Fatalf("line %d: no sample %q", p.n, name)
	return Attachment{}
}

func (p *player) presses(label string) {
	p.tap = p.fake.TapButton(p.user, p.where().ID, strings.TrimSuffix(label, "]"))
	p.settle()
}

func (p *player) newest() string {
	m, ok := p.fake.Newest(p.where().ID)
	if !ok {
		p.t.Errorf("line %d: no reply", p.n)
	}
	return m.Plain
}

func (p *player) expects(want string) {
	if got := p.newest(); !strings.Contains(got, want) {
		p.t.Errorf("line %d: the reply is\n%s\nwant %q in it", p.n, got, want)
	}
}

func (p *player) misses(not string) {
	if got := p.newest(); strings.Contains(got, not) {
		p.t.Errorf("line %d: the reply is\n%s\nwant no %q in it", p.n, got, not)
	}
}

func (p *player) offers(label string) {
	if _, _, ok := p.fake.Button(p.where().ID, label); !ok {
		p.t.Errorf("line %d: no button %q", p.n, label)
	}
}

func (p *player) notices(want string) {
	if a, ok := p.fake.CallbackAnswer(p.tap); !ok || !strings.Contains(a.Text, want) {
		p.t.Errorf("line %d: the notice is %q, want %q in it", p.n, a.Text, want)
	}
}

// filled writes what a file cannot: long texts, marks that do not show, codes.
func (p *player) filled(text string) string {
	if rest, ok := strings.CutPrefix(text, "@panjang "); ok {
		return strings.Repeat(rest+" ", 4096/(len(rest)+1))
	}
	if strings.Contains(text, "@kode") || strings.Contains(text, "@kelompok") {
		code, group := p.fake.Code(p.user.ID)
		text = strings.NewReplacer("@kode", code, "@kelompok", group).Replace(text)
	}
	hidden := strings.NewReplacer(`\n`, "\n", `\u200b`, "\u200b", `\u202e`, "\u202e", `\u0000`, "\x00")
	return hidden.Replace(text)
}

// asksFor finds which group of a code a message asks for.
var asksFor = regexp.MustCompile(`kelompok ke-(\d+)`)

// Code is the newest text in code type that the bot has sent to a chat, and
// the group of it, between dashes, that the bot asks for. A test that reads
// codes knows them even when the message is deleted.
func (s *Server) Code(chatID int64) (code, group string) {
	n := 0
	for _, m := range s.Messages(chatID) {
		if m.From.ID != s.Bot().ID {
			continue
		}
		for _, e := range m.Entities {
			if e.Type == "code" {
				code = string([]rune(m.Plain)[runeAt(m.Plain, e.Offset):runeAt(m.Plain, e.Offset+e.Length)])
			}
		}
		if match := asksFor.FindStringSubmatch(m.Plain); match != nil {
			n, _ = strconv.Atoi(match[1])
		}
	}
	if groups := strings.Split(code, "-"); n >= 1 && n <= len(groups) {
		group = groups[n-1]
	}
	return code, group
}

// runeAt turns an offset in UTF-16 units into one in characters.
func runeAt(text string, units int) int {
	n := 0
	for i, r := range []rune(text) {
		if n >= units {
			return i
		}
		n += utf16Len(string(r))
	}
	return len([]rune(text))
}

// JPEG is a small picture with the metadata that a phone writes: where it was
// taken, as "GPS-6.2088", and by which phone, as "PonselRahasia".
func JPEG() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 16, 16)), nil); err != nil {
		return nil // never: the picture can be encoded
	}
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00GPS-6.2088 PonselRahasia"
	segment := append([]byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	return slices.Concat(b.Bytes()[:2], segment, b.Bytes()[2:])
}
