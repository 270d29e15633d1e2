package main

import (
	"encoding/json"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/hashicorp/memberlist"
)

// delegate is what the library calls. Some calls come with its node lock held: none may call the library back or block.
type delegate struct{ *cluster }

// stateLimitBytes bounds what one member tells another in push/pull besides the list.
const stateLimitBytes = 1 << 20

// exchanged is what members tell each other in push/pull. Unknown keys are ignored.
type exchanged struct {
	From   string       `json:"from"`
	Access []byte       `json:"access,omitempty"`
	Gone   []goneMember `json:"gone,omitempty"`
}

func (d *delegate) NodeMeta(int) []byte             { return d.meta }
func (d *delegate) NotifyMsg([]byte)                {}
func (d *delegate) GetBroadcasts(int, int) [][]byte { return nil }
func (d *delegate) AckPayload() []byte              { return nil }

func (d *delegate) LocalState(bool) []byte {
	state := exchanged{From: d.settings.id, Gone: d.roster.gone(now())}
	if document := d.access.document(); document != nil {
		state.Access = document.text
	}
	text, err := json.Marshal(state)
	if err != nil {
		return nil
	}
	return text
}

func (d *delegate) MergeRemoteState(text []byte, _ bool) {
	var state exchanged
	if len(text) > stateLimitBytes || json.Unmarshal(text, &state) != nil {
		return
	}
	d.roster.heard(state.From, now())
	if len(state.Access) > 0 {
		d.access.offer(state.Access, "member "+clean(state.From, 20))
	}
	d.roster.learnGone(state.Gone, now())
}

func (d *delegate) NotifyPingComplete(other *memberlist.Node, _ time.Duration, _ []byte) {
	d.roster.heard(other.Name, now())
}

// NotifyAlive refuses nodes that cannot be members of this fleet, and those that the access document removes.
func (d *delegate) NotifyAlive(node *memberlist.Node) error {
	if node.Name == d.settings.id {
		return nil
	}
	if !isID(node.Name) || node.Port == 0 || (len(node.Addr) != net.IPv4len && len(node.Addr) != net.IPv6len) ||
		node.Addr.IsUnspecified() || node.Addr.IsMulticast() || node.Addr.Equal(net.IPv4bcast) {
		return fmt.Errorf("it is not a valid member")
	}
	if d.access.isRemoved(node.Name) {
		return fmt.Errorf("it was removed from the fleet")
	}
	return nil
}

// NotifyMerge is asked on both sides of a join. A newcomer with the id of another living node is refused by itself and by
// the member that it contacts.
func (d *delegate) NotifyMerge(peers []*memberlist.Node) error {
	living, conflicts := 0, 0
	var conflict error
	for _, peer := range peers {
		if peer.State != memberlist.StateAlive && peer.State != memberlist.StateSuspect {
			continue
		}
		living++
		theirs := nodeAddress(peer)
		if peer.Name == d.settings.id && theirs != d.ours() {
			return d.conflictWithSelf(peer, theirs)
		}
		if ours, known := d.roster.addressOf(peer.Name); known && ours != theirs && peer.State == memberlist.StateAlive {
			conflicts++
			conflict = d.claim(peer, ours, theirs)
		}
	}
	if living > 0 && conflicts == living {
		return conflict
	}
	return nil // the library itself ignores single conflicting nodes
}

// conflictWithSelf decides who is the newcomer: a member that has others is not.
func (d *delegate) conflictWithSelf(peer *memberlist.Node, theirs string) error {
	name := decodeMetadata(peer.Name, peer.Meta).Name
	if d.roster.othersAlive() > 0 {
		return d.claim(peer, d.ours(), theirs)
	}
	r := &refusal{Name: name, Theirs: theirs, Ours: d.ours()}
	if before := d.refused.Swap(r); before == nil || *before != *r {
		d.log.error("refused: the fleet already has a member with the id %s: %s at %s, and this one is at %s. If this device "+
			"has just moved, wait until the old address counts as failed. Otherwise a disk was copied: give one of the two "+
			"a new id (new ssh host keys, then enroll it again)", peer.Name, r.Name, r.Theirs, r.Ours)
	}
	return fmt.Errorf("the id %s is in use at %s", peer.Name, theirs)
}

func (d *delegate) claim(peer *memberlist.Node, ours, theirs string) error {
	if ok, _ := d.claims.allow(now()); ok {
		d.log.warn("a second node claims the id %s (%s): it is at %s, the known one at %s. The second one is refused. "+
			"Give it a new id (new ssh host keys), or stop it", peer.Name, decodeMetadata(peer.Name, peer.Meta).Name, theirs, ours)
	}
	return fmt.Errorf("the id %s is in use at %s, and refused for %s", peer.Name, ours, theirs)
}

// NotifyConflict reports an alive message for a known id from another address. The library ignores the message.
func (d *delegate) NotifyConflict(existing, other *memberlist.Node) {
	d.claim(other, nodeAddress(existing), nodeAddress(other))
}

func nodeAddress(node *memberlist.Node) string {
	return net.JoinHostPort(node.Addr.String(), strconv.Itoa(int(node.Port)))
}
