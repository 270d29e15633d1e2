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
  /** Resolution of the device's wall clock, in milliseconds. */
  resolutionMs: number;
}

/**
 * The offset from the exchange with the smallest delay: `((heard - asked) + (answered - received)) / 2`. Its error is at
 * most half of the delay, however asymmetric the two directions were. A clock with whole seconds (busybox without `%N`)
 * adds half a second to the error.
 * @returns null without an exchange.
 */
export function offsetFrom(exchanges: readonly ClockExchange[]): ClockOffset | null {
  const read = exchanges.map((exchange) => {
    const { askedMs, heardMs, answeredMs, receivedMs, monotonicS, resolutionMs } = exchange;
    const offsetMs = (heardMs - askedMs + (answeredMs - receivedMs)) / 2;
    const delayMs = Math.max(0, receivedMs - askedMs - (answeredMs - heardMs));
    return {
      offset_ms: offsetMs,
      error_ms: delayMs / 2 + resolutionMs / 2,
      measured_at: new Date(answeredMs - offsetMs).toISOString(),
      controller_ms: answeredMs - offsetMs,
      monotonic_s: monotonicS,
    };
  });
  return read.sort((a, b) => a.error_ms - b.error_ms)[0] ?? null;
}
