import { expect, it } from 'vitest';
import type { Placement } from './placement.js';
import { healthOf } from './store-health.js';

const server = (member: string, change: Partial<Placement['servers'][number]> = {}) => ({
  member,
  name: member,
  used_bytes: 10,
  free_bytes: 90,
  is_full: false,
  is_current: true,
  is_offline: false,
  last_seen_ms: 0,
  ...change,
});
const replica = (member: string, isOffline = false, isCurrent = true) => ({
  member,
  is_leader: false,
  is_current: isCurrent,
  is_offline: isOffline,
  lag: 0,
});
const bucket = (...replicas: ReturnType<typeof replica>[]) => ({
  stream: 'FILES_00',
  target: 3,
  messages: 1,
  bytes: 1,
  replicas,
});

it('is whole with all replicas', () => {
  const servers = ['a', 'b', 'c'].map((one) => server(one));
  const health = healthOf({
    leader: 'a',
    servers,
    buckets: [bucket(replica('a'), replica('b'), replica('c'))],
  });
  expect(health).toMatchObject({
    keepers: 3,
    answering: 3,
    hasQuorum: true,
    belowTarget: 0,
    isDegraded: false,
  });
  expect(health.servers[0]).toEqual({
    member: 'a',
    isOffline: false,
    usedBytes: 10,
    freeBytes: 90,
    isFull: false,
  });
});

it('is degraded with one of exactly three gone, and has no quorum with two gone', () => {
  const gone = { is_offline: true, used_bytes: null, free_bytes: null };
  const servers = [server('a'), server('b'), server('c', gone)];
  const buckets = [bucket(replica('a'), replica('b'), replica('c', true))];
  expect(healthOf({ leader: 'a', servers, buckets })).toMatchObject({
    answering: 2,
    hasQuorum: true,
    belowTarget: 1,
    isDegraded: true,
  });
  const one = healthOf({
    leader: null,
    servers: [server('a'), server('b', gone), server('c', gone)],
    buckets,
  });
  expect(one).toMatchObject({ answering: 1, hasQuorum: false });
});

it('is not degraded with one of five gone: another takes its replicas', () => {
  const servers = ['a', 'b', 'c', 'd'].map((one) => server(one));
  const all = [...servers, server('e', { is_offline: true })];
  const buckets = [
    bucket(replica('a'), replica('b'), replica('e', true)),
    bucket(replica('a'), replica('b'), replica('c', false, false)),
  ];
  expect(healthOf({ leader: 'a', servers: all, buckets })).toMatchObject({
    isDegraded: false,
    belowTarget: 2,
  });
});
