package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"
)

type authority struct{ key *ecdsa.PrivateKey }

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return authority{key}
}

func (a authority) pem(t *testing.T) []byte {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func (a authority) document(t *testing.T, version int, token string) []byte {
	t.Helper()
	sum := sha256.Sum256([]byte(token))
	payload := []byte(fmt.Sprintf(`{"format":1,"fleet":"lab","version":%d,"users":[{"name":"ann","role":"admin","token_sha256":"%s"}],"removed_members":["%s"],"later":1}`,
		version, hex.EncodeToString(sum[:]), otherID))
	digest := sha256.Sum256(payload)
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string][]byte{"payload": payload, "signature": signature})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAccessDocumentNeedsTheSignature(t *testing.T) {
	a, other := newAuthority(t), newAuthority(t)
	keys, err := parseAuthority(a.pem(t))
	if err != nil {
		t.Fatal(err)
	}
	document, err := parseAccess(a.document(t, 7, "secret"), keys)
	if err != nil || document.Version != 7 || document.Fleet != "lab" {
		t.Fatalf("%+v %v", document, err)
	}
	if user, ok := document.find("secret"); !ok || user.Name != "ann" {
		t.Error("the token is not accepted")
	}
	if _, ok := document.find("Secret"); ok {
		t.Error("another token is accepted")
	}
	for name, text := range map[string][]byte{"another authority": other.document(t, 8, "secret"), "no JSON": []byte("x"), "empty": []byte("{}")} {
		if _, err := parseAccess(text, keys); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestTheHighestVersionWinsAndIsKept(t *testing.T) {
	state, a := t.TempDir(), newAuthority(t)
	os.WriteFile(filepath.Join(state, "ca.pem"), a.pem(t), 0o600)
	os.WriteFile(filepath.Join(state, "access.json"), a.document(t, 5, "five"), 0o600)
	versions := []int64{}
	k := newAccessKeeper(state, &logger{out: io.Discard}, func(d *accessDocument) { versions = append(versions, d.Version) })
	k.read()
	k.offer(a.document(t, 4, "four"), "a member")
	k.offer(newAuthority(t).document(t, 9, "forged"), "a member")
	k.offer(a.document(t, 6, "six"), "a member")
	if len(versions) != 2 || versions[0] != 5 || versions[1] != 6 {
		t.Errorf("versions taken: %v", versions)
	}
	text, _ := os.ReadFile(k.path)
	if string(text) != string(k.document().text) || !k.isRemoved(otherID) || k.isRemoved(selfID) {
		t.Error("version 6 is not in the file")
	}
	os.WriteFile(k.path, a.document(t, 5, "five"), 0o600)
	k.read()
	if text, _ := os.ReadFile(k.path); k.document().Version != 6 || string(text) != string(k.document().text) {
		t.Error("an older file replaces the newer document")
	}
}
