import { afterEach, expect, it, vi } from 'vitest';
import { toned, tonedVerdict, toneOf } from './tones.js';

afterEach(() => vi.unstubAllEnvs());

// That every state of the schemas has a tone or none, and that there is no other word, is checked by the types.
it('paints what is well, in doubt, or bad, and no other word', () => {
  vi.stubEnv('FORCE_COLOR', '1');
  expect(toned('VALID')).toBe('\x1b[32mVALID\x1b[39m');
  expect(toned('TOO FEW')).toBe('\x1b[33mTOO FEW\x1b[39m');
  expect(toned('lost')).toBe('\x1b[31mlost\x1b[39m');
  expect([toned('running'), toned('constructor'), toned('')]).toEqual(['running', 'constructor', '']);
  expect([toneOf('pending'), toneOf('toString')]).toEqual([null, null]);
});

it('paints the verdict of a line, and no name before it', () => {
  vi.stubEnv('FORCE_COLOR', '1');
  expect(tonedVerdict('A  VALID-net  1  DOUBTFUL')).toBe('A  VALID-net  1  \x1b[33mDOUBTFUL\x1b[39m');
  expect(tonedVerdict('A  hello  1')).toBe('A  hello  1');
});
