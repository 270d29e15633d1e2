import { expect, test } from 'vitest';
import { gossipKeysText, keyFingerprint, makeGossipKey, parseGossipKeys, rotation } from './gossip-keys.js';

const keyOf = (fill: number) => makeGossipKey((count) => Buffer.alloc(count, fill));
const [old, fresh] = [keyOf(1), keyOf(2)];

test('a key is 32 random bytes, and a file has one a line', () => {
  expect(Buffer.from(old, 'base64')).toEqual(Buffer.alloc(32, 1));
  expect(gossipKeysText([old, fresh])).toBe(`${old}\n${fresh}\n`);
  expect(parseGossipKeys(gossipKeysText([old, fresh]))).toEqual([old, fresh]);
});

test.each(['', '\n', 'x', `${old}x`, `${old} `, old.slice(4), `${old}\n${old}`, old.replace('=', '')])(
  'refuses %j',
  (text) => {
    expect(() => parseGossipKeys(text)).toThrow('damaged');
  },
);

test('a rotation has three steps, and an interrupted one goes on where it stopped', () => {
  const steps = [[old, fresh], [fresh, old], [fresh]];
  expect(rotation([old], fresh)).toEqual(steps);
  expect(rotation([old, fresh], fresh)).toEqual(steps.slice(1));
  expect(rotation([fresh, old], fresh)).toEqual(steps.slice(2));
  expect(rotation([fresh], fresh)).toEqual([]);
});

test('two neighbouring steps understand each other in both directions', () => {
  const third = keyOf(3);
  for (const keys of [[old], [old, third]]) {
    const states = [keys, ...rotation(keys, fresh)];
    for (const [index, later] of states.slice(1).entries()) {
      const earlier = states[index] ?? [];
      expect(later).toContain(earlier[0]);
      expect(earlier).toContain(later[0]);
    }
    expect(states.at(-1)).toEqual([fresh]);
  }
});

test('a fingerprint does not show the key', () => {
  expect(keyFingerprint(old)).toBe('72cd6e84');
  expect(keyFingerprint(old)).not.toBe(keyFingerprint(fresh));
});
