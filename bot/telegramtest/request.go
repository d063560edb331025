package telegramtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
)

// maxBody is the largest request body: a document of 50 MB, its form, and some air.
const maxBody = 52 << 20

// upload is a file that came with a request.
type upload struct {
	name, mime string
	data       []byte
}

// request is one call of a method. values hold the typed parameters after check, the raw ones before.
type request struct {
	method    string
	shape     *shape
	values    map[string]any
	sent      map[string]string // as written, for the record of calls
	bodies    map[string]Body   // texts that the check has read, by what was sent
	markup    string            // reply_markup in one fixed spelling; empty when absent
	problems  []problem
	broken    bool // the body could not be read, its values are incomplete
	oversized bool
}

// readRequest collects the parameters from the query string and from the body. What cannot be read is a
// problem of the request.
func readRequest(r *http.Request, method string) *request {
	q := &request{method: method, values: map[string]any{}, sent: map[string]string{}}
	query, err := url.ParseQuery(r.URL.RawQuery)
	q.form(query)
	if err == nil && r.ContentLength != 0 {
		err = q.readBody(r)
	}
	if err != nil {
		var big *http.MaxBytesError
		q.broken, q.oversized = true, errors.As(err, &big)
		q.problems = append(q.problems, problem{field: "body", rule: "malformed, or larger than 52 MB"})
	}
	return q
}

// readBody reads a form, multipart or JSON body.
func (q *request) readBody(r *http.Request) error {
	kind, options, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return fmt.Errorf("reading the content type: %w", err)
	}
	switch kind {
	case "application/x-www-form-urlencoded":
		return q.readForm(r.Body, r.ContentLength)
	case "multipart/form-data":
		return q.readMultipart(multipart.NewReader(r.Body, options["boundary"]))
	case "application/json":
		return q.readJSON(r.Body)
	}
	return errors.New("unknown content type")
}

func (q *request) put(name string, value any, written string) {
	if _, twice := q.values[name]; twice {
		q.problems = append(q.problems, problem{field: shorten(name), rule: "given twice"})
	}
	q.values[name] = value
	q.sent[name] = written
}

func (q *request) form(values url.Values) {
	for name, list := range values {
		for _, v := range list {
			q.put(name, v, v)
		}
	}
}

// readForm reads a form that says how long it is; below 0: it does not.
func (q *request) readForm(body io.Reader, length int64) error {
	var text bytes.Buffer
	text.Grow(int(min(max(length, 0), maxBody)) + bytes.MinRead)
	if _, err := text.ReadFrom(body); err != nil {
		return fmt.Errorf("reading the form: %w", err)
	}
	values, err := url.ParseQuery(text.String())
	if err != nil {
		return fmt.Errorf("reading the form: %w", err)
	}
	q.form(values)
	return nil
}

func (q *request) readMultipart(parts *multipart.Reader) error {
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) && n > 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading a part: %w", err)
		}
		if err := q.readPart(part); err != nil {
			return err
		}
	}
}

func (q *request) readPart(part *multipart.Part) error {
	data, err := io.ReadAll(part)
	if err != nil {
		return fmt.Errorf("reading a part: %w", err)
	}
	name := part.FormName()
	_, options, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return fmt.Errorf("reading a part's header: %w", err)
	}
	if _, isFile := options["filename"]; !isFile {
		q.put(name, string(data), string(data))
		return nil
	}
	if strings.ContainsAny(options["filename"], `/\`) {
		q.problems = append(q.problems, problem{field: name, rule: "file name carries a path"})
	}
	u := &upload{name: part.FileName(), mime: part.Header.Get("Content-Type"), data: data}
	q.put(name, u, fmt.Sprintf("file of %d bytes", len(data)))
	return nil
}

func (q *request) readJSON(body io.Reader) error {
	v, err := decodeJSON(body)
	if err != nil {
		return err
	}
	object, ok := v.(map[string]any)
	if !ok {
		return errors.New("the body is no JSON object")
	}
	for name, value := range object {
		text, ok := value.(string)
		if !ok {
			text = canonical(value)
		}
		q.put(name, value, text)
	}
	return nil
}

// check replaces the raw values by typed ones and collects the broken rules.
func (q *request) check(t *table, p *proved) {
	for name, v := range q.values {
		if u, ok := v.(*upload); ok && q.shape.byName[name] == nil && q.attached(name) {
			delete(q.values, name)
			q.attach(name, u)
		}
	}
	c := checker{table: t, proved: p, problems: q.problems}
	q.values = c.object("", q.shape, q.values)
	q.problems, q.bodies = c.problems, c.bodies
	if known, ok := p.get(written{q.shape.byName["reply_markup"], q.sent["reply_markup"]}); ok {
		q.markup = known.canonical
	} else {
		q.markup = q.json("reply_markup")
	}
}

// attached says that a file field refers to the part by attach://name.
func (q *request) attached(name string) bool {
	for _, f := range q.shape.fields {
		if f.types[0] == "file" && q.values[f.name] == "attach://"+name {
			return true
		}
	}
	return false
}

func (q *request) attach(name string, u *upload) {
	for _, f := range q.shape.fields {
		if q.values[f.name] == "attach://"+name {
			q.values[f.name] = u
		}
	}
}

// num is an integer parameter; 0 when absent.
func (q *request) num(name string) int64 {
	n, _ := q.values[name].(int64)
	return n
}

// str is a text parameter; empty when absent.
func (q *request) str(name string) string {
	s, _ := q.values[name].(string)
	return s
}

// flag is a boolean parameter; false when absent.
func (q *request) flag(name string) bool {
	b, _ := q.values[name].(bool)
	return b
}

// json is an object or list parameter in one fixed spelling; empty when absent.
func (q *request) json(name string) string {
	v, ok := q.values[name]
	if !ok {
		return ""
	}
	return canonical(v)
}

// canonical writes a decoded value as JSON with sorted keys.
func canonical(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// complaint is Telegram's description for the first problem: its own words where a bot may depend on them.
func (q *request) complaint() string {
	p := q.problems[0]
	last := p.field[strings.LastIndexByte(p.field, '.')+1:]
	switch {
	case last == "text" && (p.rule == "missing" || p.rule == "empty after parsing"):
		return "Bad Request: message text is empty"
	case last == "chat_id" && p.rule == "missing":
		return "Bad Request: chat_id is empty"
	case last == "callback_data":
		return "Bad Request: BUTTON_DATA_INVALID"
	case last == "caption" && strings.HasSuffix(p.rule, "after parsing"):
		return "Bad Request: message caption is too long"
	case last == "text" && strings.HasSuffix(p.rule, "after parsing"):
		return "Bad Request: message is too long"
	case strings.HasPrefix(p.rule, "markup: "):
		return "Bad Request: can't parse entities: " + strings.TrimPrefix(p.rule, "markup: ")
	case p.field == "":
		return "Bad Request: " + p.rule
	}
	return "Bad Request: " + p.field + ": " + p.rule
}
