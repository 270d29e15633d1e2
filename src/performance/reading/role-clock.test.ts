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

test('without a measured offset the times are those of the device and have no error bound', () => {
  const clock = roleClock(anchor, null, runStartedMs);
  expect(clock.timeS(5001.5)).toBe(1.75);
  expect(clock.errorMs).toBeNull();
});

const tie = (sinceStartMs: number, monotonic_s: number, error_ms: number) => ({
  offset_ms: 250,
  error_ms,
  measured_at: '2026-11-21T12:53:01.000Z',
  controller_ms: runStartedMs + sinceStartMs,
  monotonic_s,
});
const drifting = {
  offset_ms: 250,
  error_ms: 0.5,
  // 100 s of the device are 100.01 s here: it runs 100 ppm slow.
  measurements: [tie(0, 5000, 0.5), tie(100_010, 5100, 0.8)],
};

test('without a monotonic clock of the device, the error grows by 100 ppm since the measurement', () => {
  const measured = { offset_ms: 250, error_ms: 0.5, controller_ms: runStartedMs };
  const clock = roleClock({ ...anchor, errorMs: 0.125 }, measured, runStartedMs);
  expect(clock.errorMsAt(5000)).toBeCloseTo(0.625, 9);
  expect(clock.errorMsAt(5100)).toBeCloseTo(0.625 + 10, 9);
});

test('between two measurements the drift is corrected; a change of rate of 10 ppm is within the error', () => {
  const clock = roleClock(anchor, drifting, runStartedMs);
  expect(clock.timeS(5000)).toBe(0);
  expect(clock.timeS(5050)).toBe(50.005);
  expect(clock.timeS(5100)).toBe(100.01);
  expect(clock.errorMsAt(5050)).toBeCloseTo(0.8 + 50 * 0.01, 9);
  expect(clock.errorMsAt(5100)).toBe(0.8);
});

test('beyond the last measurement the error grows by 100 ppm', () => {
  const clock = roleClock(anchor, drifting, runStartedMs);
  expect(clock.timeS(5110)).toBe(110.01);
  expect(clock.errorMsAt(5110)).toBeCloseTo(0.8 + 1, 9);
});

test('a rate that changed from one measurement to the next widens the error between them', () => {
  // 200 ppm slow, then exact: less than 190 ppm of change cannot be an error of the measurements.
  const measurements = [tie(0, 5000, 0.25), tie(100_020, 5100, 0.25), tie(200_020, 5200, 0.25)];
  const clock = roleClock(anchor, { offset_ms: 250, error_ms: 0.25, measurements }, runStartedMs);
  expect(clock.errorMsAt(5100)).toBe(0.25);
  expect(clock.errorMsAt(5150)).toBeCloseTo(0.25 + 50 * 0.19, 6);
});

test('a wall clock that was set after the first measurement has no effect', () => {
  const later = { monotonicS: 5050, realtimeS: runStartedMs / 1000 + 50 + 3600 };
  expect(roleClock(later, drifting, runStartedMs).timeS(5050)).toBe(50.005);
});

test('measurements of another boot are not used', () => {
  const rebooted = { monotonicS: 12, realtimeS: runStartedMs / 1000 + 50.25 };
  expect(roleClock(rebooted, drifting, runStartedMs).timeS(12)).toBe(50);
});

test('of a run that went on after a reboot, the measurements of the role’s own boot are used', () => {
  const measurements = [
    tie(0, 5000, 0.25),
    tie(100_000, 5100, 0.25),
    tie(200_000, 20, 0.25),
    tie(260_000, 80, 0.5),
  ];
  const measured = { offset_ms: 250, error_ms: 0.25, measurements };
  const second = { monotonicS: 30, realtimeS: runStartedMs / 1000 + 210.25 };
  expect(roleClock(second, measured, runStartedMs).timeS(50)).toBe(230);
  expect(roleClock(anchor, measured, runStartedMs).timeS(5050)).toBe(50);
});
