import { describe, expect, it } from 'vitest';
import { bucketsOf, NamedContent, QuietContent, type Unnamed } from './garbage.js';

const minutes = (count: number) => count * 60_000;
const unnamed = (id: string, chunks = 1, space = 's'): Unnamed => ({
  space,
  id,
  parts: new Set([0]),
  chunks,
});
const ids = (content: readonly Unnamed[]) => content.map(({ id }) => id);

describe('content that no record names', () => {
  it('is left behind if nothing happened to it for an hour', () => {
    const quiet = new QuietContent();
    expect(quiet.see([unnamed('old')], 0)).toEqual([]);
    expect(quiet.see([unnamed('old')], minutes(59))).toEqual([]);
    expect(ids(quiet.see([unnamed('old')], minutes(60)))).toEqual(['old']);
  });

  it('is of a put under way while chunks come', () => {
    const quiet = new QuietContent();
    for (let hour = 0; hour < 5; hour++)
      expect(quiet.see([unnamed('first'), unnamed('last', 1 + hour)], minutes(60 * hour))).toEqual([]);
    expect(ids(quiet.see([unnamed('first'), unnamed('last', 5)], minutes(300)))).toEqual(['first', 'last']);
  });

  it('is of a put under way while others of its space get names', () => {
    const quiet = new QuietContent();
    quiet.see([unnamed('first'), unnamed('second')], 0);
    expect(quiet.see([unnamed('second')], minutes(60))).toEqual([]);
    expect(ids(quiet.see([unnamed('second')], minutes(120)))).toEqual(['second']);
  });

  it('does not wait for puts in other spaces, nor for what was purged', () => {
    const quiet = new QuietContent();
    quiet.see([unnamed('old'), unnamed('older', 3)], 0);
    expect(
      ids(quiet.see([unnamed('old'), unnamed('older', 3), unnamed('other', 1, 'p-bob')], minutes(60))),
    ).toEqual(['old', 'older']);
    quiet.forget(unnamed('older'));
    expect(ids(quiet.see([unnamed('old')], minutes(61)))).toEqual(['old']);
  });
});

const version = (id: string, parts = 1) => ({
  n: 1,
  id,
  kind: 'file' as const,
  size_bytes: 1,
  sha256: null,
  mode: 0o644,
  owner: 'ann',
  put_at: '2026-11-29T12:00:00Z',
  target: null,
  parts: new Array<string>(parts).fill('00'),
});
const record = (...versions: ReturnType<typeof version>[]) => ({
  format: 1 as const,
  name: 'a',
  next: 2,
  versions,
});

it('says what a newer record does not name any more', () => {
  const named = new NamedContent();
  expect(named.see({ subject: 'i.s.a', sequence: 1 }, record(version('v1', 3)))).toEqual([]);
  expect(named.see({ subject: 'i.s.a', sequence: 4 }, record(version('v2'), version('v1', 3)))).toEqual([]);
  expect(named.see({ subject: 'i.s.a', sequence: 5 }, record(version('v2')))).toEqual([
    { space: 's', id: 'v1', parts: 3 },
  ]);
  expect(named.sequence).toBe(5);
  expect(named.lacks({ space: 's', id: 'v1' })).toBe(true);
  expect(named.lacks({ space: 's', id: 'v2' })).toBe(false);
  expect(named.lacks({ space: 'p-bob', id: 'v2' })).toBe(true);
});

it('takes an old message for nothing new', () => {
  const named = new NamedContent();
  named.see({ subject: 'i.s.a', sequence: 4 }, record(version('v2'), version('v1')));
  expect(named.see({ subject: 'i.s.a', sequence: 1 }, record(version('v1')))).toEqual([]);
  expect(named.lacks({ space: 's', id: 'v2' })).toBe(false);
});

it('takes nothing for unnamed in a space with a record that cannot be read', () => {
  const named = new NamedContent();
  named.see({ subject: 'i.s.a', sequence: 1 }, null);
  expect(named.lacks({ space: 's', id: 'v1' })).toBe(false);
  expect(named.lacks({ space: 'p-bob', id: 'v1' })).toBe(true);
});

it('finds the buckets of few and of many parts', () => {
  expect(bucketsOf('v1', 0)).toEqual([]);
  expect(bucketsOf('v1', 3)).toHaveLength(3);
  expect(bucketsOf('v1', 40).sort((a, b) => a - b)).toEqual([...Array(16).keys()]);
});
