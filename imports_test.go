package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows says which of our packages each package may import, and which
// library only it may import. A new arrow is a decision: change this table in
// a commit that argues for it.
func arrows() map[string][]string {
	return map[string][]string{
		"knowledge":        {},
		"bahasa":           {},
		"report":           {},
		"curation":         {"knowledge"},
		"sheet":            {"knowledge"},
		"faq":              {"knowledge", "bahasa"},
		"storage":          {"knowledge", "curation", "report"},
		"bot":              {"knowledge", "curation", "report"},
		"bot/telegramtest": {},
		"console":          {"knowledge", "curation", "report"},
		"deploy/sbom":      {},
		".":                {"knowledge", "bahasa", "curation", "report", "sheet", "faq", "storage", "bot", "console"},
	}
}

// only names the single package that may import a library.
func only() map[string]string {
	return map[string]string{
		"github.com/blevesearch/bleve":                    "faq",
		"github.com/mattn/go-sqlite3":                     "storage",
		"github.com/go-telegram-bot-api/telegram-bot-api": "bot",
		"github.com/xuri/excelize":                        "sheet",
	}
}

// comparisons are tests that measure the libraries alone beside the matcher,
// and so import them past the package that owns them.
func comparisons() []string { return []string{"compare_test.go"} }

// testOnly are packages that tests of any package may import.
func testOnly() []string { return []string{"bot/telegramtest"} }

func TestImports(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && name != "." || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if d.IsDir() || path.Ext(name) != ".go" {
			return nil
		}
		files++
		checkImports(t, filepath.ToSlash(name))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 {
		t.Fatalf("only %d files were read; the walk is wrong", files)
	}
}

func checkImports(t *testing.T, name string) {
	t.Helper()
	pkg := path.Dir(name)
	allowed, ok := arrows()[pkg]
	if !ok {
		t.Errorf("%s: package %q is not in the table of arrows", name, pkg)
		return
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	for _, spec := range file.Imports {
		imp, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		ours, isOurs := strings.CutPrefix(imp, "tanyanetral/")
		test := strings.HasSuffix(name, "_test.go")
		switch {
		case isOurs && test && (slices.Contains(testOnly(), ours) || ours == pkg):
		case isOurs && !slices.Contains(allowed, ours):
			t.Errorf("%s imports %s: %q may import only %v of ours", name, imp, pkg, allowed)
		case !isOurs:
			checkLibrary(t, name, pkg, imp)
		}
	}
}

func checkLibrary(t *testing.T, name, pkg, imp string) {
	t.Helper()
	for lib, owner := range only() {
		if strings.HasPrefix(imp, lib) && pkg != owner && !slices.Contains(comparisons(), name) {
			t.Errorf("%s imports %s: only %q may", name, imp, owner)
		}
	}
}
