import { expect, test } from 'vitest';
import { roleClock } from './role-clock.js';

const runStartedMs = Date.parse('2026-11-21T12:53:01.000Z');
const anchor = { monotonicS: 5000, realtimeS: runStartedMs / 1000 + 0.25 };

test("a device's monotonic seconds become seconds since the run's start on the controller's clock", () => {
  const clock = roleClock(anchor, { offset_ms: 250, error_ms: 0.5 }, runStartedMs);
  expect(clock.timeS(5001.5)).toBe(1.5);
  expect(clock.date(5001.5).toISOString()).toBe('2026-11-21T12:53:02.500Z');
  expect(clock.errorMs).toBe(0.5);
});

test('without a measured offset the times are the device’s own and have no bound', () => {
  const clock = roleClock(anchor, null, runStartedMs);
  expect(clock.timeS(5001.5)).toBe(1.75);
  expect(clock.errorMs).toBeNull();
});
