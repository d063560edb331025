package telegramtest

import (
	_ "embed" // the table below
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

//go:embed table.txt
var tableText string

// table is the readable form of table.txt. It never changes after parsing.
type table struct {
	methods map[string]*shape
	objects map[string]*shape
	unions  map[string][]string
}

// shape is a method or an object: its fields in the order of the table.
type shape struct {
	name   string
	fields []*field
	byName map[string]*field
	oneOf  []string // exactly one of these must be present
	paced  bool     // counts for the sending limits
}

// field is one parameter of a method or one key of an object.
type field struct {
	name     string
	required bool
	unless   string // beside this field the required one may be missing
	types    []string
	checks   []check
}

// check is one limit on a value.
type check struct {
	kind   string
	lo, hi int // hi < 0: no upper bound
	re     *regexp.Regexp
}

// patterns are the regular expressions that table.txt names after "like:".
func patterns() map[string]string {
	return map[string]string{
		"command":  `^[a-z0-9_]{1,32}$`,
		"secret":   `^[A-Za-z0-9_-]{1,256}$`,
		"start":    `^[A-Za-z0-9_-]{1,64}$`,
		"link":     `^(https?|tg)://\S+$`,
		"https":    `^https://\S+$`,
		"language": `^([a-z]{2})?$`,
		"action": `^(typing|upload_photo|record_video|upload_video|record_voice|upload_voice|upload_document|` +
			`choose_sticker|find_location|record_video_note|upload_video_note)$`,
		"entity": `^(mention|hashtag|cashtag|bot_command|url|email|phone_number|bold|italic|underline|` +
			`strikethrough|spoiler|blockquote|expandable_blockquote|code|pre|text_link|text_mention|` +
			`custom_emoji|date_time)$`,
		"update": `^(message|edited_message|channel_post|edited_channel_post|message_reaction|` +
			`message_reaction_count|inline_query|chosen_inline_result|callback_query|poll|poll_answer|` +
			`my_chat_member|chat_member|chat_join_request|chat_boost|removed_chat_boost)$`,
	}
}

// tableReader holds what parsing needs and the finished table does not.
type tableReader struct {
	table    *table
	groups   map[string]*shape
	patterns map[string]*regexp.Regexp
	current  *shape
}

// readTable parses the text of table.txt. An error names the line.
func readTable(text string) (*table, error) {
	r := tableReader{
		table: &table{
			methods: map[string]*shape{}, objects: map[string]*shape{}, unions: map[string][]string{},
		},
		groups:   map[string]*shape{},
		patterns: map[string]*regexp.Regexp{},
	}
	for name, expr := range patterns() {
		re, err := regexp.Compile(expr)
		if err != nil {
			return nil, fmt.Errorf("compiling pattern %s: %w", name, err)
		}
		r.patterns[name] = re
	}
	for n, line := range strings.Split(text, "\n") {
		if err := r.line(line); err != nil {
			return nil, fmt.Errorf("table line %d: %w", n+1, err)
		}
	}
	return r.table, r.dangling()
}

// line reads one line: nothing, a declaration, or fields of the current declaration.
func (r *tableReader) line(line string) error {
	words := strings.Fields(line)
	if len(words) == 0 || words[0][0] == '#' {
		return nil
	}
	if !strings.HasPrefix(line, " ") {
		return r.declare(words)
	}
	if r.current == nil {
		return fmt.Errorf("fields outside a declaration")
	}
	switch words[0] {
	case "use":
		return r.use(words[1:])
	case "one":
		r.current.oneOf = append(r.current.oneOf, words[1:]...)
		return nil
	}
	for _, part := range strings.Split(line, ",") {
		f, err := r.field(strings.Fields(part))
		if err != nil {
			return err
		}
		r.current.add(f)
	}
	return nil
}

func (r *tableReader) declare(words []string) error {
	if len(words) < 2 {
		return fmt.Errorf("%q has no name", words[0])
	}
	name := words[1]
	r.current = &shape{name: name, byName: map[string]*field{}}
	switch words[0] {
	case "method":
		r.table.methods[name] = r.current
	case "type":
		r.table.objects[name] = r.current
	case "group":
		r.groups[name] = r.current
	case "union":
		r.table.unions[name] = append(r.table.unions[name], words[3:]...)
	default:
		return fmt.Errorf("unknown declaration %q", words[0])
	}
	r.current.paced = slices.Contains(words[2:], "paced")
	return nil
}

func (r *tableReader) use(names []string) error {
	for _, name := range names {
		group := r.groups[name]
		if group == nil {
			return fmt.Errorf("unknown group %q", name)
		}
		for _, f := range group.fields {
			r.current.add(f)
		}
	}
	return nil
}

func (s *shape) add(f *field) {
	s.fields = append(s.fields, f)
	s.byName[f.name] = f
}

func (r *tableReader) field(words []string) (*field, error) {
	if len(words) < 2 {
		return nil, fmt.Errorf("a field needs a name and a type")
	}
	f := &field{types: strings.Split(words[1], "|")}
	f.name, f.required = strings.CutSuffix(words[0], "!")
	for _, word := range words[2:] {
		kind, arg, _ := strings.Cut(word, ":")
		if kind == "unless" {
			f.unless = arg
			continue
		}
		c, err := r.check(kind, arg)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", f.name, err)
		}
		f.checks = append(f.checks, c)
	}
	return f, nil
}

