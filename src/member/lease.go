package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// leaseView is who holds the device, as src/network/leases/lease.sh keeps it.
type leaseView struct {
	Who    string `json:"who"`
	Host   string `json:"host"`
	Run    string `json:"run"`
	Reason string `json:"reason"`
	LeftS  int64  `json:"left_s"`
}

// readLease returns nil if nobody holds the device, or if it cannot be told. Under root, /proc is read.
func readLease(folder, root string) *leaseView {
	if folder == "" {
		return nil
	}
	uptime, err := readBounded(filepath.Join(root, "proc/uptime"), 4096)
	if err != nil {
		return nil
	}
	boot, err := readBounded(filepath.Join(root, "proc/sys/kernel/random/boot_id"), 4096)
	if err != nil {
		return nil
	}
	text, _, _ := strings.Cut(strings.TrimSpace(string(uptime)), ".")
	now, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil
	}
	path := highestLease(folder)
	if path == "" {
		return nil
	}
	state, err := readBounded(path, 8192)
	if err != nil {
		return nil
	}
	return parseLease(string(state), strings.TrimSpace(string(boot)), now)
}

// highestLease returns the file lease.<number> with the highest number. Links and everything else are ignored.
func highestLease(folder string) string {
	files, err := os.ReadDir(folder)
	if err != nil {
		return ""
	}
	top, path := int64(0), ""
	for _, file := range files {
		number, ok := count(strings.TrimPrefix(file.Name(), "lease."))
		if ok && strings.HasPrefix(file.Name(), "lease.") && number > top {
			top, path = number, ""
			if file.Type().IsRegular() {
				path = filepath.Join(folder, file.Name())
			}
		}
	}
	return path
}

// count reads a number as lease.sh does: at most 15 digits, no leading zero.
func count(text string) (int64, bool) {
	if text == "" || len(text) > 15 || (text[0] == '0' && len(text) > 1) || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	number, err := strconv.ParseInt(text, 10, 64)
	return number, err == nil
}

// parseLease reads one state. now is in seconds since boot. Under a lease that has run out, a manual lock may still hold.
func parseLease(text, boot string, now int64) *leaseView {
	text = strings.TrimRight(text, "\n")
	if !strings.HasSuffix(text, "end=1") {
		return nil
	}
	values := map[string]string{}
	for _, line := range strings.Split(text, "\n") {
		if key, value, found := strings.Cut(line, "="); found {
			values[key] = clean(value, 200)
		}
	}
	if values["boot"] != boot {
		return nil
	}
	lease := &leaseView{Who: values["who"], Host: values["host"], Run: values["run"], Reason: values["reason"]}
	if expires, ok := count(values["expires_s"]); ok && now < expires {
		lease.LeftS = expires - now
		return lease
	}
	if expires, ok := count(values["lock_expires_s"]); ok && now < expires {
		lease.Run, lease.Reason, lease.LeftS = "", values["lock_reason"], expires-now
		return lease
	}
	return nil
}
