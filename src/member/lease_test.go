package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

const leaseText = "boot=b1\nid=1\nwho=ann\nhost=pc\x1b[1m\nrun=r7\nreason=a=b\nsince_s=10\nexpires_s=%d\nlock_id=2\nlock_reason=by hand\n" +
	"lock_since_s=5\nlock_expires_s=500\nkicked_id=\nend=1\n"

func TestLease(t *testing.T) {
	text := fmt.Sprintf(leaseText, 160)
	if l := parseLease(text, "b1", 100); l == nil || *l != (leaseView{"ann", "pc[1m", "r7", "a=b", 60}) {
		t.Errorf("held: %+v", l)
	}
	if l := parseLease(text, "b1", 160); l == nil || *l != (leaseView{"ann", "pc[1m", "", "by hand", 340}) {
		t.Errorf("the lock under it: %+v", l)
	}
	if parseLease(text, "b1", 500) != nil || parseLease(text, "b2", 100) != nil || parseLease(text[:40], "b1", 100) != nil || parseLease("", "b1", 0) != nil {
		t.Error("run out, other boot, or incomplete: not held")
	}
}

func TestTheHighestLeaseCounts(t *testing.T) {
	root, folder := t.TempDir(), t.TempDir()
	write(t, root, "proc/uptime", "100.52 300.00\n")
	write(t, root, "proc/sys/kernel/random/boot_id", "b1\n")
	write(t, folder, "lease.9", fmt.Sprintf(leaseText, 999))
	write(t, folder, "lease.10", fmt.Sprintf(leaseText, 130))
	write(t, folder, "lease.011", "x")
	write(t, folder, "lease.12x", "x")
	if l := readLease(folder, root); l == nil || l.LeftS != 30 {
		t.Errorf("%+v", l)
	}
	os.Symlink("lease.9", filepath.Join(folder, "lease.11"))
	if l := readLease(folder, root); l != nil {
		t.Errorf("a link counts as free: %+v", l)
	}
}

func write(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
