import { expect, it, test } from 'vitest';
import { DigitWriter } from './digit-writer.js';

const digits = new DigitWriter();

function written(value: number): string {
  const buffer = Buffer.alloc(64);
  return buffer.toString('latin1', 3, digits.number(value, buffer, 3));
}

test.each([
  ...[0, -0, 1, -1, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 1e9, 1e10 + 7, 999_999_999_999_999],
  ...[
    1e15,
    2 ** 53,
    1e21,
    1e300,
    0.1,
    -0.1,
    0.1 + 0.2,
    1.5,
    1e-6,
    1.000001,
    1e-7,
    5e-324,
    0.30000000000000004,
  ],
  ...[123456789.123456, 999999999.999999, 1234567890.123456, 4.35, 2.675, 1 / 3, 100.01, 1000000.000001],
])('%d is written as String writes it', (value) => {
  expect(written(value)).toBe(String(value));
});

it('writes as String does whatever the number', () => {
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  for (let round = 0; round < 20_000; round++) {
    const places = round % 9;
    const value = Number(((random() - 0.5) * 10 ** (round % 13)).toFixed(places));
    expect(written(value)).toBe(String(value));
    const any = (random() - 0.5) * 10 ** ((round % 40) - 20);
    expect(written(any)).toBe(String(any));
  }
});

test.each([0, 1, 999, 1000, 1763729581123, -1, -62167219200000, 1763729581009])('%d ms as ISO 8601', (ms) => {
  const buffer = Buffer.alloc(64);
  const date = new Date(ms);
  expect(buffer.toString('latin1', 0, digits.time(date, buffer, 0))).toBe(date.toISOString());
});
