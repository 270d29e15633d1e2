import type { RoleClock, Value } from '../reading/index.js';

const noTime: Value[] = [null, null, null];

/**
 * The cells of `timeColumns`: seconds since the start of the run, the moment, and the bound of both. All are empty where
 * nothing ties the clock to a time, and where a broken clock gives a time that no calendar has.
 */
export function timeCells(clock: RoleClock | null, monotonicS: Value): Value[] {
  if (clock === null || typeof monotonicS !== 'number') return noTime;
  const date = clock.date(monotonicS);
  if (Number.isNaN(date.getTime())) return noTime;
  return [clock.timeS(monotonicS), date, clock.errorMsAt(monotonicS)];
}
