package knowledge

import (
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"
)

// sound is a small base without faults; each broken case replaces files of it.
func sound(t *testing.T) fstest.MapFS {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", "sound.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	return files(a)
}

func files(a *txtar.Archive) fstest.MapFS {
	m := fstest.MapFS{}
	for _, f := range a.Files {
		m[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return m
}

func TestSoundBase(t *testing.T) {
	b, err := Load(sound(t))
	if err != nil {
		t.Fatalf("the sound base is refused: %v", err)
	}
	if b.Topic("uji-satu") == nil || b.Topic("tidak-ada") != nil {
		t.Error("Topic finds what is not there or misses what is")
	}
	if len(b.Print) != 64 {
		t.Errorf("fingerprint %q is not a SHA-256", b.Print)
	}
}

// TestBroken runs every case of testdata/broken: the files of the case replace
// those of the sound base, and the error must hold each line of "want".
func TestBroken(t *testing.T) {
	cases, err := filepath.Glob("testdata/broken/*.txtar")
	if err != nil || len(cases) < 12 {
		t.Fatalf("found %d cases (%v)", len(cases), err)
	}
	for _, name := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			broken, base := files(a), sound(t)
			want := strings.Split(strings.TrimSpace(string(broken["want"].Data)), "\n")
			delete(broken, "want")
			maps.Copy(base, broken)
			_, err = Load(base)
			if err == nil {
				t.Fatal("the broken base is accepted")
			}
			for _, w := range want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("got error\n%v\nwant it to say\n%s", err, w)
				}
			}
		})
	}
}

func TestEmbeddedBase(t *testing.T) {
	b, err := Load(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Topics) < 150 {
		t.Errorf("got %d topics; the catalogue has 155", len(b.Topics))
	}
	var ids []string
	for _, topic := range b.Topics {
		ids = append(ids, topic.ID)
	}
	slices.Sort(ids)
	if n := len(slices.Compact(slices.Clone(ids))); n != len(ids) {
		t.Errorf("%d ids, %d different", len(ids), n)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("- id: x\n  group: g\n")
	f.Add("[")
	f.Add("- {id: [1, 2]}\n")
	f.Add("! \xff") // the library panics
	f.Fuzz(func(t *testing.T, data string) {
		a, err := txtar.ParseFile(filepath.Join("testdata", "sound.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		m := files(a)
		m["topics/uji.yaml"] = &fstest.MapFile{Data: []byte(data)}
		b, err := Load(m)
		if err == nil && b == nil {
			t.Error("neither a base nor an error")
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	embeddedFS := Embedded()
	if _, err := fs.Stat(embeddedFS, "groups.yaml"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Load(embeddedFS); err != nil {
			b.Fatal(err)
		}
	}
}
