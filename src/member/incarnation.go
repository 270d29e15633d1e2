package main

import (
	"path/filepath"
	"strconv"
	"strings"
)

// incarnationKeeper keeps this member's incarnation over restarts. SWIM orders messages about a member by it (Das, Gupta,
// Motivala 2002, section 4.2), and the library starts at 1 each time: then a goodbye from before the restart, which still
// travels, would count more than the announcement after it.
type incarnationKeeper struct {
	state string
	last  uint32
	log   *logger
}

func (k *incarnationKeeper) path() string { return filepath.Join(k.state, "incarnation") }

// read returns the newest incarnation of earlier starts, or 0.
func (k *incarnationKeeper) read() uint32 {
	text, err := readBounded(k.path(), 32)
	if err != nil {
		return 0
	}
	number, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 31)
	if err != nil {
		return 0
	}
	return uint32(number)
}

// keep writes a newer incarnation. It changes at a start, with new metadata, and when this member refutes a suspicion.
func (k *incarnationKeeper) keep(incarnation uint32) {
	if incarnation <= k.last {
		return
	}
	k.last = incarnation
	if err := writeAtomic(k.path(), []byte(strconv.FormatUint(uint64(incarnation), 10)+"\n")); err != nil {
		k.log.warn("the incarnation cannot be kept: %v; after a restart others may see this member as left for half a minute", err)
	}
}
