import type { LeadingColumns } from './columns.js';
import type { OtherLoad } from '../validity/index.js';
import type { OpenedRun } from './opened-run.js';
import { type Column, inMemory, type Table } from './table.js';
import { dateOf, secondsBetween, trialSeconds } from './wall-time.js';

export const trialStateColumns: readonly Column[] = [
  ['trial_state', 'text'],
  ['started_s', 'number'],
  ['started', 'time'],
  ['ended', 'time'],
  ['duration_s', 'number'],
  ['other_load_percent', 'number'],
  ['other_load_error_percent', 'number'],
  ['failure', 'text'],
];

/** A row per trial: its parameter values, when it ran, and how it ended. */
export function trialsTable(leading: LeadingColumns, runs: readonly OpenedRun[]): Table {
  const rows = runs.flatMap(({ record, otherLoad }) =>
    record.trials.map((trial) => [
      ...leading.trialValues(record, trial),
      trial.state,
      secondsBetween(record.started_at, trial.started_at),
      dateOf(trial.started_at),
      dateOf(trial.ended_at),
      trialSeconds(record, trial),
      ...percentOf(otherLoad.get(trial.number)),
      trial.failure === undefined
        ? null
        : `${trial.failure.role}-${trial.failure.rank} on ${trial.failure.device}: ${trial.failure.reason}`,
    ]),
  );
  return inMemory('trials', [...leading.ofTrials, ...trialStateColumns], rows);
}

/** Of a core, with two decimals; null without a reading. */
function percentOf(load: OtherLoad | undefined): [number | null, number | null] {
  if (load === undefined) return [null, null];
  const percent = (seconds: number) => Math.round((seconds / load.seconds) * 10_000) / 100;
  return [percent(load.otherS), percent(load.errorS)];
}
