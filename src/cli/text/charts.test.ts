import { expect, test } from 'vitest';
import { bar, glyphsFor, progressBar, sparkline } from './charts.js';

const unicode = glyphsFor({ LANG: 'en_GB.UTF-8', TERM: 'xterm' });
const ascii = glyphsFor({ LANG: 'en_GB.UTF-8', TERM: 'dumb' });

test.each([
  [{ LANG: 'C.UTF-8' }, '█'],
  [{ LC_ALL: 'C', LANG: 'C.UTF-8' }, '#'],
  [{ LC_ALL: '', LANG: 'de_DE.utf8' }, '█'],
  [{ LANG: 'C.UTF-8', TERM: 'dumb' }, '#'],
  [{ LANG: 'C.UTF-8', NO_COLOR: '1' }, '#'],
  [{ LANG: 'C.UTF-8', NO_COLOR: '' }, '█'],
  [{}, '#'],
])('%j draws with %s', (environment, expected) => {
  expect(glyphsFor(environment).columns.at(-1)).toBe(expected);
});

test.each([
  [10, 10, '████'],
  [5, 10, '██'],
  [5.3, 10, '██▏'],
  [0.001, 10, '▏'],
  [20, 10, '████'],
  [0, 10, ''],
  [-1, 10, ''],
  [Number.NaN, 10, ''],
  [1, 0, ''],
])('a bar of %d of %d in four cells', (value, greatest, expected) => {
  expect(bar(value, greatest, 4, unicode)).toBe(expected);
});

test('a bar in ASCII', () => {
  expect(bar(5, 10, 4, ascii)).toBe('##');
});

test('a sparkline from 0 to the maximum, with gaps', () => {
  expect(sparkline([0, 1, null, 7], unicode)).toBe('▁▂ █');
  expect(sparkline([0, 7], ascii)).toBe('_#');
  expect(sparkline([0, 0], unicode)).toBe('▁▁');
  expect(sparkline([], unicode)).toBe('');
});

test('a sparkline of a width shows the newest values on the right, scaled to the top', () => {
  expect(sparkline([0, 50, null, 100], unicode, { width: 6 })).toBe('  ▁▅ █');
  expect(sparkline([100, 0, 50], unicode, { width: 2, top: 100 })).toBe('▁▅');
  expect(sparkline([], unicode, { width: 3 })).toBe('   ');
  expect(sparkline([50, 100], ascii, { width: 3 })).toBe(' +#');
});

test('a progress bar', () => {
  expect(progressBar(0.3, 10, unicode)).toBe('███░░░░░░░');
  expect(progressBar(1, 4, ascii)).toBe('####');
  expect(progressBar(0, 4, ascii)).toBe('....');
});
