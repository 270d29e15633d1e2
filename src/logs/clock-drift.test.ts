import { expect, it } from 'vitest';
import { driftOf, measuredBoots } from './clock-drift.js';

const at = (controller_ms: number, monotonic_s: number | null, error_ms = 0.5) => ({
  offset_ms: 0,
  error_ms,
  measured_at: new Date(controller_ms).toISOString(),
  controller_ms,
  monotonic_s,
});

it('a clock that gains 50 ms in 1000 s runs 50 ppm fast, within both errors', () => {
  const drift = driftOf([at(0, 100), at(500_000, 600.02), at(1_000_000, 1100.05, 1.5)]);
  expect(drift?.drift_ppm).toBeCloseTo(50, 6);
  expect(drift?.drift_error_ppm).toBeCloseTo(2, 6);
});

it('one measurement, or one without the monotonic clock, gives no result', () => {
  expect(driftOf([at(0, 100)])).toBeNull();
  expect(driftOf([at(0, null), at(1000, null)])).toBeNull();
  expect(driftOf([])).toBeNull();
});

it('a reboot in between starts anew: the drift is that of the longest time without one', () => {
  const before = [at(0, 100), at(1_000_000, 1100.05)];
  const after = [at(2_000_000, 20), at(2_500_000, 520.5)];
  expect(driftOf([...before, ...after])?.drift_ppm).toBeCloseTo(50, 6);
  expect(measuredBoots([...before, ...after]).map((boot) => boot.length)).toEqual([2, 2]);
});
