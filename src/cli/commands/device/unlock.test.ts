import { expect, test } from 'vitest';
import { unlockedLine } from './unlock.js';

const holder = { who: 'ann', host: 'pc1', run: 'r1', reason: null, id: 'abc', heldS: 9, leftS: 51 };

test.each([
  [{ how: 'free' as const, holder: null }, 'nano1: was not locked'],
  [{ how: 'released' as const, holder: { ...holder, run: null } }, 'nano1: unlocked'],
  [{ how: 'kicked' as const, holder: { ...holder, run: null } }, 'taken from ann on pc1, who had locked it'],
  [
    { how: 'kicked' as const, holder },
    'taken from ann on pc1; run r1 stops at its next renewal, within 20 s',
  ],
])('%j', (unlocked, said) => {
  expect(unlockedLine({ device: 'nano1', ...unlocked })).toContain(said);
});
