package main

import (
	"encoding/json"
	"fmt"
	"regexp"
)

// metadataLimitBytes is memberlist's MetaMaxSize: the metadata travels in each alive message, which must fit into one packet.
const metadataLimitBytes = 512

// metadata is what a member says about itself. The keys are short because of the limit. Unknown keys are ignored.
type metadata struct {
	Name         string   `json:"n"`
	HTTPPort     int      `json:"h"`
	Tags         []string `json:"t,omitempty"`
	Architecture string   `json:"a,omitempty"`
	Cores        int      `json:"c,omitempty"`
	MemoryBytes  int64    `json:"m,omitempty"`
	Accelerator  string   `json:"x,omitempty"`
	Version      string   `json:"v,omitempty"`
	Keeper       bool     `json:"k,omitempty"`
	BrokerPort   int      `json:"b,omitempty"`
}

func (m metadata) encode() ([]byte, error) {
	text, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	if len(text) > metadataLimitBytes {
		tags, _ := json.Marshal(m.Tags)
		return nil, fmt.Errorf("the metadata of this member has %d bytes, and at most %d fit into a packet: "+
			"shorten --tags (%d bytes), --name (%d), --accelerator (%d), or --version (%d) by %d bytes in total",
			len(text), metadataLimitBytes, len(tags), len(m.Name), len(m.Accelerator), len(m.Version), len(text)-metadataLimitBytes)
	}
	return text, nil
}

// decodeMetadata never fails: a member with invalid metadata is listed under its id, with the architecture "unknown".
func decodeMetadata(id string, text []byte) metadata {
	var m metadata
	if len(text) > metadataLimitBytes || json.Unmarshal(text, &m) != nil {
		m = metadata{}
	}
	m.Name = clean(m.Name, 64)
	if m.Name == "" {
		m.Name = id
	}
	tags := make([]string, 0, len(m.Tags))
	for _, tag := range m.Tags {
		if tag = clean(tag, 64); tag != "" {
			tags = append(tags, tag)
		}
	}
	m.Tags = tags
	if m.HTTPPort < 0 || m.HTTPPort > 65535 {
		m.HTTPPort = 0
	}
	if m.BrokerPort < 0 || m.BrokerPort > 65535 {
		m.BrokerPort = 0
	}
	m.Cores, m.MemoryBytes = max(m.Cores, 0), max(m.MemoryBytes, 0)
	m.Architecture, m.Accelerator, m.Version = clean(m.Architecture, 32), clean(m.Accelerator, 128), clean(m.Version, 64)
	if m.Architecture == "" {
		m.Architecture = "unknown"
	}
	return m
}

var idPattern = regexp.MustCompile(`^[0-9a-f]{20}$`)

func isID(text string) bool { return idPattern.MatchString(text) }
