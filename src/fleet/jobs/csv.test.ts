import { expect, test } from 'vitest';
import { parseCsv } from './csv.js';

const fieldsOf = (text: string) => {
  const parsed = parseCsv(text);
  return 'rows' in parsed ? parsed.rows.map(({ fields }) => fields) : parsed;
};

test.each([
  ['a,b\n1,2\n', [['a', 'b'], ['1', '2']]], // prettier-ignore
  ['a,b\r\n1,2', [['a', 'b'], ['1', '2']]], // prettier-ignore
  ['\ufeffa\n\n1\n\n', [['a'], ['1']]],
  ['"a, b","say ""hi"""\n', [['a, b', 'say "hi"']]],
  ['"two\nlines",x', [['two\nlines', 'x']]],
  ['a,\n,b\n', [['a', ''], ['', 'b']]], // prettier-ignore
  ['a,', [['a', '']]],
  ['""\n', [['']]],
  ['', []],
])('%j', (text, rows) => {
  expect(fieldsOf(text)).toEqual(rows);
});

test('rows know the line on which they begin', () => {
  const parsed = parseCsv('a\n"1\n2"\n\n3\n');
  expect('rows' in parsed && parsed.rows.map(({ line }) => line)).toEqual([1, 2, 5]);
});

test.each([
  ['a\n"open\n', 2],
  ['a,b"c\n', 1],
  ['"a"b,c\n', 1],
])('%j has a wrong quote on line %i', (text, line) => {
  expect(parseCsv(text)).toMatchObject({ line, fault: expect.stringContaining('quote') as string });
});

test('an open quote in a long file is found at once', () => {
  expect(parseCsv(`a\n"${'x""'.repeat(300_000)}`)).toMatchObject({ line: 2 });
});
