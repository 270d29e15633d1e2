import { describe, expect, it } from 'vitest';
import { isCopied, keeperSetOf, nextKeepers, runningOf, serverIds } from './keeper-sets.js';

const settled = (generation: number, ...ids: string[]) => ({
  generation,
  round: 1,
  ids,
  from: null,
});

describe('the next keepers', () => {
  it('are a set of their own when nothing is stored yet', () => {
    const next = nextKeepers(settled(1, 'a', 'b', 'c'), ['a', 'd', 'e'], false);
    expect(next).toEqual(settled(2, 'a', 'd', 'e'));
  });

  it('join the cluster of those before', () => {
    const next = nextKeepers(settled(1, 'a', 'b', 'c'), ['a', 'b', 'd'], true);
    expect(next).toEqual({
      generation: 1,
      round: 2,
      ids: ['a', 'b', 'd'],
      from: { generation: 1, ids: ['a', 'b', 'c'] },
    });
    expect(isCopied(next)).toBe(false);
  });

  it.each([
    ['one to three', ['a'], ['a', 'b', 'c']],
    ['three to one', ['a', 'b', 'c'], ['a']],
    ['one to another', ['a'], ['b']],
  ])('get a copy: %s', (_, before, ids) => {
    const next = nextKeepers(settled(4, ...before), ids, true);
    expect(next).toEqual({ generation: 5, round: 1, ids, from: { generation: 4, ids: before } });
    expect(isCopied(next)).toBe(true);
  });
});

describe('whose server a member runs', () => {
  it('is that of its set', () => {
    const record = { keepers: settled(2, 'a', 'b', 'c') };
    expect(keeperSetOf(record, 'a')).toEqual({ generation: 2, ids: ['a', 'b', 'c'] });
    expect(keeperSetOf(record, 'd')).toBeNull();
    expect(serverIds(record)).toEqual(['a', 'b', 'c']);
  });

  it('stays that of a single keeper until its files are copied', () => {
    const record = { keepers: nextKeepers(settled(1, 'a'), ['a', 'b', 'c'], true) };
    expect(keeperSetOf(record, 'a')).toEqual({ generation: 1, ids: ['a'] });
    expect(keeperSetOf(record, 'b')).toMatchObject({ generation: 2 });
    expect(runningOf(record, record.keepers)).toEqual(['b', 'c']);
    expect(serverIds(record)).toEqual(['a', 'b', 'c']);
  });

  it('becomes at once that of a single keeper, because the others are a majority without it', () => {
    const record = { keepers: nextKeepers(settled(1, 'a', 'b', 'c'), ['a'], true) };
    expect(keeperSetOf(record, 'a')).toMatchObject({ generation: 2 });
    expect(runningOf(record, { generation: 1, ids: ['a', 'b', 'c'] })).toEqual(['b', 'c']);
  });

  it('is that of the cluster of both sets while it changes', () => {
    const record = { keepers: nextKeepers(settled(1, 'a', 'b', 'c'), ['a', 'b', 'd'], true) };
    for (const id of ['a', 'c', 'd'])
      expect(keeperSetOf(record, id)).toEqual({ generation: 1, ids: ['a', 'b', 'c', 'd'] });
    expect(keeperSetOf(record, 'e')).toBeNull();
  });
});
