package telegramtest

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// problem is one broken rule of a request. It names fields and rules, never values.
type problem struct {
	field, rule string
}

// checker turns the values of one request into typed ones and collects what is wrong with them.
//
// Typed values are int64, float64, bool, string, *upload, []any and map[string]any.
type checker struct {
	table    *table
	proved   *proved
	problems []problem
	bodies   map[string]Body // texts with their markup read, by what was sent
}

func (c *checker) fault(path, format string, args ...any) {
	c.problems = append(c.problems, problem{field: path, rule: fmt.Sprintf(format, args...)})
}

// object checks the values of one method (path "") or object.
func (c *checker) object(path string, s *shape, values map[string]any) map[string]any {
	out := make(map[string]any, len(values))
	for _, f := range s.fields {
		v, present := values[f.name]
		if !present || (v == "" && f.required && !f.mayBeEmpty()) {
			if _, excused := values[f.unless]; f.required && !excused {
				c.fault(join(path, f.name), "missing")
			}
			continue
		}
		out[f.name] = c.parameter(join(path, f.name), f, v, path == "", values)
	}
	var unknown []string
	for name := range values {
		if s.byName[name] == nil {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		c.fault(join(path, shorten(name)), "unknown field")
	}
	c.one(path, s, values)
	return out
}

// parameter checks one value, unless it is known to be right.
func (c *checker) parameter(name string, f *field, v any, loose bool, beside map[string]any) any {
	text, _ := v.(string)
	w := written{f, text}
	remember := loose && w.object()
	if remember {
		if known, ok := c.proved.get(w); ok {
			return known.typed
		}
	}
	before := len(c.problems)
	typed := c.value(name, f, f.types, v, loose)
	if len(c.problems) == before {
		c.limits(name, f, typed, beside)
	}
	if remember && len(c.problems) == before {
		c.proved.put(w, typed)
	}
	return typed
}

// one checks that exactly one of the shape's exclusive fields is there.
func (c *checker) one(path string, s *shape, values map[string]any) {
	n := 0
	for _, name := range s.oneOf {
		if _, ok := values[name]; ok {
			n++
		}
	}
	if len(s.oneOf) > 0 && n != 1 {
		c.fault(path, "%d actions where exactly one is allowed", n)
	}
}

// value gives v the first of the types that fits. A loose value comes from a form: numbers, objects and lists
// are texts there.
func (c *checker) value(path string, f *field, types []string, v any, loose bool) any {
	if text, ok := v.(string); v == nil || (ok && loose && text == "null" && !f.freeText()) {
		c.fault(path, `literal "null"`)
		return nil
	}
	if len(types) > 1 {
		return c.union(path, types, v, loose)
	}
	kind := types[0]
	if item, ok := strings.CutPrefix(kind, "[]"); ok {
		return c.list(path, f, item, v, loose)
	}
	if members, ok := c.table.unions[kind]; ok {
		return c.union(path, members, v, loose)
	}
	if s := c.table.objects[kind]; s != nil {
		object, ok := decoded(v, loose).(map[string]any)
		if !ok {
			c.fault(path, "is no %s", kind)
			return nil
		}
		return c.object(path, s, object)
	}
	typed, ok := scalar(kind, v, loose)
	if !ok {
		c.fault(path, "is no %s", kind)
	}
	return typed
}

func (c *checker) list(path string, f *field, item string, v any, loose bool) any {
	list, ok := decoded(v, loose).([]any)
	if !ok {
		c.fault(path, "is no list")
		return nil
	}
	out := make([]any, len(list))
	for i, element := range list {
		out[i] = c.value(path, f, []string{item}, element, false)
	}
	return out
}

// otherType puts an object of another "type" farther away than any number of mistakes.
const otherType = 1000

// union picks the member that the object fits, or else fits best: the one with its "type", then the one with
// the fewest problems, speaks.
func (c *checker) union(path string, members []string, v any, loose bool) any {
	object, ok := decoded(v, loose).(map[string]any)
	if !ok {
		c.fault(path, "is no object")
		return nil
	}
	var best *checker
	var typed any
	least := 0
	for _, name := range members {
		if best != nil && least == 0 {
			break
		}
		try := &checker{table: c.table}
		out := try.object(path, c.table.objects[name], object)
		distance := len(try.problems)
		for _, p := range try.problems {
			if p.field == join(path, "type") {
				distance += otherType
			}
		}
		if best == nil || distance < least {
			best, typed, least = try, out, distance
		}
	}
	c.problems = append(c.problems, best.problems...)
	return typed
}

// decoded reads the JSON text that forms use for objects and lists.
func decoded(v any, loose bool) any {
	text, ok := v.(string)
	if !ok || !loose {
		return v
	}
	out, err := decodeJSON(strings.NewReader(text))
	if err != nil {
		return nil
	}
	return out
}

// decodeJSON reads exactly one JSON value and keeps numbers as they are written.
func decodeJSON(r io.Reader) (any, error) {
	d := json.NewDecoder(r)
	d.UseNumber()
	var out any
	if err := d.Decode(&out); err != nil {
		return nil, fmt.Errorf("decoding JSON: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("text after the JSON value")
	}
	return out, nil
}

// scalar reads a value that is neither object nor list.
func scalar(kind string, v any, loose bool) (any, bool) {
	text, isText := v.(string)
	if n, ok := v.(json.Number); ok {
		text, isText, loose = n.String(), kind == "int" || kind == "float" || kind == "chat", true
	}
	if b, ok := v.(bool); ok {
		return b, kind == "bool"
	}
	if u, ok := v.(*upload); ok {
		return u, kind == "file"
	}
	if !isText || (!loose && kind != "str" && kind != "chat") {
		return nil, false
	}
	switch kind {
	case "int":
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil
	case "float":
		n, err := strconv.ParseFloat(text, 64)
		return n, err == nil
	case "bool":
		return text == "true", text == "true" || text == "false"
	case "chat":
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && loose {
			return n, n != 0
		}
		return text, strings.HasPrefix(text, "@") && len(text) > 1
	}
	return text, utf8.ValidString(text)
}

// limits applies the checks of a field to its typed value, to each element of a list where they speak of
// elements.
func (c *checker) limits(path string, f *field, v any, beside map[string]any) {
	for _, k := range f.checks {
		c.limit(path, k, v, beside)
	}
}

func (c *checker) limit(path string, k check, v any, beside map[string]any) {
	if list, ok := v.([]any); ok {
		if k.kind == "count" {
			c.within(path, k, len(list), "elements")
			return
		}
		for _, element := range list {
			c.limit(path, k, element, beside)
		}
		return
	}
	text, _ := v.(string)
	switch k.kind {
	case "like":
		if !k.re.MatchString(text) {
			c.fault(path, "not one of the allowed values or characters")
		}
	case "yes":
		if v != true {
			c.fault(path, "only true is allowed")
		}
	case "chars":
		c.within(path, k, utf16Len(text), "characters")
	case "bytes":
		c.within(path, k, len(text), "bytes")
	case "range":
		n, _ := v.(int64)
		c.within(path, k, int(n), "")
	case "parsed":
		c.parsed(path, k, text, beside)
	}
}

// parsed measures a text as its readers see it; the markup that it is written in stands beside it.
func (c *checker) parsed(path string, k check, text string, beside map[string]any) {
	mode, _ := beside["parse_mode"].(string)
	if mode != "" && mode != "HTML" {
		return // the mode itself is the problem, and recorded as such
	}
	plain, entities, rule := parseText(text, mode)
	if rule != "" {
		c.fault(path, "markup: %s", rule)
		return
	}
	if c.bodies == nil {
		c.bodies = map[string]Body{}
	}
	c.bodies[text] = Body{text, plain, mode, entities}
	if k.lo > 0 && strings.TrimSpace(plain) == "" {
		c.fault(path, "empty after parsing")
		return
	}
	c.within(path, k, utf16Len(plain), "characters after parsing")
}

func (c *checker) within(path string, k check, n int, unit string) {
	if n >= k.lo && (k.hi < 0 || n <= k.hi) {
		return
	}
	bound := strconv.Itoa(k.lo) + " or more"
	if k.hi >= 0 {
		bound = fmt.Sprintf("%d-%d", k.lo, k.hi)
	}
	c.fault(path, "%d, allowed %s %s", n, bound, unit)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// shorten keeps an unknown field's name readable, and a text that slipped into its place out of the report.
func shorten(name string) string {
	if len(name) > 40 {
		return "a name of " + strconv.Itoa(len(name)) + " bytes"
	}
	return name
}
