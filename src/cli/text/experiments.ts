import type { Changes, ListedExperiment, RunOverview } from '../../index.js';
import { wrap } from './text-width.js';
import { tablesWithin } from './wide-table.js';

/** The start of an experiment's id, which tells it from others here. */
export const shortId = (id: string): string => id.slice(0, 12);

/** Experiments of a workspace, each with the overview of its last run. */
export function experimentsText(
  all: readonly (ListedExperiment & { overview: RunOverview | null })[],
  width: number,
): string {
  const column = (heading: string, cell: (one: (typeof all)[number]) => string) => ({
    heading,
    cells: all.map(cell),
  });
  const table = tablesWithin(
    [column('EXPERIMENT', ({ name }) => name)],
    [
      column('ID', ({ id }) => (id === null ? '-' : shortId(id))),
      column('CHANGES', changesText),
      column('LAST RUN', ({ lastRun }) => lastRun?.runId ?? '-'),
      column('STARTED (UTC)', ({ overview }) => overview?.started_at?.slice(0, 16).replace('T', ' ') ?? '-'),
      column('VERDICT', ({ overview }) => overview?.validity?.verdict ?? overview?.state ?? '-'),
    ],
    width,
  );
  const details = all.flatMap(({ name, changes }) =>
    changesLines(changes).map((line) => wrap(`${name}: ${line}`, width, '  ')),
  );
  return details.length === 0 ? table : `${table}\n\nSince the last run:\n${details.join('\n')}`;
}

/** What has changed since the last run, in a few words. */
function changesText({ faults, lastRun, changes }: ListedExperiment): string {
  if (faults > 0) return `${faults} fault${faults === 1 ? '' : 's'}`;
  if (lastRun === null || changes === null) return 'never run';
  if (!changes.known) return changes.why;
  const files = changes.added.length + changes.changed.length + changes.removed.length;
  return files === 0 ? 'nothing' : `${files} file${files === 1 ? '' : 's'}`;
}

/** Which files were added, changed, and removed. */
function changesLines(changes: Changes | null): string[] {
  if (changes?.known !== true) return [];
  return (['added', 'changed', 'removed'] as const).flatMap((how) =>
    changes[how].length === 0 ? [] : [`${how} ${changes[how].join(', ')}`],
  );
}
