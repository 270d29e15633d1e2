import { expect, test } from 'vitest';
import { jsonOf } from '../../workspace/index.js';
import { parseRange, rangeValues, type WrittenRange } from './range.js';

function valuesOf(range: WrittenRange): string {
  const found = rangeValues(range);
  return 'fault' in found ? found.fault : jsonOf(found.values());
}
const steps = (from: string, to: string, step: string | null = null) => valuesOf({ from, to, step });
const log = (from: string, to: string, n: number) => valuesOf({ from, to, log: n });

test.each([
  [steps('1', '4'), '[1,2,3,4]'],
  [steps('0', '10', '4'), '[0,4,8]'],
  [steps('0.1', '0.5', '0.1'), '[0.1,0.2,0.3,0.4,0.5]'],
  [steps('0', '1', '0.25'), '[0.0,0.25,0.5,0.75,1.0]'],
  [steps('1.0', '3', '1'), '[1.0,2.0,3.0]'],
  [steps('3', '1', '-1'), '[3,2,1]'],
  [steps('1e-3', '3e-3', '1e-3'), '[0.001,0.002,0.003]'],
  [steps('-0.2', '0.2', '0.2'), '[-0.2,0.0,0.2]'],
  [steps('7', '7', '2'), '[7]'],
  [steps('36893488147419103232', '36893488147419103234', '2'), '[36893488147419103232,36893488147419103234]'],
  [log('1', '1000', 4), '[1,10,100,1000]'],
  [log('1', '1048576', 5), '[1,32,1024,32768,1048576]'],
  [log('1', '100', 4), '[1,5,22,100]'],
  [log('1.0', '100', 5), '[1.0,3.16,10.0,31.6,100.0]'],
  [log('0.001', '10.0', 5), '[0.001,0.01,0.1,1.0,10.0]'],
  [log('100', '1', 3), '[100,10,1]'],
  [log('1.0', '1.01', 3), '[1.0,1.005,1.01]'],
])('%s', (values, expected) => {
  expect(values).toBe(expected);
});

test('a billion values are counted without being made', () => {
  expect(rangeValues({ from: '1', to: '1000000000', step: '1' })).toMatchObject({ count: 1e9 });
  expect(rangeValues({ from: '0', to: '1e9', step: '0.001' })).toMatchObject({ count: 1e12 + 1 });
  expect(rangeValues({ from: '1', to: '1e300', log: 1_000_000_000 })).toMatchObject({ count: 1e9 });
  expect(rangeValues({ from: '1', to: '1e999999999', step: '1' })).toMatchObject({
    fault: expect.any(String) as string,
  });
});

test.each(['1', 'raw', '1..', '..9', 'a..b', '1:2', ''])('%j is no range', (text) => {
  expect(parseRange(text)).toBeNull();
});
