import { describe, expect, it } from 'vitest';
import { both, ownClock, wallStart } from './controller-clock.js';

/** Clocks of which each reading takes `readingMs`, or as long as `interruptedMs` says of the reading with that number. */
function clocks(
  trueStartMs: number,
  readingMs: number,
  interruptedMs: (reading: number) => number = () => 0,
) {
  let nowMs = 1000;
  let readings = 0;
  const read = () => {
    nowMs += readingMs;
    const seenMs = nowMs;
    nowMs += interruptedMs((readings += 1));
    return seenMs;
  };
  return { monotonicMs: read, wallMs: () => Math.floor(trueStartMs + read()) };
}

describe('wallStart', () => {
  it.each([0, 0.25, 0.5, 0.999])(
    'finds the start of performance.now() to the microsecond (%s ms)',
    (part) => {
      const found = wallStart(clocks(1_700_000_000_000 + part, 0.0002));
      expect(found.errorMs).toBeLessThan(0.01);
      expect(Math.abs(found.startMs - (1_700_000_000_000 + part))).toBeLessThanOrEqual(found.errorMs);
    },
  );

  it('holds its bound wherever this process is interrupted, between any two readings', () => {
    for (let seed = 1; seed <= 2000; seed += 1) {
      const trueStartMs = 1_700_000_000_000 + ((seed * 0.618034) % 1);
      const often = 2 + (seed % 7);
      const found = wallStart(
        clocks(trueStartMs, 0.0003, (reading) => (reading % often === seed % often ? (seed % 97) / 50 : 0)),
      );
      expect(Math.abs(found.startMs - trueStartMs)).toBeLessThanOrEqual(found.errorMs);
    }
  });
});

describe('both', () => {
  it('is null if the wall clock was set in between', () => {
    expect(both({ startMs: 100, errorMs: 0.01 }, { startMs: 100.5, errorMs: 0.01 })).toBeNull();
    expect(both({ startMs: 100, errorMs: 1 }, { startMs: 101, errorMs: 0.5 })).toEqual({
      startMs: 100.25,
      errorMs: 1.25,
    });
  });
});

it('ties the wall clock of the controller to its monotonic clock', () => {
  const [first, second] = [ownClock(), ownClock()];
  const difference = ({ controller_ms = 0, monotonic_s }: typeof first) =>
    controller_ms - (monotonic_s ?? 0) * 1000;
  expect(first.offset_ms).toBe(0);
  expect(Math.abs(difference(first) - difference(second))).toBeLessThanOrEqual(
    first.error_ms + second.error_ms,
  );
});
