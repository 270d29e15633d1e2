import { expect, it, test } from 'vitest';
import { NumberLines } from './number-line.js';

function parsed(line: string, like = line) {
  const lines = new NumberLines();
  lines.learn(JSON.parse(like) as object);
  return recordOf(lines, `before${line}\n`, 6, -1);
}

/** The parsed values as a record. */
function recordOf(lines: NumberLines, text: string, from = 0, to = 0) {
  const bytes = new TextEncoder().encode(text);
  const values = new Float64Array(2 + lines.maxKeys);
  const keys = lines.parse(bytes, from, bytes.length + to, values, 2);
  if (keys === null) return null;
  return Object.fromEntries(
    keys.map((key, at): [string, unknown] => [key, Number.isNaN(values[2 + at]) ? null : values[2 + at]]),
  );
}

test.each([
  '{"a":0}',
  '{"a":-0,"b":-0.5}',
  '{"a":123456789012345,"b":0.1,"c":999.000001}',
  '{"a":null,"b":-7}',
  '{"a":0.000001}',
  '{"é \\"x\\"":5}',
])('%s gives the same as JSON.parse', (line) => {
  expect(Object.entries(parsed(line) ?? {})).toEqual(Object.entries(JSON.parse(line) as object));
  expect(Object.values(parsed(line) ?? {}).map((one) => Object.is(one, -0))).toEqual(
    Object.values(JSON.parse(line) as object).map((one) => Object.is(one, -0)),
  );
});

test.each([
  ['{"a":01}', 'no leading zero'],
  ['{"a":1.}', 'a digit after the dot'],
  ['{"a":.5}', 'a digit before it'],
  ['{"a":-}', 'a digit after the sign'],
  ['{"a":+1}', 'no plus'],
  ['{"a":1e5}', 'an exponent is left to JSON.parse'],
  ['{"a":1234567890123456}', 'so are numbers that may not be exact'],
  ['{"a":0.1234567890123456}', 'likewise'],
  ['{"a":nul}', 'null is null'],
  ['{"a":"1"}', 'text'],
  ['{"a":1', 'cut'],
  ['{"a":1}}', 'more after it'],
  ['{"a":1,"b":2}', 'another layout'],
  ['{"b":1}', 'another key'],
  ['{ "a":1}', 'another way of writing'],
  ['', 'nothing'],
])('%s is not parsed: %s', (line) => {
  expect(parsed(line, '{"a":1}')).toBeNull();
});

it('agrees with JSON.parse on numbers of all lengths', () => {
  let seed = 1;
  const digit = () => (seed = (seed * 48271) % 2147483647) % 10;
  const digits = (count: number) => Array.from({ length: count }, digit).join('');
  for (let round = 0; round < 5000; round++) {
    const whole = String(Number(digits(1 + (round % 9))));
    const line = `{"a":${round % 3 === 0 ? '-' : ''}${whole}${round % 2 === 0 ? `.${digits(1 + (round % 6))}` : ''}}`;
    expect(parsed(line, '{"a":1}')).toEqual(JSON.parse(line));
  }
});

it('knows several layouts at once', () => {
  const lines = new NumberLines();
  for (const text of ['{"a":1}', '{"a":1,"b":2}', '{"a":1}', '{"c":1,"d":null}']) {
    lines.learn(JSON.parse(text) as object);
    expect(recordOf(lines, text)).toEqual(JSON.parse(text));
  }
});
