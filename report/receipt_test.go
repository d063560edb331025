package report

import (
	"errors"
	"strings"
	"testing"
)

func TestReceiptIsForgiving(t *testing.T) {
	r := newReceipt()
	for _, typed := range []string{
		string(r), strings.ToLower(string(r)), strings.ReplaceAll(string(r), "-", ""),
		"  " + strings.ReplaceAll(string(r), "-", " – ") + "\n",
		strings.NewReplacer("0", "o", "1", "l").Replace(string(r)),
		strings.NewReplacer("0", "O", "1", "I").Replace(string(r)),
	} {
		got, err := ParseReceipt(typed)
		if err != nil || got != r {
			t.Errorf("ParseReceipt of a variant = %v", err)
		}
	}
	for n, g := range r.Groups() {
		if !r.Same(n+1, " "+strings.ToLower(g)+" ") || r.Same(n+1, "x") ||
			r.Same(n+1, r.Groups()[(n+1)%groups]) {
			t.Errorf("Same(%d) is wrong", n+1)
		}
	}
	if r.Same(0, r.Groups()[0]) || r.Same(5, r.Groups()[0]) {
		t.Error("a group that is none was right")
	}
}

// Every single wrong character and every swap of two neighbours names its group.
func TestTypoNamesItsGroup(t *testing.T) {
	for range 20 {
		r := []byte(newReceipt())
		for at := range r {
			if r[at] == '-' {
				continue
			}
			group := at/(groupLen+1) + 1
			for _, c := range []byte(alphabet + "U?") {
				if c == r[at] {
					continue
				}
				wrong := []byte(string(r))
				wrong[at] = c
				checkTypo(t, string(wrong), group)
			}
			if at+1 < len(r) && r[at+1] != '-' && r[at] != r[at+1] {
				wrong := []byte(string(r))
				wrong[at], wrong[at+1] = wrong[at+1], wrong[at]
				checkTypo(t, string(wrong), group)
			}
		}
	}
}

func TestTypoOfLengthAndOrder(t *testing.T) {
	r := newReceipt()
	g := r.Groups()
	checkTypo(t, g[0]+"-"+g[1][:4]+"-"+g[2]+"-"+g[3], 2)
	checkTypo(t, g[0]+"-"+g[1]+"-"+g[2]+"-"+g[3]+"X", 4)
	checkTypo(t, g[0]+g[1]+g[2], 0)
	checkTypo(t, "", 0)
	checkTypo(t, strings.Repeat("0", 1000), 0)
	checkTypo(t, g[1]+"-"+g[0]+"-"+g[2]+"-"+g[3], 1)
}

func checkTypo(t *testing.T, s string, group int) {
	t.Helper()
	_, err := ParseReceipt(s)
	var typo *TypoError
	if !errors.As(err, &typo) || typo.Group != group {
		t.Errorf("ParseReceipt = %v, want group %d", err, group)
	}
}

func TestReceiptsDiffer(t *testing.T) {
	seen := map[Receipt]bool{}
	used := map[byte]bool{}
	for range 2000 {
		r := newReceipt()
		if seen[r] {
			t.Fatal("the same receipt twice")
		}
		seen[r] = true
		for i := range len(r) {
			used[r[i]] = true
		}
	}
	if len(used) != 33 {
		t.Errorf("%d characters are in use, want 32 and the dash", len(used))
	}
}
