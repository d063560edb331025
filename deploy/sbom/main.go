// Command sbom lists what a release binary is built of, as a CycloneDX 1.5
// document: the modules that the Go toolchain wrote into the binary, with
// their versions and checksums. It reads nothing else, so that the list cannot
// differ from the binary.
//
//	sbom BINARY [VERSION] > sbom.cdx.json
package main

import (
	"cmp"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

type document struct {
	Format      string      `json:"bomFormat"`
	SpecVersion string      `json:"specVersion"`
	Version     int         `json:"version"`
	Metadata    metadata    `json:"metadata"`
	Components  []component `json:"components"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Type       string     `json:"type"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	PURL       string     `json:"purl,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func main() {
	if len(os.Args) < 2 || len(os.Args) > 3 {
		fmt.Fprintln(os.Stderr, "usage: sbom BINARY [VERSION]")
		os.Exit(2)
	}
	version := ""
	if len(os.Args) == 3 {
		version = os.Args[2]
	}
	if err := list(os.Stdout, os.Args[1], version); err != nil {
		fmt.Fprintln(os.Stderr, "sbom: "+err.Error())
		os.Exit(1)
	}
}

// list writes the document for a binary; an empty version: the toolchain's.
func list(w io.Writer, name, version string) error {
	info, err := buildinfo.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read the binary: %w", err)
	}
	d := document{Format: "CycloneDX", SpecVersion: "1.5", Version: 1, Metadata: metadata{component{
		Type: "application", Name: info.Main.Path, Version: cmp.Or(version, info.Main.Version)}}}
	d.Components = append(d.Components, component{Type: "platform", Name: "go", Version: info.GoVersion})
	for _, m := range info.Deps {
		d.Components = append(d.Components, library(m))
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}

func library(m *debug.Module) component {
	if m.Replace != nil {
		m = m.Replace
	}
	return component{Type: "library", Name: m.Path, Version: m.Version,
		PURL:       "pkg:golang/" + m.Path + "@" + m.Version,
		Properties: []property{{"go:sum", m.Sum}}}
}
