import { expect, it } from 'vitest';
import { byKeys } from './authentication.js';
import type { OfferedKey } from './offered-keys.js';

const keyOf = (name: string): OfferedKey => ({ kind: 'file', name, privateKey: name, isUsual: false });
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('a key that the library skips in the same turn of the event loop was not offered', async () => {
  const proof = byKeys('pi', ['sent', 'skipped', 'last'].map(keyOf));
  proof.next(null);
  await turn();
  proof.next(['publickey']);
  proof.next(['publickey']);
  await turn();
  expect(proof.next(['publickey'])).toBe(false);
  expect(proof.offered.map(({ name }) => name)).toEqual(['sent', 'last']);
  expect(proof.used).toBe(3);
});
