package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/netip"
)

const bodyLimitBytes = 64 << 10

// protocolVersion is that of the HTTP interface.
const protocolVersion = 1

// api answers requests.
type api struct {
	settings *settings
	cluster  *cluster
	hub      *hub
	load     *loadReader
}

// handler has all routes. Reading needs any user, changing an admin, and /healthz nothing.
func (a *api) handler() http.Handler {
	routes := map[string]struct {
		method string
		handle func(http.ResponseWriter, *http.Request)
	}{
		"/members": {http.MethodGet, a.getMembers},
		"/info":    {http.MethodGet, a.getInfo},
		"/events":  {http.MethodGet, a.getEvents},
		"/join":    {http.MethodPost, a.postJoin},
		"/leave":   {http.MethodPost, a.postLeave},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			io.WriteString(w, "ok")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, bodyLimitBytes)
		route, found := routes[r.URL.Path]
		if !found {
			writeFault(w, http.StatusNotFound, "not-found", "there is no such path", "use /members, /info, /events, /join, /leave or /healthz")
			return
		}
		if a.allowed(w, r, route.method) {
			route.handle(w, r)
		}
	})
}

type membersView struct {
	Self    string       `json:"self"`
	Fleet   *string      `json:"fleet"`
	Members []memberView `json:"members"`
}

func (a *api) members(list []memberView) membersView {
	view := membersView{Self: a.settings.id, Members: list}
	if document := a.cluster.access.document(); document != nil {
		view.Fleet = &document.Fleet
	}
	return view
}

func (a *api) getMembers(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, a.members(a.cluster.roster.snapshot(now())))
}

type infoView struct {
	Self           memberView       `json:"self"`
	Phase          string           `json:"phase"`
	Refused        *refusal         `json:"refused"`
	Protocol       int              `json:"protocol"`
	Setup          string           `json:"setup"`
	Fleet          *string          `json:"fleet"`
	AccessVersion  int64            `json:"access_version"`
	GossipKeys     []string         `json:"gossip_keys"`
	UptimeS        float64          `json:"uptime_s"`
	Counts         map[string]int   `json:"counts"`
	Load           load             `json:"load"`
	Lease          *leaseView       `json:"lease"`
	Settings       map[string]int   `json:"settings"`
	Traffic        map[string]int64 `json:"traffic"`
	MemoryRSSBytes int64            `json:"memory_rss_bytes"`
}

func (a *api) getInfo(w http.ResponseWriter, _ *http.Request) {
	at := now()
	info := infoView{Phase: a.cluster.phase(), Refused: a.cluster.refused.Load(), Protocol: protocolVersion, Setup: a.settings.setup,
		GossipKeys: fingerprints(a.cluster.keyring.GetKeys()), UptimeS: seconds(at.Sub(a.cluster.started)),
		Counts: map[string]int{alive: 0, suspect: 0, failed: 0, left: 0}, Load: a.load.read(at),
		Lease: readLease(a.settings.lease, "/"), Settings: a.settings.protocolSettings(),
		Traffic: a.cluster.traffic.report(), MemoryRSSBytes: ownMemoryBytes()}
	for _, member := range a.cluster.roster.snapshot(at) {
		info.Counts[member.State]++
		if member.ID == a.settings.id {
			info.Self = member
		}
	}
	if document := a.cluster.access.document(); document != nil {
		info.Fleet, info.AccessVersion = &document.Fleet, document.Version
	}
	writeJSON(w, http.StatusOK, info)
}

// readBody reads a JSON object, and answers if it is none. An empty body counts as {}.
func readBody(w http.ResponseWriter, r *http.Request, into any) bool {
	text, err := io.ReadAll(r.Body)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		writeFault(w, http.StatusRequestEntityTooLarge, "too-large", "the body has more than 65536 bytes", "send less")
		return false
	}
	if err == nil && len(text) > 0 {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		writeFault(w, http.StatusBadRequest, "invalid-body", "the body is not a valid JSON object: "+err.Error(), `send {} or {"address":"ip:port"}`)
		return false
	}
	return true
}

func (a *api) postJoin(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Address string `json:"address"`
	}
	if !readBody(w, r, &body) {
		return
	}
	if body.Address != "" {
		if address, err := netip.ParseAddrPort(body.Address); err != nil || address.Port() == 0 {
			writeFault(w, http.StatusBadRequest, "invalid-address", "the address is not ip:port", `for example {"address":"10.0.0.1:7946"}`)
			return
		}
	}
	joined, err := a.cluster.join(body.Address)
	if err != nil {
		writeFault(w, http.StatusInternalServerError, "not-joined", err.Error(), "see the log of this member")
		return
	}
	writeJSON(w, http.StatusOK, map[string]int{"joined": joined})
}

func (a *api) postLeave(w http.ResponseWriter, r *http.Request) {
	if !readBody(w, r, &struct{}{}) {
		return
	}
	if err := a.cluster.leave(); err != nil {
		writeFault(w, http.StatusInternalServerError, "not-left", err.Error(), "make space in the folder, or repair its permissions")
		return
	}
	writeJSON(w, http.StatusOK, map[string]bool{"left": true})
}
