import { basename, dirname } from 'node:path';
import { formatBytes, plainText, type RunRemoval } from '../../index.js';
import { table } from './table.js';

/** What a removal takes away. For messages, so without color. */
export function removalText({ runs, parts }: RunRemoval): string {
  const rows = runs.map(({ runId, experiment, state, sizeBytes }) => [
    runId,
    plainText(experiment),
    state,
    formatBytes(sizeBytes),
  ]);
  const lines = parts.map(({ path, sizeBytes }) => {
    const what = basename(dirname(path)) === '.images' ? 'list of packages' : 'code';
    return `${what} ${basename(path, '.json').slice(0, 12)}, which no other run uses: ${formatBytes(sizeBytes)}`;
  });
  return [table(['RUN', 'EXPERIMENT', 'STATE', 'SIZE'], rows), ...lines].join('\n');
}

const sizeOf = ({ runs, parts }: RunRemoval): number =>
  [...runs, ...parts].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

const runsCount = ({ runs }: RunRemoval): string => `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`;

export const removalQuestion = (plan: RunRemoval): string =>
  `Remove ${runsCount(plan)}, ${formatBytes(sizeOf(plan))}, for good?`;

export const removedRunsText = (removed: RunRemoval): string =>
  `Removed ${runsCount(removed)}, ${formatBytes(sizeOf(removed))} freed.`;

/** The same for --json. */
export function removalResult(plan: RunRemoval) {
  const { runs, parts, notes } = plan;
  return {
    runs: runs.map(({ runId, experiment, folder, state, sizeBytes }) => ({
      run_id: runId,
      experiment,
      folder,
      state,
      size_bytes: sizeBytes,
    })),
    parts: parts.map(({ path, sizeBytes }) => ({ path, size_bytes: sizeBytes })),
    size_bytes: sizeOf(plan),
    notes,
  };
}
