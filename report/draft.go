package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"filippo.io/age"
)

// Limits are how much a reporter may send, and all of them together before
// they have sent anything.
type Limits struct {
	FieldRunes int           // characters of one field or message
	FileBytes  int64         // bytes of one file
	Files      int           // files of a draft; of later ones together as many again
	Parts      int           // parts of one report, from both sides
	DraftLife  time.Duration // since it was last touched
	Drafts     int           // open at once
	StageBytes int64         // bytes on the disk, of the files of all open drafts
}

// DefaultLimits are two Telegram messages of text a field, the 20 MB that a
// Telegram bot may download, ten files, 500 parts, and 30 minutes for a draft.
// A draft of 40,000 letters takes 80 KB of memory with the bot's copy of them,
// so that 100 of them are 8 of the 256 MB that the unit allows. All staged
// files take at most half of the 1 GB of free disk below which the admins are
// warned, so that drafts alone never fill a disk that was fine, and two drafts
// full of the largest files fit.
func DefaultLimits() Limits {
	return Limits{
		FieldRunes: 8000, FileBytes: 20 << 20, Files: 10, Parts: 500, DraftLife: 30 * time.Minute,
		Drafts: 100, StageBytes: 512 << 20,
	}
}

// filled replaces numbers that are not set by those of DefaultLimits.
func (l Limits) filled() Limits {
	d := DefaultLimits()
	if l.FieldRunes <= 0 {
		l.FieldRunes = d.FieldRunes
	}
	if l.FileBytes <= 0 {
		l.FileBytes = d.FileBytes
	}
	if l.Files <= 0 {
		l.Files = d.Files
	}
	if l.Parts <= 0 {
		l.Parts = d.Parts
	}
	if l.DraftLife <= 0 {
		l.DraftLife = d.DraftLife
	}
	if l.Drafts <= 0 {
		l.Drafts = d.Drafts
	}
	if l.StageBytes <= 0 {
		l.StageBytes = d.StageBytes
	}
	return l
}

// Draft is a report that is being written. It lives in memory only; its files
// wait sealed in the store. Its methods may be called from several goroutines.
type Draft struct {
	id     string
	limits Limits
	now    func() time.Time
	staff  []Investigator // the active ones when it began

	busy    gate // held through Attach, Submit and Discard
	mu      sync.Mutex
	key     *age.X25519Identity // of the report to be; made when it is needed
	fields  map[Field]string
	leftOut []string
	files   []File
	touched time.Time
	gone    bool
}

// Set fills a field; an empty text empties it. ErrTooLong leaves it as it was,
// ErrDraftGone means that the draft is no more.
func (d *Draft) Set(f Field, text string) error {
	text = tidyText(text)
	if utf8.RuneCountInString(text) > d.limits.FieldRunes {
		return ErrTooLong
	}
	if !slices.Contains(Fields(), f) {
		return ErrNotFound
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.touch(); err != nil {
		return err
	}
	if text == "" {
		delete(d.fields, f)
		return nil
	}
	d.fields[f] = text
	return nil
}

// Get is what stands in a field; empty: nothing.
func (d *Draft) Get(f Field) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.fields[f]
}

// LeaveOut names the posts whose holders must not open the report; it replaces
// what was named before. ErrNobodyLeft changes nothing.
func (d *Draft) LeaveOut(posts ...string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.touch(); err != nil {
		return err
	}
	var names []string
	left := 0
	for _, p := range postsOf(d.staff) {
		if slices.Contains(posts, p.ID) {
			names = append(names, p.Name)
		}
	}
	people := holders(d.staff, names)
	for _, i := range d.staff {
		if !isOneOf(names, i.Post) && !slices.Contains(people, i.User) {
			left++
		}
	}
	if left == 0 {
		return ErrNobodyLeft
	}
	d.leftOut = names
	return nil
}

// LeftOut are the names of the posts that are left out.
func (d *Draft) LeftOut() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.leftOut)
}

// Files are the files of the draft so far.
func (d *Draft) Files() []Cleaned {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make([]Cleaned, len(d.files))
	for i, f := range d.files {
		out[i] = Cleaned{Label: f.Label, Clean: f.Clean, Size: f.Size}
	}
	return out
}

// Gone tells whether the draft was sent, thrown away or has expired.
func (d *Draft) Gone() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.gone || d.now().Sub(d.touched) >= d.limits.DraftLife
}

// touch keeps the draft alive; the caller holds mu.
func (d *Draft) touch() error {
	now := d.now()
	if d.gone || now.Sub(d.touched) >= d.limits.DraftLife {
		return ErrDraftGone
	}
	d.touched = now
	return nil
}

// ready keeps the draft alive and tells to what its files are sealed and how
// many there are.
func (d *Draft) ready() (key *age.X25519Identity, files int, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.touch(); err != nil {
		return nil, 0, err
	}
	if d.key == nil {
		if d.key, err = age.GenerateX25519Identity(); err != nil {
			return nil, 0, fmt.Errorf("make the key of a report: %w", err)
		}
	}
	return d.key, len(d.files), nil
}

// add notes a staged file.
func (d *Draft) add(f File) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.touch(); err != nil {
		return err
	}
	d.files = append(d.files, f)
	return nil
}

// body is what the draft holds, for sealing, with the posts that are left out
// and who held them when it began.
func (d *Draft) body() (b body, leftOut, people []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return body{Fields: maps.Clone(d.fields), Files: slices.Clone(d.files)}, slices.Clone(d.leftOut),
		holders(d.staff, d.leftOut)
}

// end empties the draft; false: it was gone already.
func (d *Draft) end() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.gone {
		return false
	}
	d.gone, d.fields, d.leftOut, d.files, d.key = true, nil, nil, nil, nil
	return true
}

// postsOf are the posts of the active investigators, each once, by name.
func postsOf(all []Investigator) []Post {
	var out []Post
	for _, i := range all {
		if i.Active && !slices.ContainsFunc(out, func(p Post) bool { return samePost(p.Name, i.Post) }) {
			out = append(out, Post{ID: postID(i.Post), Name: i.Post})
		}
	}
	slices.SortFunc(out, func(a, b Post) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// postID is short enough for the data of a Telegram button.
func postID(name string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.Join(strings.Fields(name), " "))))
	return hex.EncodeToString(sum[:6])
}

// tidyText takes out what a text does not need: broken UTF-8, zero-width and
// other control characters (which can carry a mark), and blanks at the ends.
func tidyText(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == utf8.RuneError || r < ' ' || r == 0x7f:
			return -1
		case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff:
			return -1
		case r >= 0xe0000 && r <= 0xe007f:
			return -1
		default:
			return r
		}
	}, s))
}
