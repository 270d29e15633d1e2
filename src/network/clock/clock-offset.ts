import type { ClockOffset } from '../../logs/index.js';

/**
 * One exchange of four timestamps (RFC 5905, section 8): the controller asks, the device receives and answers, the
 * controller receives. Wall clocks in milliseconds since 1970, with fractions.
 */
export interface ClockExchange {
  askedMs: number;
  heardMs: number;
  answeredMs: number;
  receivedMs: number;
  /** The device's CLOCK_MONOTONIC when it answered, in seconds; null if it cannot read it. */
  monotonicS: number | null;
  /** How exactly the times themselves are known (+-): resolution of both clocks, rounding. */
  readingErrorMs: number;
}

/**
 * The offset from the best exchange: `((heard - asked) + (answered - received)) / 2`. The device heard after the question
 * and answered before the controller received, so the offset lies within half of the delay, however asymmetric the two
 * directions were. `error_ms` also covers half of the time between the device's two readings, because its monotonic clock
 * was read between them: it bounds both the offset and how far `controller_ms` and `monotonic_s` are from the same moment.
 * @returns null without an exchange, or if the exchanges contradict each other: then a clock was set between them.
 */
export function offsetFrom(exchanges: readonly ClockExchange[]): ClockOffset | null {
  const read = exchanges.map((exchange) => {
    const { askedMs, heardMs, answeredMs, receivedMs, monotonicS, readingErrorMs } = exchange;
    const offsetMs = (heardMs - askedMs + (answeredMs - receivedMs)) / 2;
    const controllerMs = (askedMs + receivedMs) / 2;
    return {
      offset_ms: offsetMs,
      error_ms: (receivedMs - askedMs) / 2 + readingErrorMs,
      measured_at: new Date(controllerMs).toISOString(),
      controller_ms: controllerMs,
      monotonic_s: monotonicS,
    };
  });
  const lowest = Math.max(...read.map(({ offset_ms, error_ms }) => offset_ms - error_ms));
  const highest = Math.min(...read.map(({ offset_ms, error_ms }) => offset_ms + error_ms));
  if (lowest > highest + smallestStepMs) return null;
  return read.sort((a, b) => a.error_ms - b.error_ms)[0] ?? null;
}

/** A clock that runs a few percent fast gains less during the exchanges. */
const smallestStepMs = 1;
