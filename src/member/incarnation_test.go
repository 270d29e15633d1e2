package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestIncarnationIsKeptOverRestarts(t *testing.T) {
	keeper := &incarnationKeeper{state: t.TempDir(), log: &logger{out: io.Discard}}
	if got := keeper.read(); got != 0 {
		t.Fatalf("without a file: %d", got)
	}
	keeper.keep(7)
	keeper.keep(3)
	again := &incarnationKeeper{state: keeper.state, log: keeper.log}
	if got := again.read(); got != 7 {
		t.Fatalf("after a restart: %d", got)
	}
	for _, text := range []string{"", "no number", "-4", "99999999999999999999"} {
		if err := os.WriteFile(filepath.Join(keeper.state, "incarnation"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := again.read(); got != 0 {
			t.Fatalf("%q: %d", text, got)
		}
	}
}
