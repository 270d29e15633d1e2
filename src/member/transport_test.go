package main

import (
	"io"
	"net"
	"testing"

	"github.com/hashicorp/memberlist"
)

// feed sends text over a checked connection without keys, and returns what the library would read.
func feed(t *testing.T, text string) (string, error) {
	t.Helper()
	keyring, err := memberlist.NewKeyring(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	here, there := net.Pipe()
	go func() {
		io.WriteString(there, text)
		there.Close()
	}()
	defer here.Close()
	got, err := io.ReadAll(memberlist.CollabCheckedConn(here, keyring))
	return string(got), err
}

// header is a push/pull header in msgpack with one byte for each number.
func header(nodes, userStateLen string) string {
	return "\x06\x83\xa5Nodes" + nodes + "\xacUserStateLen" + userStateLen + "\xa4Join\xc3"
}

func TestStreamsAreCheckedBeforeTheLibraryReadsThem(t *testing.T) {
	for name, good := range map[string]string{
		"ping":      "\x00\x82\xa5SeqNo\x01\xa4Node\xa1x",
		"push/pull": header("\x01", "\x03") + "\x82\xa4Name\xa1x\xa3Vsn\xa6\x01\x05\x02\x00\x00\x00" + "abc",
	} {
		if got, err := feed(t, good); err != nil || got != good {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
	for name, bad := range map[string]string{
		"array of 4 billion":   "\x00\xdd\xff\xff\xff\xff",
		"map of 4 billion":     "\x00\xdf\xff\xff\xff\xff",
		"text of 4 GB":         "\x00\x81\xa4Node\xdb\xff\xff\xff\xff",
		"nested too deep":      "\x00\x91\x91\x91\x91\x91\x91\x01",
		"negative nodes":       header("\xff", "\x00"),
		"many nodes":           header("\xce\xff\xff\xff\xff", "\x00"),
		"negative state":       header("\x00", "\xff"),
		"compressed":           "\x09\x82\xa4Algo\x00\xa3Buf\xa0",
		"label":                "\xf4\x01x",
		"nothing after header": header("\x01", "\x00"),
		"empty":                "",
	} {
		if got, err := feed(t, bad); err == nil && got != "" {
			t.Errorf("%s is passed on: %q", name, got)
		}
	}
}
