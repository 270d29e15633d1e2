import { expect, test } from 'vitest';
import { brokerKey, brokerSeed, makeBrokerKey, publicKeyOf } from './broker-keys.js';

test('each key is another one, and its public half follows from the seed', () => {
  const [one, other] = [makeBrokerKey(), makeBrokerKey()];
  expect(one.seed).not.toBe(other.seed);
  expect(brokerSeed.safeParse(one.seed).success).toBe(true);
  expect(brokerKey.safeParse(one.publicKey).success).toBe(true);
  expect(publicKeyOf(one.seed)).toBe(one.publicKey);
});

test('a damaged seed is refused', () => {
  const { seed, publicKey } = makeBrokerKey();
  const changed = `${seed.slice(0, 20)}${seed[20] === 'A' ? 'B' : 'A'}${seed.slice(21)}`;
  for (const bad of ['', publicKey, changed]) expect(brokerSeed.safeParse(bad).success).toBe(false);
  expect(brokerKey.safeParse(seed).success).toBe(false);
});
