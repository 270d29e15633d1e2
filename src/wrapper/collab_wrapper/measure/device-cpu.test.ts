import { expect, it } from 'vitest';
import { checkInPython } from '../../../../tests/fixtures/machines-in-python.js';

const readings = (...lines: string[]) => checkInPython('device_cpu.py', ...lines);

it('counts the work of all processors between two readings, without idle, I/O wait and steal', () => {
  const rows = readings(
    'cpu  100 10 50 1000 5 1 2 7 0 0',
    'cpu  100 10 50 1000 5 1 2 7 0 0',
    'cpu  140 10 60 1020 9 1 2 90 0 0',
    'cpu  141 11 61 1060 9 2 3 90 0 0',
  );
  expect(rows).toEqual([{}, { device_cpu_percent: 100 }, { device_cpu_percent: 10 }]);
});

it('a counter that goes back counts as no work, and an unexpected file is unavailable', () => {
  expect(readings('cpu  9 0 9 9 9 9 9 9', 'cpu  9 0 9 9 9 9 9 9', 'cpu  5 0 5 9 9 9 9 9')).toEqual([
    {},
    { device_cpu_percent: 0 },
  ]);
  expect(readings('cpu0 1 2 3')).toBe('Unavailable');
});
