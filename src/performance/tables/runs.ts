import { noLabels } from '../../logs/index.js';
import type { OpenedRun } from './opened-run.js';
import { type Column, inMemory, type Table } from './table.js';
import { hasOneClock } from '../reading/index.js';
import { dateOf, secondsBetween } from './wall-time.js';

const columns: readonly Column[] = [
  ['run_id', 'text'],
  ['experiment', 'text'],
  ['experiment_id', 'text'],
  ['run_state', 'text'],
  ['verdict', 'text'],
  ['started', 'time'],
  ['ended', 'time'],
  ['duration_s', 'number'],
  ['runtime', 'text'],
  ['lan', 'text'],
  ['devices', 'number'],
  ['trials', 'number'],
  ['complete_trials', 'number'],
  ['collab_version', 'text'],
  ['git_commit', 'text'],
  ['git_dirty', 'boolean'],
  ['failure', 'text'],
  ['notes', 'text'],
  ['run_name', 'text'],
  ['run_tags', 'text'],
  ['run_note', 'text'],
];

/** A row per run: what ran, when, and how it ended. */
export function runsTable(runs: readonly OpenedRun[]): Table {
  return inMemory(
    'runs',
    columns,
    runs.map(({ record, notes, validity }) => {
      const { name, tags, note } = record.labels ?? noLabels;
      return [
        record.run_id,
        record.experiment.name,
        record.experiment.id === '' ? null : record.experiment.id,
        record.state,
        validity.verdict,
        dateOf(record.started_at),
        dateOf(record.ended_at),
        hasOneClock(record) ? secondsBetween(record.started_at, record.ended_at) : null,
        record.runtime,
        record.lan,
        record.devices.length,
        record.trials.length,
        record.trials.filter(({ state }) => state === 'complete').length,
        record.versions.collab,
        record.git?.commit,
        record.git?.dirty,
        record.failure?.what,
        notes.length === 0 ? null : notes.join('\n'),
        name,
        tags.length === 0 ? null : tags.join(' '),
        note,
      ];
    }),
  );
}
