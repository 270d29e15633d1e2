import type { RunRecord, TrialRecord } from '../../logs/index.js';
import { hasOneClock } from '../reading/index.js';

/** A time of run.json as a Date; null if it is missing or invalid. */
export function dateOf(iso: string | null | undefined): Date | null {
  const date = new Date(iso ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Null unless both are known. */
export function secondsBetween(
  start: string | null | undefined,
  end: string | null | undefined,
): number | null {
  const [from, to] = [dateOf(start), dateOf(end)];
  return from === null || to === null ? null : (to.getTime() - from.getTime()) / 1000;
}

/** How long a trial took; null where its start and its end are of clocks that were not compared. */
export function trialSeconds(run: RunRecord, { started_at, ended_at }: TrialRecord): number | null {
  return hasOneClock(run) ? secondsBetween(started_at, ended_at) : null;
}
