package telegramtest

import (
	"fmt"
	"strings"
	"testing"
)

// Every method of the table is served, and nothing else.
func TestTableIsServed(t *testing.T) {
	table, err := readTable(tableText)
	if err != nil {
		t.Fatal(err)
	}
	served := handlers()
	for name := range table.methods {
		if served[name] == nil && name != "getUpdates" {
			t.Errorf("%s is in the table and has no handler", name)
		}
	}
	for name := range served {
		if table.methods[name] == nil {
			t.Errorf("%s has a handler and is not in the table", name)
		}
	}
}

func TestTableErrors(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"  a int", "line 1: fields outside"},
		{"method m\n  a", "line 2: a field needs"},
		{"method m\n  a int size:3", "line 2: field a: unknown check"},
		{"method m\n  a int like:nothing", "unknown pattern"},
		{"method m\n  use nothing", "unknown group"},
		{"method m\n  a []Nothing", "m.a: unknown type"},
		{"union U = A", "union U: unknown type A"},
		{"nonsense x", "unknown declaration"},
	} {
		if _, err := readTable(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: error %v, want %q", tt.text, err, tt.want)
		}
	}
}

func TestParseText(t *testing.T) {
	for _, tt := range []struct{ text, plain, entities, rule string }{
		{"a <b>b</b> c", "a b c", "bold 2 1", ""},
		{"😀<i>x</i>", "😀x", "italic 2 1", ""},
		{"<b>a<i>b</i></b>", "ab", "bold 0 2, italic 1 1", ""},
		{"&lt;&amp;&gt;&quot;&#33;&#x41;", `<&>"!A`, "", ""},
		{`<a href="https://a.id/?x=1&amp;y=2">a</a>`, "a", "text_link 0 1 https://a.id/?x=1&y=2", ""},
		{`<pre><code class="language-go">x</code></pre>`, "x", "pre 0 1", ""},
		{`<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>`, "xy", "spoiler 0 1, spoiler 1 1", ""},
		{"<blockquote expandable>x <code>y</code></blockquote>", "x y",
			"expandable_blockquote 0 3, code 2 1", ""},
		{"<B>x</B>", "x", "bold 0 1", ""},
		{"<b></b>x", "x", "", ""},
		{"a < b", "", "", "unclosed tag at byte offset 2"},
		{"a > b", "", "", "unescaped > at byte offset 2"},
		{"a & b", "", "", "unescaped & at byte offset 2"},
		{"a &nbsp; b", "", "", "unknown character reference at byte offset 2"},
		{"<nama>x", "", "", "unsupported start tag at byte offset 0"},
		{"<b>x", "", "", "can't find the end tag of b at byte offset 4"},
		{"x</b>", "", "", "unexpected end tag at byte offset 1"},
		{"<b><i>x</b></i>", "", "", "unmatched end tag, expected i at byte offset 7"},
		{"<code><b>x</b></code>", "", "", "tag inside code at byte offset 6"},
		{"<b><code>x</code></b>", "", "", "code inside b at byte offset 3"},
		{"<span>x</span>", "", "", "span that is no spoiler at byte offset 0"},
		{"<a>x</a>", "", "", "a without href at byte offset 0"},
		{"<a href=x>x</a>", "", "", "attribute value without quotes at byte offset 0"},
		{`<b class="x">x</b>`, "", "", "unsupported attribute of b at byte offset 0"},
		{"<blockquote>a<blockquote>b</blockquote></blockquote>", "", "",
			"nested blockquote at byte offset 13"},
	} {
		plain, entities, rule := parseText(tt.text, "HTML")
		var list []string
		for _, e := range entities {
			list = append(list, strings.TrimSpace(fmt.Sprint(e.Type, " ", e.Offset, " ", e.Length, " ", e.URL)))
		}
		if got := strings.Join(list, ", "); plain != tt.plain || got != tt.entities || rule != tt.rule {
			t.Errorf("%q: got %q, %q, %q; want %q, %q, %q", tt.text, plain, got, rule, tt.plain,
				tt.entities, tt.rule)
		}
	}
}
