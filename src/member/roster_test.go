package main

import (
	"net"
	"testing"
	"time"

	"github.com/hashicorp/memberlist"
)

const (
	selfID  = "00000000000000000001"
	otherID = "00000000000000000002"
	thirdID = "00000000000000000003"
)

var begin = time.Now()

func at(s float64) time.Time { return begin.Add(time.Duration(s * float64(time.Second))) }

func node(id string, state memberlist.NodeStateType, since float64, incarnation uint32) memberlist.CollabState {
	return memberlist.CollabState{Name: id, Addr: net.IPv4(10, 0, 0, 2), Port: 7946, State: state, StateChange: at(since), Incarnation: incarnation}
}

func newTestRoster() (*roster, *[]change) {
	var changes []change
	return newRoster(selfID, time.Hour, 5*time.Second, func(c change) { changes = append(changes, c) }), &changes
}

func viewOf(t *testing.T, r *roster, id string, s float64) memberView {
	t.Helper()
	for _, view := range r.snapshot(at(s)) {
		if view.ID == id {
			return view
		}
	}
	t.Fatalf("%s is not listed", id)
	return memberView{}
}

func TestStatesAndAges(t *testing.T) {
	r, changes := newTestRoster()
	steps := []struct {
		state memberlist.NodeStateType
		want  string
	}{{memberlist.StateAlive, alive}, {memberlist.StateSuspect, suspect}, {memberlist.StateDead, failed}, {memberlist.StateAlive, alive}, {memberlist.StateLeft, left}}
	for i, step := range steps {
		at0 := float64(i * 10)
		r.apply([]memberlist.CollabState{node(otherID, step.state, at0, uint32(i))}, at(at0+1))
		if view := viewOf(t, r, otherID, at0+3); view.State != step.want || view.StateS != 3 {
			t.Errorf("step %d: %+v", i, view)
		}
	}
	if len(*changes) != len(steps) || (*changes)[2].from != suspect {
		t.Errorf("changes: %+v", *changes)
	}
	r.apply([]memberlist.CollabState{node(otherID, memberlist.StateLeft, 40, 4)}, at(60))
	if len(*changes) != len(steps) {
		t.Error("nothing changed, and a change was published")
	}
}

func TestHeardComesFromTheMemberItself(t *testing.T) {
	r, _ := newTestRoster()
	r.apply([]memberlist.CollabState{node(otherID, memberlist.StateAlive, 0, 1)}, at(0))
	r.apply([]memberlist.CollabState{node(otherID, memberlist.StateAlive, 0, 1)}, at(5))
	if heard := *viewOf(t, r, otherID, 8).HeardS; heard != 8 {
		t.Errorf("the same incarnation is no evidence: %v", heard)
	}
	r.heardFrom("10.0.0.2:7946", at(9))
	if heard := *viewOf(t, r, otherID, 10).HeardS; heard != 1 {
		t.Errorf("a packet is evidence: %v", heard)
	}
	r.learnGone([]goneMember{{thirdID, failed, "10.0.0.3:7946", nil, 60}}, at(10))
	if view := viewOf(t, r, thirdID, 10); view.HeardS != nil || view.State != failed || view.StateS != 60 {
		t.Errorf("never heard: %+v", view)
	}
}

func TestGoneMembersAreKeptAndForgotten(t *testing.T) {
	r, _ := newTestRoster()
	r.apply([]memberlist.CollabState{node(otherID, memberlist.StateDead, 0, 1)}, at(0))
	r.apply(nil, at(3599))
	if view := viewOf(t, r, otherID, 3599); view.State != failed {
		t.Errorf("kept after the library dropped it: %+v", view)
	}
	r.apply(nil, at(3601))
	if len(r.snapshot(at(3601))) != 0 {
		t.Error("not forgotten after the time given")
	}
}

func TestMissingAfterARestartOfTheLibrary(t *testing.T) {
	r, _ := newTestRoster()
	r.apply([]memberlist.CollabState{node(otherID, memberlist.StateAlive, 0, 1)}, at(0))
	r.apply(nil, at(1))
	if view := viewOf(t, r, otherID, 1); view.State != alive || r.othersAlive() != 0 {
		t.Errorf("%+v, %d others", view, r.othersAlive())
	}
	r.apply(nil, at(7))
	if view := viewOf(t, r, otherID, 7); view.State != failed || view.StateS != 0 {
		t.Errorf("%+v", view)
	}
}

func TestRemovedMembersCountAsLeft(t *testing.T) {
	r, _ := newTestRoster()
	r.apply([]memberlist.CollabState{node(otherID, memberlist.StateAlive, 0, 1)}, at(0))
	r.setRemoved([]string{otherID}, at(1))
	r.apply([]memberlist.CollabState{node(otherID, memberlist.StateAlive, 0, 9)}, at(2))
	if view := viewOf(t, r, otherID, 3); view.State != left || view.StateS != 2 {
		t.Errorf("%+v", view)
	}
}

func TestInvalidGoneMembersAreIgnored(t *testing.T) {
	r, _ := newTestRoster()
	r.learnGone([]goneMember{{"x", failed, "10.0.0.3:1", nil, 0}, {otherID, alive, "10.0.0.3:1", nil, 0},
		{otherID, failed, "nowhere", nil, 0}, {otherID, failed, "10.0.0.3:1", nil, -1}, {otherID, failed, "10.0.0.3:1", make([]byte, 600), 0}}, at(0))
	if list := r.snapshot(at(0)); len(list) != 0 {
		t.Errorf("%+v", list)
	}
}
