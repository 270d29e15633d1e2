import { expect, test } from 'vitest';
import { table } from './table.js';
import { clip, padAfter, padBefore, textWidth, wrap } from './text-width.js';

test.each([
  ['nano1', 5],
  ['精度', 4],
  ['e\u0301', 1],
  ['🙂', 2],
  ['👩‍🔬', 2],
  ['\u001b[31mred\u001b[0m', 3],
  ['', 0],
])('%j takes %d cells', (text, cells) => {
  expect(textWidth(text)).toBe(cells);
});

test('pads text by its cell width and never cuts it', () => {
  expect(padAfter('精度', 6)).toBe('精度  ');
  expect(padBefore('🙂', 4)).toBe('  🙂');
  expect(padAfter('e\u0301', 2)).toBe('e\u0301 ');
  expect(padBefore('longer', 3)).toBe('longer');
});

test('cuts a line between characters, not within one', () => {
  expect(clip('a\t精度', 4)).toBe('a 精');
  expect(clip('ab👩‍🔬c', 3)).toBe('ab');
  expect(clip('ab👩‍🔬c', 4)).toBe('ab👩‍🔬');
});

test('columns with wide characters, emoji and combining marks align with their headings', () => {
  const lines = table(
    ['NAME', 'CORES'],
    [
      ['ジェットソン', 4],
      ['pi 🙂', 128],
      ['caf\u0065\u0301', 8],
    ],
  ).split('\n');
  expect(lines.map(textWidth)).toEqual([19, 19, 19, 19]);
  expect(lines[1]).toBe('ジェットソン      4');
});

test('a text is broken at spaces, and further lines are indented', () => {
  expect(wrap('one two three four', 9)).toBe('one two\nthree\nfour');
  expect(wrap('A  one two three', 9, '   ')).toBe('A  one\n   two\n   three');
  expect(wrap('  one two', 5, '    ')).toBe('  one\n    two');
  expect(wrap('averylongword x', 5)).toBe('averylongword\nx');
  expect(wrap('短い 文', 5)).toBe('短い\n文');
});
