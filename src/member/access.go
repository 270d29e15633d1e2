package main

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
)

// accessLimitBytes bounds the access document, which travels in each push/pull.
const accessLimitBytes = 256 << 10

// accessPayload is what the authority of the fleet signs. Unknown keys are ignored.
type accessPayload struct {
	Format         int          `json:"format"`
	Fleet          string       `json:"fleet"`
	Version        int64        `json:"version"`
	Users          []accessUser `json:"users"`
	RemovedMembers []string     `json:"removed_members"`
}

type accessUser struct {
	Name        string `json:"name"`
	Role        string `json:"role"`
	TokenSHA256 string `json:"token_sha256"`
}

// accessDocument is a payload with the signed text that it came from.
type accessDocument struct {
	accessPayload
	text []byte
}

// parseAuthority reads the public keys of ca.pem: one, or two while the authority is replaced.
func parseAuthority(text []byte) ([]*ecdsa.PublicKey, error) {
	var keys []*ecdsa.PublicKey
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		key, ok := certificate.PublicKey.(*ecdsa.PublicKey)
		if !ok {
			return nil, errors.New("the key of the authority must be ECDSA")
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("it has no certificate")
	}
	return keys, nil
}

// parseAccess verifies the signature before it reads the payload.
func parseAccess(text []byte, authority []*ecdsa.PublicKey) (*accessDocument, error) {
	if len(text) > accessLimitBytes {
		return nil, fmt.Errorf("the access document has more than %d bytes", accessLimitBytes)
	}
	var signed struct {
		Payload   []byte `json:"payload"`
		Signature []byte `json:"signature"`
	}
	if err := json.Unmarshal(text, &signed); err != nil {
		return nil, fmt.Errorf("the access document is not valid JSON: %w", err)
	}
	sum := sha256.Sum256(signed.Payload)
	verified := false
	for _, key := range authority {
		verified = verified || ecdsa.VerifyASN1(key, sum[:], signed.Signature)
	}
	if !verified {
		return nil, errors.New("the access document is not signed by the authority of this fleet")
	}
	document := &accessDocument{text: text}
	if err := json.Unmarshal(signed.Payload, &document.accessPayload); err != nil {
		return nil, fmt.Errorf("the payload of the access document is not valid: %w", err)
	}
	if document.Format != 1 {
		return nil, fmt.Errorf("the access document has format %d, and this program knows format 1", document.Format)
	}
	return document, nil
}

// find returns the user with a token. It compares with all users in constant time.
func (d *accessDocument) find(token string) (accessUser, bool) {
	sum := sha256.Sum256([]byte(token))
	name := []byte(hex.EncodeToString(sum[:]))
	var found accessUser
	ok := false
	for _, user := range d.Users {
		if subtle.ConstantTimeCompare(name, []byte(user.TokenSHA256)) == 1 {
			found, ok = user, true
		}
	}
	return found, ok
}
