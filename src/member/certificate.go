package main

import (
	"crypto/tls"
	"fmt"
	"path/filepath"
	"sync/atomic"
)

// certificate is this member's certificate and key, read again when they change.
type certificate struct {
	path, keyPath string
	log           *logger
	current       atomic.Pointer[tls.Certificate]
}

func newCertificate(state string, l *logger) *certificate {
	return &certificate{path: filepath.Join(state, "tls.pem"), keyPath: filepath.Join(state, "tls-key.pem"), log: l}
}

// read returns false if there is no certificate.
func (c *certificate) read() (bool, error) {
	chain, err := readBounded(c.path, 1<<18)
	if missing(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := checkSecret(c.keyPath); err != nil {
		return false, err
	}
	key, err := readBounded(c.keyPath, 1<<18)
	if err != nil {
		return false, err
	}
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return false, fmt.Errorf("%s and %s do not fit together: %w", c.path, c.keyPath, err)
	}
	c.current.Store(&pair)
	return true, nil
}

// watch keeps the certificate that works until both files are replaced.
func (c *certificate) watch(stop <-chan struct{}) {
	watchFiles([]string{c.path, c.keyPath}, stop, func() {
		if ok, err := c.read(); err != nil {
			c.log.warn("the certificate was not replaced: %v", err)
		} else if ok {
			c.log.info("the certificate was replaced")
		}
	})
}

func (c *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current.Load(), nil }}
}
