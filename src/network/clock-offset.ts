import type { z } from 'zod';
import type { clockOffset } from '../logs/run-record.js';
import { systemClock, type Clock } from '../events.js';
import { LocalShell } from './local-shell.js';
import type { Shell } from './shell.js';

export type ClockOffset = z.infer<typeof clockOffset>;

/** One question for the device's time. Controller times are milliseconds since 1970, with fractions. */
export interface ClockExchange {
  sentMs: number;
  receivedMs: number;
  /** What `date` printed. */
  answer: string;
}

/**
 * The offset from the exchange with the smallest round trip: the device read its clock somewhere between question
 * and answer, so its middle is wrong by half the round trip at most. A clock that shows whole seconds only (a busybox
 * without `%N`) adds half a second to the error.
 * @returns null when no answer was a time.
 */
export function offsetFrom(exchanges: readonly ClockExchange[], measuredAt: Date): ClockOffset | null {
  const read = exchanges.flatMap(({ sentMs, receivedMs, answer }) => {
    const time = /^(\d{9,})\.(\d{9})?/.exec(answer.trim());
    if (!time?.[1]) return [];
    const fine = time[2] !== undefined;
    const deviceMs = Number(time[1]) * 1000 + (fine ? Number(time[2]) / 1e6 : 500);
    const halfTripMs = (receivedMs - sentMs) / 2;
    return [{ offset_ms: deviceMs - (sentMs + halfTripMs), error_ms: halfTripMs + (fine ? 0 : 500) }];
  });
  const best = read.sort((a, b) => a.error_ms - b.error_ms)[0];
  return best ? { ...best, measured_at: measuredAt.toISOString() } : null;
}

/**
 * Device time minus controller time. The first of `exchanges` questions warms the way and counts like the others.
 * @returns null when the device cannot tell its time.
 */
export async function measureClockOffset(
  shell: Shell,
  exchanges = 8,
  { clock = systemClock, signal }: { clock?: Clock; signal?: AbortSignal } = {},
): Promise<ClockOffset | null> {
  if (shell instanceof LocalShell)
    return { offset_ms: 0, error_ms: 0, measured_at: clock.now().toISOString() };
  const taken: ClockExchange[] = [];
  const startMs = wallStartMs();
  for (let count = 0; count < exchanges; count += 1) {
    const sentMs = startMs + performance.now();
    const { code, stdout } = await shell.exec(['date', '+%s.%N'], signal ? { signal } : {});
    const receivedMs = startMs + performance.now();
    if (code === 0) taken.push({ sentMs, receivedMs, answer: stdout });
  }
  return offsetFrom(taken, clock.now());
}

/** When `performance.now()` was 0 by this machine's clock: Date has whole milliseconds only, so see it tick over. */
function wallStartMs(): number {
  const fromMs = performance.now();
  let startMs = 0;
  while (performance.now() - fromMs < 2) startMs = Math.max(startMs, Date.now() - performance.now());
  return startMs;
}
