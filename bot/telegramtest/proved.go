package telegramtest

import "sync"

// maxProved is how many values are remembered; then it begins anew.
const maxProved = 2000

// proved remembers the objects and lists that kept every rule, by parameter
// and by how they were written: a bot sends the same ones again and again, and
// what was right once is right.
type proved struct {
	mu     sync.Mutex
	values map[written]value
}

// written is a parameter as a form has it.
type written struct {
	field *field
	text  string
}

// value is the same, read: typed, and as JSON in one fixed spelling.
type value struct {
	typed     any
	canonical string
}

// object tells whether a parameter is an object or a list, written as JSON.
func (w written) object() bool {
	return w.text != "" && (w.text[0] == '{' || w.text[0] == '[') && !w.field.freeText()
}

func (p *proved) get(w written) (value, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	v, ok := p.values[w]
	return v, ok
}

func (p *proved) put(w written, typed any) {
	v := value{typed, canonical(typed)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.values == nil || len(p.values) >= maxProved {
		p.values = map[written]value{}
	}
	p.values[w] = v
}
