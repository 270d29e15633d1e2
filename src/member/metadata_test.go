package main

import (
	"strings"
	"testing"
)

func TestMetadataFitsIntoAPacket(t *testing.T) {
	m := metadata{Name: "nano1", HTTPPort: 7947, Tags: []string{"lab"}, Architecture: "arm64", Cores: 4, Version: "0.1.0",
		Keeper: true, BrokerPort: 4222}
	text, err := m.encode()
	if err != nil {
		t.Fatal(err)
	}
	if got := decodeMetadata("id", text); got.Name != "nano1" || got.HTTPPort != 7947 || got.Tags[0] != "lab" || got.Cores != 4 || got.BrokerPort != 4222 {
		t.Fatalf("decoded %+v", got)
	}
	m.Tags = nil
	text, _ = m.encode()
	m.Accelerator = strings.Repeat("x", metadataLimitBytes-len(text)-len(`,"x":""`))
	if text, err = m.encode(); err != nil || len(text) != metadataLimitBytes {
		t.Fatalf("%d bytes: %v", len(text), err)
	}
	m.Accelerator += "x"
	_, err = m.encode()
	if err == nil || !strings.Contains(err.Error(), "513 bytes") || !strings.Contains(err.Error(), "--tags") {
		t.Fatalf("error is %v", err)
	}
}

func TestInvalidMetadataIsListedUnderTheID(t *testing.T) {
	for _, text := range []string{"", "{", "null", "[]", `{"n":1}`, `{"n":"a","c":-1,"h":99999,"b":-1}`, "\xff\x00", strings.Repeat("x", 600)} {
		m := decodeMetadata("id", []byte(text))
		if m.Name == "" || m.Tags == nil || m.Cores < 0 || m.HTTPPort < 0 || m.HTTPPort > 65535 || m.BrokerPort < 0 {
			t.Errorf("%q gives %+v", text, m)
		}
	}
	if m := decodeMetadata("id", []byte(`{"n":"a\u001b[31m","t":["\u0007","b"],"later":{"x":1}}`)); m.Name != "a[31m" || len(m.Tags) != 1 {
		t.Errorf("control characters: %+v", m)
	}
}
