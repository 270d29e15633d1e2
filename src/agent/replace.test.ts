import { describe, expect, it } from 'vitest';
import { peerIdOf } from '../fleet/index.js';
import { isGone, OfflineSince, planNamed, planReplacement } from './replace.js';

const peer = (server: string, goneMs = 0) => ({
  server,
  isCurrent: goneMs === 0,
  isOffline: goneMs > 0,
  lastSeenMs: goneMs,
  goneMs,
});
const settings = { replicas: 3, replaceAfterMs: 600_000 };

describe('which server is removed', () => {
  it('is none while all are there', () => {
    expect(planReplacement([peer('a'), peer('b'), peer('c')], settings)).toEqual({ kind: 'nothing' });
  });

  it('is none of three: nothing could take its replicas', () => {
    expect(planReplacement([peer('a'), peer('b'), peer('c', 700_000)], settings)).toEqual({
      kind: 'degraded',
      gone: ['c'],
    });
  });

  it('is one of five that is away for long enough', () => {
    const others = ['a', 'b', 'c', 'd'].map((name) => peer(name));
    expect(planReplacement([...others, peer('e', 599_000)], settings)).toEqual({ kind: 'nothing' });
    expect(planReplacement([...others, peer('e', 600_000)], settings)).toEqual({
      kind: 'remove',
      server: 'e',
    });
  });

  it('is the one that is away longest, if two of five are', () => {
    const peers = [peer('a'), peer('b'), peer('c'), peer('d', 700_000), peer('e', 800_000)];
    expect(planReplacement(peers, settings)).toEqual({ kind: 'remove', server: 'e' });
  });

  it('may be one of which the cluster knows the id only', () => {
    const others = ['a', 'b', 'c'].map((name) => peer(name));
    expect(planReplacement([...others, peer('HUYS2vAs', 500_000)], settings)).toEqual({ kind: 'nothing' });
    expect(planReplacement([...others, peer('HUYS2vAs', 700_000)], settings)).toEqual({
      kind: 'remove',
      server: 'HUYS2vAs',
    });
  });

  it('is none without a majority', () => {
    const peers = [peer('a'), peer('b'), ...['c', 'd', 'e'].map((name) => peer(name, 700_000))];
    expect(planReplacement(peers, settings)).toMatchObject({ kind: 'degraded' });
  });
});

const member = (letter: string) => letter.repeat(20);
const serverOf = (letter: string, goneMs = 0) => peer(`${member(letter)}-1-1`, goneMs);
const named = { keepers: ['a', 'b', 'c', 'd', 'e'].map(member), generation: 1, replicas: 3 };

describe('a keeper that an admin names', () => {
  const five = [serverOf('a'), serverOf('b'), serverOf('c'), serverOf('d', 20_000), serverOf('e', 90_000)];

  it('is removed, also if another one is gone for longer', () => {
    expect(planNamed(five, member('d'), named)).toEqual({ server: `${member('d')}-1-1` });
    expect(planNamed(five, member('e'), named)).toEqual({ server: `${member('e')}-1-1` });
  });

  it('is not removed while it answers, or if it is no keeper', () => {
    expect(planNamed(five, member('a'), named)).toEqual({ refused: 'alive' });
    expect(planNamed(five, member('f'), named)).toEqual({ refused: 'unknown' });
    expect(
      planNamed(five.concat({ ...serverOf('d'), server: `${member('d')}-1-1764000000` }), member('d'), named),
    ).toEqual({
      refused: 'alive',
    });
  });

  it('is not removed if nothing could take its replicas', () => {
    expect(planNamed([serverOf('a'), serverOf('b'), serverOf('c', 20_000)], member('c'), named)).toEqual({
      refused: 'no spare',
    });
    const four = [serverOf('a'), serverOf('b'), serverOf('c', 20_000), serverOf('d', 20_000)];
    expect(planNamed(four, member('c'), named)).toEqual({ refused: 'no spare' });
    expect(
      planNamed([serverOf('a'), serverOf('b'), serverOf('e'), serverOf('d', 20_000)], member('d'), named),
    ).toEqual({
      server: `${member('d')}-1-1`,
    });
  });

  it('is known by its id where the cluster does not know its name', () => {
    const first = peer(peerIdOf(`${member('d')}-1-1`), 20_000);
    const abc = [serverOf('a'), serverOf('b'), serverOf('c')];
    expect(planNamed([...abc, first], member('d'), named)).toEqual({ server: first.server });
    expect(planNamed([...abc, first], member('e'), named)).toEqual({ refused: 'unknown' });
    // One that came back under a later name, which says nothing: it is the only one that it can be, or none.
    const later = peer(peerIdOf(`${member('d')}-1-1764000000`), 20_000);
    expect(planNamed([...abc, serverOf('e'), later], member('d'), named)).toEqual({ server: later.server });
    expect(planNamed([...abc, later], member('d'), named)).toEqual({ refused: 'unknown' });
  });
});

describe('for how long a server is away', () => {
  const away = (lastSeenMs: number) => ({ server: 'a', isCurrent: false, isOffline: true, lastSeenMs });
  it('is not what a cluster says that has just elected another leader', () => {
    const offline = new OfflineSince();
    offline.update([away(9e15)], 1000);
    expect(offline.forMs(away(9e15), 2000)).toBe(1000);
    expect(offline.forMs(away(700_000), 2000)).toBe(1000);
    expect(offline.forMs(away(700_000), 17_000)).toBe(700_000);
  });

  it('counts for one that was killed, of which the cluster only says that it is silent', () => {
    const silent = { ...away(12_000), isOffline: false };
    expect(isGone(silent)).toBe(true);
    expect(isGone({ ...silent, lastSeenMs: 2000 })).toBe(false);
    expect(isGone({ ...silent, isCurrent: true })).toBe(false);
  });

  it('begins anew when it comes back', () => {
    const offline = new OfflineSince();
    offline.update([away(5)], 0);
    offline.update([{ ...away(0), isOffline: false, isCurrent: true }], 50_000);
    offline.update([away(5)], 60_000);
    expect(offline.forMs(away(5), 61_000)).toBe(1000);
  });
});
