import { expect, it } from 'vitest';
import { isInPool, type Pool, type PoolCandidate, poolWords } from './pool.js';

const poolOf = (name: string, other: Partial<Pool> = {}): Pool => ({
  name,
  tags: [],
  members: [],
  architecture: null,
  cores: null,
  gpu: false,
  ...other,
});
const nano: PoolCandidate = {
  member: '1'.repeat(20),
  name: 'nano1',
  tags: ['cam', 'x'],
  capabilities: { architecture: 'arm64', cores: 4, memory_bytes: 4e9, gpu: true },
};

it.each<[string, Partial<Pool>, boolean]>([
  ['nothing', {}, true],
  ['one of its tags', { tags: ['cam'] }, true],
  ['a tag that it lacks', { tags: ['cam', 'y'] }, false],
  ['its name', { members: ['nano1', 'nano2'] }, true],
  ['its id', { members: ['1'.repeat(20)] }, true],
  ['other names', { members: ['nano2'] }, false],
  ['its architecture', { architecture: 'arm64' }, true],
  ['another architecture', { architecture: 'amd64' }, false],
  ['as many cores', { cores: 4 }, true],
  ['more cores', { cores: 5 }, false],
  ['a GPU', { gpu: true }, true],
  ['its tag and another name', { tags: ['cam'], members: ['nano2'] }, false],
])('a pool that asks for %s', (_, asked, isIn) => {
  expect(isInPool(poolOf('p', asked), nano)).toBe(isIn);
});

it('one that does not say what it is has no capabilities', () => {
  const old = { ...nano, name: null, capabilities: null };
  expect(isInPool(poolOf('p', { tags: ['x'] }), old)).toBe(true);
  for (const asked of [{ cores: 1 }, { gpu: true }, { architecture: 'arm64' }, { members: ['nano1'] }])
    expect(isInPool(poolOf('p', asked), old)).toBe(false);
});

it('the name of a kept pool means the pool, and not the tag', () => {
  const pools = [poolOf('x', { members: ['nano2'] }), poolOf('cameras', { tags: ['cam', 'x'] })];
  expect(poolWords(nano, pools)).toEqual(['cameras', 'cam']);
  expect(poolWords(nano, [])).toEqual(['cam', 'x']);
});
