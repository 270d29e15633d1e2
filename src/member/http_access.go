package main

import (
	"encoding/json"
	"net/http"
	"strings"
)

// fault is the body of each answer that is not a success.
type fault struct {
	Name string `json:"name"`
	What string `json:"what"`
	Next string `json:"next"`
}

func writeFault(w http.ResponseWriter, status int, name, what, next string) {
	writeJSON(w, status, map[string]fault{"error": {name, what, next}})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"error":{"name":"internal","what":"the answer cannot be written","next":"report this"}}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write(append(text, '\n'))
}

// allowed checks method, origin and token, and answers if one is wrong.
func (a *api) allowed(w http.ResponseWriter, r *http.Request, method string) bool {
	if r.Method != method {
		w.Header().Set("Allow", method)
		writeFault(w, http.StatusMethodNotAllowed, "method-not-allowed", r.URL.Path+" answers to "+method+" only", "use "+method)
		return false
	}
	if method == http.MethodGet && a.settings.publicRead {
		return true
	}
	if method == http.MethodPost && r.Header.Get("Origin") != "" {
		writeFault(w, http.StatusForbidden, "web-page-refused", "a web page may not change a member", "use collab fleet")
		return false
	}
	token, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	document := a.cluster.access.document()
	if !isBearer || token == "" || document == nil {
		what, next := "the request has no token", "send the header Authorization: Bearer with a token of this fleet"
		if isBearer && document == nil {
			what, next = "this member has no valid access document, so it knows no users", "run collab fleet up again, or check ca.pem and access.json"
		}
		w.Header().Set("WWW-Authenticate", "Bearer")
		writeFault(w, http.StatusUnauthorized, "no-token", what, next)
		return false
	}
	user, ok := document.find(token)
	if !ok {
		w.Header().Set("WWW-Authenticate", "Bearer")
		writeFault(w, http.StatusUnauthorized, "wrong-token", "no user of this fleet has this token", "ask an admin of the fleet for a token")
		return false
	}
	if method == http.MethodPost && user.Role != "admin" {
		writeFault(w, http.StatusForbidden, "admin-only", "only an admin may do this, and "+clean(user.Name, 64)+" is not one", "ask an admin of the fleet")
		return false
	}
	return true
}
