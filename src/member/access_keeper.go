package main

import (
	"crypto/ecdsa"
	"path/filepath"
	"sync"
)

// accessKeeper holds the newest access document that this member has seen: from its file, or from other members.
type accessKeeper struct {
	mu        sync.Mutex
	caPath    string
	path      string
	log       *logger
	limit     limited
	authority []*ecdsa.PublicKey
	current   *accessDocument
	changed   func(*accessDocument) // called without the lock held
}

func newAccessKeeper(state string, l *logger, changed func(*accessDocument)) *accessKeeper {
	return &accessKeeper{caPath: filepath.Join(state, "ca.pem"), path: filepath.Join(state, "access.json"), log: l,
		limit: limited{most: 3, period: minute}, changed: changed}
}

// read takes over ca.pem and access.json.
func (k *accessKeeper) read() {
	authorityText, err := readBounded(k.caPath, 1<<16)
	var authority []*ecdsa.PublicKey
	if err == nil {
		authority, err = parseAuthority(authorityText)
	}
	if err != nil {
		if !missing(err) {
			k.log.error("%s cannot be used: %v", k.caPath, err)
		}
		return
	}
	k.mu.Lock()
	k.authority = authority
	if k.current != nil {
		if _, err := parseAccess(k.current.text, authority); err != nil {
			k.log.warn("the authority of the fleet has changed: the access document of the old one no longer counts")
			k.current = nil
		}
	}
	k.mu.Unlock()
	text, err := readBounded(k.path, accessLimitBytes)
	if err != nil {
		if !missing(err) {
			k.log.error("%s cannot be used: %v", k.path, err)
		}
		return
	}
	k.offer(text, k.path)
}

// offer takes over a document if it is valid and newer. from says where it comes from.
func (k *accessKeeper) offer(text []byte, from string) {
	k.mu.Lock()
	if len(k.authority) == 0 || (k.current != nil && string(k.current.text) == string(text)) {
		k.mu.Unlock()
		return
	}
	document, err := parseAccess(text, k.authority)
	if err != nil {
		if ok, _ := k.limit.allow(now()); ok {
			k.log.warn("access document of %s ignored: %v", from, err)
		}
		k.mu.Unlock()
		return
	}
	older := k.current != nil && document.Version <= k.current.Version
	if older {
		document = k.current
	} else {
		k.current = document
	}
	k.mu.Unlock()
	if older && from != k.path {
		return
	}
	if older || from != k.path {
		if err := writeAtomic(k.path, document.text); err != nil {
			k.log.error("%s cannot be written: %v; make space in the folder", k.path, err)
		}
	}
	if !older {
		k.log.info("access document version %d of fleet %s from %s: %d users, %d removed members", document.Version,
			document.Fleet, from, len(document.Users), len(document.RemovedMembers))
		k.changed(document)
	}
}

func (k *accessKeeper) document() *accessDocument {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.current
}

func (k *accessKeeper) isRemoved(id string) bool {
	document := k.document()
	if document == nil {
		return false
	}
	for _, removed := range document.RemovedMembers {
		if removed == id {
			return true
		}
	}
	return false
}

func (k *accessKeeper) watch(stop <-chan struct{}) {
	watchFiles([]string{k.caPath, k.path}, stop, k.read)
}
