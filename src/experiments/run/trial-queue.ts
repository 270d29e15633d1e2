import type { TrialRecord, TrialState } from '../../logs/index.js';
import type { PlannedTrial } from '../plan/index.js';
import type { TrialAttempt } from '../trial/index.js';

/** Which trials a run has yet to carry out, by how they stand. */
export const openStates = {
  /** A run that starts. */
  fresh: ['pending'],
  /** A run that goes on: also those that were under way when it ended, or whose device was lost. */
  resumed: ['pending', 'running', 'interrupted', 'lost'],
  /** Only what failed of a run. */
  failed: ['failed', 'lost'],
  /** A run that goes on, with those that failed. */
  retried: ['pending', 'running', 'interrupted', 'lost', 'failed'],
} as const satisfies Record<string, readonly TrialState[]>;

/**
 * The next trial of a run: the first in their order that is still to be carried out.
 * @param tried numbers of those that were tried since the run started or went on: each is tried once
 * @param again the one that is to be tried once more before them
 * @returns null if there is none
 */
export function nextTrial(
  trials: readonly TrialRecord[],
  open: readonly TrialState[],
  tried: ReadonlySet<number>,
  again: number | null = null,
): TrialRecord | null {
  if (again !== null) return trials.find(({ number }) => number === again) ?? null;
  return trials.find(({ number, state }) => open.includes(state) && !tried.has(number)) ?? null;
}

/** Which try the next one at a trial is; undefined for the first. */
export function nextAttempt({ state, attempt = 1 }: TrialRecord): number | undefined {
  return state === 'pending' ? undefined : attempt + 1;
}

/** The next try at a trial. */
export function plannedOf(trial: TrialRecord): TrialAttempt & Pick<TrialRecord, 'parameters'> {
  const { number, repeat, warmup } = trial;
  const parameters = trial.parameters as PlannedTrial['parameters'];
  return { number, parameters, repeat, warmup, attempt: nextAttempt(trial) };
}
