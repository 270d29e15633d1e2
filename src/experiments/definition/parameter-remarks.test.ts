import { expect, test } from 'vitest';
import { parseYaml } from '../../workspace/index.js';
import { exactValues } from './parameter-values.js';
import { remarksOf } from './parameter-remarks.js';

const remarkOn = async (value: string) =>
  remarksOf(await parseYaml(`parameters:\n  a: ${value}\n`)).map(({ message }) => message);

test.each([
  ['no', 'no is the text "no", not false; put it in quotes if that is meant'],
  ['Yes', 'Yes is the text "Yes", not true; put it in quotes if that is meant'],
  ['off', /not false/],
  ['1.10', '1.10 is the number 1.1, as zeros at its end do not count; for the text, write "1.10"'],
  ['0123', '0123 is the number 123, without the leading zeros, and not octal; for the text, write "0123"'],
  ['12:30', '12:30 is the text "12:30", neither a time nor a number; put it in quotes if that is meant'],
  ['1:30:00', /the text "1:30:00"/],
  ['2026-11-29', /the text "2026-11-29", not a date/],
  ['1e3', '1e3 is the number 1000.0, as it has an exponent; for the text, write "1e3"'],
  ['0x10', /is the number 16, as it is hexadecimal/],
  ['0o17', /is the number 15, as it is octal/],
  ['1_000', /the text "1_000", not a number/],
  ['.5', '.5 is the number 0.5; for the text, write ".5"'],
  ['5.', /is the number 5\.0/],
  ['+5', /is the number 5;/],
  ['None', /not a missing value/],
  ['nan', /not a number/],
  ['0b11', /not a number/],
])('says what YAML makes of %s', async (value, remark) => {
  const [message, ...others] = await remarkOn(value);
  expect(others).toEqual([]);
  expect(message).toMatch(remark);
});

test.each([
  '1',
  '1.0',
  '-0.5',
  '10.0',
  'true',
  'raw',
  'a:b',
  '1.2.3',
  '"no"',
  "'1.10'",
  '[64, 128]',
  'resnet-18',
  '2x',
])('has nothing to say about %s', async (value) => {
  expect(await remarkOn(value)).toEqual([]);
});

test('finds values in lists and through anchors, at their places', async () => {
  const yaml = await parseYaml('parameters:\n  a: &v [1, no, 1e3]\n  b: *v\n');
  expect(remarksOf(yaml).map(({ path }) => path.join('.'))).toEqual([
    'parameters.a.1',
    'parameters.a.2',
    'parameters.b.1',
    'parameters.b.2',
  ]);
});

test('keeps numbers as they are written', async () => {
  const text =
    'parameters:\n  seed: 14566578812345678901\n  lr: [1.0, 1, 0.10]\n  t: "1.0"\n  h: 0xffffffffffffffff\n';
  const values = exactValues(await parseYaml(text));
  expect(Object.values(values).flat().map(String)).toEqual([
    '14566578812345678901',
    '1.0',
    '1',
    '0.10',
    '1.0',
    '18446744073709551615',
  ]);
  expect(exactValues(await parseYaml('parameters: [1]'))).toEqual({});
  expect(exactValues(await parseYaml('- 1'))).toEqual({});
});
