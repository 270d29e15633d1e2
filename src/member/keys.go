package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
)

const gossipKeyBytes = 32

// parseKeys reads gossip.keys: a key per line in base64; the first one encrypts, all are accepted.
func parseKeys(text []byte) ([][]byte, error) {
	var keys [][]byte
	for i, line := range bytes.Split(text, []byte("\n")) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		key, err := base64.StdEncoding.DecodeString(string(line))
		if err != nil || len(key) != gossipKeyBytes {
			return nil, fmt.Errorf("line %d is not a key: base64 of %d bytes", i+1, gossipKeyBytes)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("it has no key")
	}
	return keys, nil
}

// readKeys returns nil if there is no file.
func readKeys(path string) ([][]byte, error) {
	text, err := readBounded(path, 1<<16)
	if missing(err) {
		return nil, nil
	}
	if err == nil {
		err = checkSecret(path)
	}
	if err != nil {
		return nil, err
	}
	keys, err := parseKeys(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return keys, nil
}

// fingerprints names keys without revealing them: the first 8 hex digits of the SHA-256.
func fingerprints(keys [][]byte) []string {
	names := []string{}
	for _, key := range keys {
		sum := sha256.Sum256(key)
		names = append(names, hex.EncodeToString(sum[:4]))
	}
	return names
}
