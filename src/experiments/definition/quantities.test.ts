import { expect, test } from 'vitest';
import { durationInstead, formatBytes, parseCores, parseDurationS, parseSizeBytes } from './quantities.js';

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

test.each([
  ['>= 1 GB', 1e9],
  ['>=1GB', 1e9],
  ['1 GiB', 1073741824],
  ['512 MiB', 536870912],
  ['1.5 kB', 1500],
  ['1 KB', 1000],
  ['2 TiB', 2199023255552],
  ['100 B', 100],
])('%s is %d bytes', (text, bytes) => expect(parseSizeBytes(text)).toBe(bytes));

test.each(['1', '1 G', '1g', '> 1 GB', '<= 1 GB', '-1 GB', '1 gb', ''])('%j is not a size', (text) =>
  expect(parseSizeBytes(text)).toBeNull(),
);

test('cores are a number, with or without >=', () => {
  expect(parseCores('>= 2')).toBe(2);
  expect(parseCores('4')).toBe(4);
  expect(parseCores('2.5')).toBeNull();
  expect(parseCores('many')).toBeNull();
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1e9, '1.0 GB'],
  [4_123_000_000, '4.1 GB'],
  [5e15, '5000.0 TB'],
])('%d bytes read as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
