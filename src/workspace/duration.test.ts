import { expect, test } from 'vitest';
import { durationInstead, parseDurationS } from './duration.js';

test.each([
  ['100 ms', 0.1],
  ['100ms', 0.1],
  ['2m', 120],
  ['2 min', 120],
  ['1.5 h', 5400],
  ['30 s', 30],
])('%s is %d seconds', (text, valueS) => expect(parseDurationS(text)).toBe(valueS));

test.each(['', '10', 'ten s', '-1 s', '1 day', '1h 30m', '1e3 s', '10 S', ' 1 s'])(
  '%j is not a duration',
  (text) => expect(parseDurationS(text)).toBeNull(),
);

test.each([
  ['1h30m', '90m'],
  ['1h 30m', '90m'],
  ['1:30:00', '90m'],
  ['0:00:05', '5s'],
  ['2 min 30 s', '150s'],
  ['1d', '24h'],
  ['90 minutes', '90m'],
  ['1.5 hours', '90m'],
  ['0.25 sec', '250ms'],
  ['soon', null],
  ['12:30', null],
  ['3 parsecs', null],
  ['10', null],
  ['', null],
])('%s is written %s', (text, instead) => expect(durationInstead(text)).toBe(instead));
