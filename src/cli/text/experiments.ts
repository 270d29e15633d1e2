import type { Changes, ListedExperiment, RunOverview } from '../../index.js';
import { minuteText } from './run-overview.js';
import { table } from './table.js';
import { wrap } from './text-width.js';
import { toned } from './tones.js';

/** The start of an experiment's id, which tells it from others here. */
export const shortId = (id: string): string => id.slice(0, 12);

/** Experiments of a workspace, each with the overview of its last run. */
export function experimentsText(
  all: readonly (ListedExperiment & { overview: RunOverview | null })[],
  width: number,
): string {
  const rows = all.map((one) => {
    const { name, id, lastRun, overview } = one;
    return [
      name,
      id === null ? '-' : shortId(id),
      changesText(one),
      lastRun?.runId ?? '-',
      overview?.started_at == null ? '-' : minuteText(overview.started_at),
      toned(overview?.validity?.verdict ?? overview?.state ?? '-'),
    ];
  });
  const headings = ['EXPERIMENT', 'ID', 'CHANGES', 'LAST RUN', 'STARTED (UTC)', 'VERDICT'];
  // The id of a run starts with its time.
  const listed = table(headings, rows, undefined, ['STARTED (UTC)', 'ID']);
  const details = all.flatMap(({ name, changes }) =>
    changesLines(changes).map((line) => wrap(`${name}: ${line}`, width, '  ')),
  );
  return details.length === 0 ? listed : `${listed}\n\nSince the last run:\n${details.join('\n')}`;
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
