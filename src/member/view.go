package main

import (
	"math"
	"time"
)

// memberView is a member in the HTTP interface. Ages are seconds of the answering member's monotonic clock.
type memberView struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	State        string   `json:"state"`
	StateS       float64  `json:"state_s"`
	HeardS       *float64 `json:"heard_s"`
	Address      string   `json:"address"`
	HTTPPort     int      `json:"http_port"`
	Tags         []string `json:"tags"`
	Architecture string   `json:"architecture"`
	Cores        int      `json:"cores"`
	MemoryBytes  int64    `json:"memory_bytes"`
	Accelerator  *string  `json:"accelerator"`
	Version      string   `json:"version"`
	Keeper       bool     `json:"keeper"`
	BrokerPort   *int     `json:"broker_port"` // null without a broker
}

func (e *entry) view(now time.Time, self string) memberView {
	m := decodeMetadata(e.id, e.meta)
	view := memberView{ID: e.id, Name: m.Name, State: e.state, StateS: seconds(now.Sub(e.since)), Address: e.address,
		HTTPPort: m.HTTPPort, Tags: m.Tags, Architecture: m.Architecture, Cores: m.Cores, MemoryBytes: m.MemoryBytes,
		Version: m.Version, Keeper: m.Keeper}
	if m.BrokerPort != 0 {
		view.BrokerPort = &m.BrokerPort
	}
	if m.Accelerator != "" {
		view.Accelerator = &m.Accelerator
	}
	if e.id == self {
		zero := 0.0
		view.HeardS = &zero
	} else if !e.heard.IsZero() {
		heard := seconds(now.Sub(e.heard))
		view.HeardS = &heard
	}
	return view
}

// seconds rounds to milliseconds.
func seconds(d time.Duration) float64 { return math.Max(0, math.Round(d.Seconds()*1000)/1000) }
