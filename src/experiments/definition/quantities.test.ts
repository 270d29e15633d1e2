import { expect, test } from 'vitest';
import { formatBytes, parseCores, parseSizeBytes } from './quantities.js';

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
