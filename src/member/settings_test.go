package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFlags(t *testing.T) {
	good := []string{"--id", selfID, "--state", "/tmp"}
	if s, _, err := parseSettings(append(good, "--members", "10.0.0.1:7946, pc:7946", "--tags", "a,,b"), io.Discard); err != nil || len(s.members) != 2 || len(s.tags) != 2 || s.name != selfID || s.httpAddress != "0.0.0.0" {
		t.Errorf("%+v %v", s, err)
	}
	for want, bad := range map[string][]string{
		"--id must be":                  {"--state", "/tmp"},
		"--state is missing":            {"--id", selfID},
		"--bind-address":                append(good, "--bind-address", "here"),
		"--members has":                 append(good, "--members", "10.0.0.1"),
		"--bind-port must be":           append(good, "--bind-port", "0"),
		"--ping-timeout-ms":             append(good, "--ping-timeout-ms", "1000"),
		"--gossip-nodes must be":        append(good, "--gossip-nodes", "0"),
		"unexpected argument":           append(good, "x"),
		"flag provided but not defined": append(good, "--nonsense"),
		"at most 512 fit":               append(good, "--tags", strings.Repeat("x", 500)),
	} {
		if _, _, err := parseSettings(bad, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func TestKeys(t *testing.T) {
	key := "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	if keys, err := parseKeys([]byte("\n" + key + "\r\n" + key + "\n")); err != nil || len(keys) != 2 || len(keys[0]) != 32 {
		t.Errorf("%v %v", keys, err)
	}
	for _, bad := range []string{"", "\n", "x", "AAAA", key + "\nx"} {
		if _, err := parseKeys([]byte(bad)); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
	path := filepath.Join(t.TempDir(), "gossip.keys")
	os.WriteFile(path, []byte(key), 0o640)
	if _, err := readKeys(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("readable by others: %v", err)
	}
}
