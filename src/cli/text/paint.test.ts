import { afterEach, expect, it, vi } from 'vitest';
import { hasColor, paint, unpainted } from './paint.js';

const terminal = { isTTY: true, getColorDepth: () => 8 };
afterEach(() => vi.unstubAllEnvs());

it.each([
  [terminal, {}, true],
  [terminal, { NO_COLOR: '1' }, false],
  [terminal, { NO_COLOR: '' }, true],
  [terminal, { TERM: 'dumb' }, false],
  [{ isTTY: true, getColorDepth: () => 1 }, {}, false],
  [{}, {}, false],
  [{}, { FORCE_COLOR: '1' }, true],
  [terminal, { FORCE_COLOR: '0' }, false],
])('an output %j in the environment %j has color: %s', (output, environment, expected) => {
  expect(hasColor(output, environment)).toBe(expected);
});

it('paints for a terminal, and not for a pipe', () => {
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'TERM']) vi.stubEnv(name, undefined);
  expect(paint('bad', 'INVALID', terminal)).toBe('\u001b[31mINVALID\u001b[39m');
  expect(paint('bad', 'INVALID', {})).toBe('INVALID');
  expect(paint(null, 'VALID', terminal)).toBe('VALID');
  expect(unpainted(paint('good', 'VALID', terminal))).toBe('VALID');
});
