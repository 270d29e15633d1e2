import { expect, test } from 'vitest';
import { parseJson } from './exact-json.js';
import { decimalKey, jsonNumber, jsonOf, numberOf, WrittenNumber } from './written-number.js';

test.each([
  ['14566578812345678901', '14566578812345678901'],
  ['1.0', '1.0'],
  ['1.10', '1.10'],
  ['1e3', '1e3'],
  ['+5', '5'],
  ['-5', '-5'],
  ['0123', '123'],
  ['-007', '-7'],
  ['00', '0'],
  ['-0', '0'],
  ['-0.0', '-0.0'],
  ['.5', '0.5'],
  ['5.', '5.0'],
  ['+.5E+3', '0.5e+3'],
  ['0x10', '16'],
  ['0o17', '15'],
  ['0xffffffffffffffffffff', '1208925819614629174706175'],
  ['1_000', null],
  ['', null],
  ['.', null],
  ['-', null],
  ['12:30', null],
  ['Infinity', null],
  ['.inf', null],
  ['0b11', null],
])('%s is the number %s', (written, json) => {
  expect(jsonNumber(written)).toBe(json);
});

test('keeps what a double would change, and only that', () => {
  for (const same of ['1', '-5', '0.1', '1e+21', '9007199254740991'])
    expect(numberOf(same)).toBe(Number(same));
  for (const changed of ['1.0', '1e3', '0.10', '9007199254740993', '-0']) {
    expect(numberOf(changed)).toBeInstanceOf(WrittenNumber);
    expect(String(numberOf(changed))).toBe(changed);
    expect(numberOf(changed)).toBe(numberOf(changed));
  }
  expect(Number(numberOf('1.0'))).toBe(1);
});

test.each([
  ['1', '1.0', true],
  ['1000', '1e3', true],
  ['0.10', '1e-1', true],
  ['0', '-0.0', true],
  ['-1', '1', false],
  ['14566578812345678901', '14566578812345678902', false],
  ['0.1234567890123456789', '0.12345678901234568', false],
])('%s and %s: same value %s', (a, b, same) => {
  expect(decimalKey(a) === decimalKey(b)).toBe(same);
});

test('goes through JSON below parameters to the last digit, and as a double elsewhere', () => {
  const json =
    '{"a":1.0,"seed":1e3,"parameters":{"n":14566578812345678901,"x":1.0,"t":"1.0","list":[1e3,2]}}';
  const value = parseJson(json) as { a: unknown; seed: unknown; parameters: Record<string, unknown> };
  expect(value.a).toBe(1);
  expect(value.seed).toBe(1000);
  expect(value.parameters.x).toBe(WrittenNumber.of('1.0'));
  expect(value.parameters.t).toBe('1.0');
  expect(jsonOf(value)).toBe(
    '{"a":1,"seed":1000,"parameters":{"n":14566578812345678901,"x":1.0,"t":"1.0","list":[1e3,2]}}',
  );
  expect(jsonOf(value.parameters, 2)).toContain('\n  "x": 1.0,\n');
});

test('explicit and excluded combinations keep their digits too', () => {
  const json =
    '{"parameters":[{"name":"x","values":[1.0]}],"combinations":[{"x":1e3}],"exclude":[{"x":0.30}]}';
  expect(jsonOf(parseJson(json))).toBe(json);
});

test('a small decimal keeps its form whatever stands beside it, and a long text beside a written number is no problem', () => {
  for (const json of ['{"parameters":{"d":0.0000001}}', '{"parameters":{"d":0.0000001,"x":1.0}}'])
    expect(jsonOf(parseJson(json))).toBe(json);
  const odd = { parameters: { x: WrittenNumber.of('1.0'), t: ['"\0number:2.0', 'a\\', '"'] } };
  expect(parseJson(jsonOf(odd))).toEqual(odd);
  const long = { parameters: { x: WrittenNumber.of('1.0') }, text: 'a"\\'.repeat(4_000_000) };
  expect(jsonOf(parseJson(jsonOf(long))).length).toBe(jsonOf(long).length);
});

test('is JSON.parse and JSON.stringify for everything else', () => {
  for (const value of [null, 3, 'a"\\"', ['number:1.0'], { parameters: { a: 'number:1.0', b: '\\' } }]) {
    expect(jsonOf(value)).toBe(JSON.stringify(value));
    expect(parseJson(JSON.stringify(value))).toEqual(value);
  }
  const odd = '{"parameters":{"n":1.0,"text":"number:1.0 \\" 1.0, ","__proto__":2.0}}';
  expect(jsonOf(parseJson(odd))).toBe(odd);
  for (const broken of ['{"parameters":{"n":01.0}}', '{"parameters":{"n":1.0', '{"parameters":[1.0 2]}'])
    expect(() => parseJson(broken)).toThrow(SyntaxError);
});
