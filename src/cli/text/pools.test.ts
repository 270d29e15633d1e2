import { expect, test } from 'vitest';
import type { PoolStatus } from '../../index.js';
import { poolsText, poolText } from './pools.js';

const pool: PoolStatus = {
  name: 'jetsons',
  tags: ['cam', 'x'],
  members: ['nano1', 'nano2'],
  architecture: 'arm64',
  cores: 4,
  gpu: true,
  workers: ['b', 'a'],
};

test('pools', () => {
  const all = { ...pool, name: 'all', tags: [], members: [], architecture: null, cores: null, gpu: false };
  expect(poolsText([pool, { ...all, workers: [] }])).toBe(
    'POOL     WORKERS  ASKS FOR\n' +
      'jetsons        2  tags cam, x; nano1 or nano2; arm64; at least 4 cores; a GPU\n' +
      'all            0  all members',
  );
  expect(poolsText([])).toContain('collab pool set');
});

test('a pool and its workers', () => {
  expect(poolText(pool, (id) => `nano-${id}`)).toContain('\n  now nano-a, nano-b');
  expect(poolText({ ...pool, workers: [] }, (id) => id)).toContain('no worker is in it now');
});
