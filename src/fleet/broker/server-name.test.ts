import { expect, it } from 'vitest';
import { membersOfPeers, peerIdOf, peerName, serverName } from './server-name.js';

const id = 'ea12c71241bdb9bb504d';
const other = '21d9659e10585193b8dd';

it('computes the id that nats-server gives a server', () => {
  // As seen in a cluster of nats-server 2.10.27.
  expect(peerIdOf(serverName(id, 1))).toBe('HUYS2vAs');
});

it('calls a peer by its id where the cluster does not know its name', () => {
  const unknown = 'Server name unknown at this time (peerID: HUYS2vAs)';
  expect(peerName({ name: unknown, peer: 'HUYS2vAs' })).toBe('HUYS2vAs');
  expect(peerName({ name: serverName(other, 1), peer: 'x' })).toBe(`${other}-1-1`);
});

it('finds the keepers of peers by names, by first ids, and by what is left over', () => {
  const named = serverName(other, 1, 1764000000);
  expect([...membersOfPeers([named, 'HUYS2vAs'], [id, other], 1)]).toEqual([
    [named, other],
    ['HUYS2vAs', id],
  ]);
  const later = peerIdOf(serverName(id, 1, 1764000001));
  expect(membersOfPeers([named, later], [id, other], 1).get(later)).toBe(id);
  expect(membersOfPeers([later], [id, other], 1).get(later)).toBeUndefined();
});
