import { durationText, plainText, type RunOverview } from '../../index.js';
import { runNote } from './run-overview.js';
import { table } from './table.js';
import { toned } from './tones.js';

interface Column {
  heading: string;
  cell: (run: RunOverview) => string;
}

const experiment: Column = { heading: 'EXPERIMENT', cell: (run) => plainText(run.experiment) };
const name: Column = { heading: 'NAME', cell: (run) => run.name ?? '' };
const tags: Column = { heading: 'TAGS', cell: (run) => run.tags.join(', ') };

/** When a run was started is in its id: with a column of its own, the table would be wider than most terminals. */
const always: readonly Column[] = [
  { heading: 'STATE', cell: ({ state, unchecked }) => (unchecked === null ? toned(state) : `${state}?`) },
  { heading: 'TOOK', cell: ({ seconds }) => (seconds === null ? '-' : durationText(seconds)) },
  { heading: 'TRIALS', cell: ({ trials }) => `${trials.complete}/${trials.all}` },
  {
    heading: 'VERDICT',
    cell: ({ validity, replication }) =>
      [validity?.verdict ?? '-', ...(replication === null ? [] : [replication.verdict])]
        .map(toned)
        .join(', '),
  },
];

/**
 * A line per run. Names and tags have columns where there are some.
 * @param ofOne whether only runs of one experiment were asked for, which is then left out
 */
export function runsText(runs: readonly RunOverview[], ofOne: boolean): string {
  const shown = [
    { heading: 'RUN', cell: (run: RunOverview) => run.run_id },
    ...(ofOne ? [] : [experiment]),
    ...always,
    ...(runs.some((run) => run.name !== null) ? [name] : []),
    ...(runs.some((run) => run.tags.length > 0) ? [tags] : []),
  ];
  return table(
    shown.map(({ heading }) => heading),
    runs.map((run) => shown.map(({ cell }) => cell(run))),
  );
}

export const runNotes = (runs: readonly RunOverview[]): string[] =>
  runs.map(runNote).filter((note) => note !== null);
