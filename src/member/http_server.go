package main

import (
	"crypto/tls"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// connectionsAtMost bounds open HTTP connections: more are closed at once, so that they take no memory from membership.
const connectionsAtMost = 512

// boundedListener closes connections above a limit.
type boundedListener struct {
	net.Listener
	open atomic.Int64
	most int64
}

func (l *boundedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if l.open.Add(1) <= l.most {
			return &boundedConn{Conn: conn, listener: l}, nil
		}
		l.open.Add(-1)
		conn.Close()
	}
}

type boundedConn struct {
	net.Conn
	listener *boundedListener
	once     sync.Once
}

func (c *boundedConn) Close() error {
	c.once.Do(func() { c.listener.open.Add(-1) })
	return c.Conn.Close()
}

// serverLog takes the lines of net/http, such as failed TLS handshakes.
type serverLog struct {
	log   *logger
	limit limited
}

func (w *serverLog) Write(line []byte) (int, error) {
	if ok, _ := w.limit.allow(time.Now()); ok {
		w.log.warn("http: %s", line)
	}
	return len(line), nil
}

func newServer(handler http.Handler, l *logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second, // GET /events sets its own for each line
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          log.New(&serverLog{l, limited{most: 3, period: minute}}, "", 0),
		TLSNextProto:      map[string]func(*http.Server, *tls.Conn, http.Handler){}, // no HTTP/2: one connection, one request
	}
}

// listen opens the port, with TLS if there is a certificate.
func listen(address string, c *certificate) (net.Listener, error) {
	inner, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	var listener net.Listener = &boundedListener{Listener: inner, most: connectionsAtMost}
	if c.current.Load() != nil {
		listener = tls.NewListener(listener, c.config())
	}
	return listener, nil
}