func (r *tableReader) check(kind, arg string) (check, error) {
	switch kind {
	case "like":
		if r.patterns[arg] == nil {
			return check{}, fmt.Errorf("unknown pattern %q", arg)
		}
		return check{kind: "like", re: r.patterns[arg]}, nil
	case "oneof":
		words := strings.Split(regexp.QuoteMeta(arg), "/")
		re, err := regexp.Compile("^(" + strings.Join(words, "|") + ")$")
		return check{kind: "like", re: re}, err
	case "yes":
		return check{kind: "yes"}, nil
	case "chars", "bytes", "count", "range", "parsed":
		low, high, _ := strings.Cut(arg, "-")
		lo, err := strconv.Atoi(low)
		if err != nil {
			return check{}, fmt.Errorf("reading limit %q: %w", arg, err)
		}
		if high == "" {
			return check{kind: kind, lo: lo, hi: -1}, nil
		}
		hi, err := strconv.Atoi(high)
		return check{kind: kind, lo: lo, hi: hi}, err
	}
	return check{}, fmt.Errorf("unknown check %q", kind)
}

// dangling reports a type that is used and not declared.
func (r *tableReader) dangling() error {
	known := map[string]bool{"int": true, "bool": true, "str": true, "float": true,
		"file": true, "chat": true}
	for name := range r.table.objects {
		known[name] = true
	}
	for name, members := range r.table.unions {
		known[name] = true
		for _, member := range members {
			if r.table.objects[member] == nil {
				return fmt.Errorf("union %s: unknown type %s", name, member)
			}
		}
	}
	for _, shapes := range []map[string]*shape{r.table.methods, r.table.objects} {
		for _, s := range shapes {
			for _, f := range s.fields {
				for _, t := range f.types {
					if !known[strings.TrimLeft(t, "[]")] {
						return fmt.Errorf("%s.%s: unknown type %s", s.name, f.name, t)
					}
				}
			}
		}
	}
	return nil
}

// mayBeEmpty says that a required text may be there and empty.
func (f *field) mayBeEmpty() bool {
	return len(f.checks) > 0 && f.checks[0].kind == "chars" && f.checks[0].lo == 0
}

// freeText says that the words "null" or "true" are an honest value of the field.
func (f *field) freeText() bool {
	for _, c := range f.checks {
		if c.kind == "chars" || c.kind == "parsed" || c.kind == "bytes" {
			return true
		}
	}
	return false
}
