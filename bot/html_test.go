package bot

import (
	"strings"
	"testing"
	"unicode/utf16"
)

// TestSize holds the count of characters to what the text without its
// formatting has.
func TestSize(t *testing.T) {
	for _, html := range []string{
		"", "a", "<b>Tidak boleh</b>", "⛔ 😀", "a &amp;lt; b", "&amp", "&lt;&gt;&quot;&amp;", "a > b", "<b", "&", "&#39;",
		strings.Repeat("😀<i>é</i>&amp;", 50), "\xff<a href=\"x\">\xfe</a>",
	} {
		if got, want := size(html), len(utf16.Encode([]rune(plainText(html)))); got != want {
			t.Errorf("%q: %d characters, want %d", html, got, want)
		}
	}
}

func TestSentences(t *testing.T) {
	const text = "Satu 😀. Dua. Tiga"
	for limit, want := range map[int]string{
		-1: "", 0: "", 7: "", 8: "Satu 😀.", 12: "Satu 😀.", 13: "Satu 😀. Dua.", 17: "Satu 😀. Dua.", 18: text, 99: text,
	} {
		if got := sentences(text, limit); got != want {
			t.Errorf("%d characters: %q, want %q", limit, got, want)
		}
	}
}
