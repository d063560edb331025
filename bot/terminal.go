package bot

import (
	"fmt"
	"strings"
)

// Terminal is a reply as plain text.
func Terminal(r Reply) string { return plainText(r.HTML) }

// TerminalButtons lists the buttons of a reply by number, in the order in
// which they would stand on a screen.
func TerminalButtons(r Reply) string {
	var b strings.Builder
	n := 0
	for _, row := range r.Buttons {
		for _, key := range row {
			n++
			fmt.Fprintf(&b, "[%d] %s  ", n, key.Label)
		}
		b.WriteString("\n")
	}
	return strings.TrimRight(b.String(), "\n ")
}
