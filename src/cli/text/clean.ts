import { durationText, formatBytes, hasWork, plainText, type RemainsPlan } from '../../index.js';
import { groupedTable } from './table.js';

type OnDevice = { device: string; value: readonly RemainsPlan[] };

/** How many logs that are not here are named. */
const named = 3;

/** What would be removed, a line for each thing; null if there is nothing. */
export function cleanText(found: readonly OnDevice[], now: Date): string | null {
  const age = (since: Date | undefined) =>
    since === undefined ? '' : durationText(Math.max(0, (now.getTime() - since.getTime()) / 1000));
  const rows = found.flatMap(({ device, value }) =>
    value.filter(hasWork).flatMap(({ remains, removesFolder, uncollected }) => {
      const { runId, containers, processes, lease, folder } = remains;
      return [
        ...containers.map(({ name, running, createdAt }) => [
          device,
          runId,
          `container ${plainText(name)}${running ? ', still running' : ''}`,
          age(createdAt),
          '',
        ]),
        ...processes.map((pid) => [device, runId, `process ${pid}`, '', '']),
        ...(lease === null ? [] : [[device, runId, 'lease', '', '']]),
        ...(folder === null || !removesFolder
          ? []
          : [
              [
                device,
                runId,
                uncollected.length === 0
                  ? 'folder'
                  : `folder, with ${uncollected.length} ${uncollected.length === 1 ? 'log' : 'logs'} not here`,
                age(folder.changedAt),
                formatBytes(folder.sizeBytes),
              ],
            ]),
      ];
    }),
  );
  return rows.length === 0 ? null : groupedTable(['DEVICE', 'RUN', 'WHAT', 'AGE', 'SIZE'], rows, 2);
}

/** What is left alone, and why. */
export function cleanNotes(found: readonly OnDevice[]): string[] {
  return found.flatMap(({ device, value }) =>
    value.flatMap(({ remains, kept, uncollected, removesFolder }) => {
      const { runId, folder } = remains;
      if (kept !== null) return [`note: ${device}: what ${runId} has there is left alone, because ${kept}.`];
      if (folder === null || removesFolder) return [];
      const files = uncollected
        .slice(0, named)
        .map(({ path, sizeBytes }) => `${plainText(path)} (${formatBytes(sizeBytes)})`);
      const more = uncollected.length > named ? ` and ${uncollected.length - named} more` : '';
      return [
        `note: ${device}: ${folder.path} stays, because these logs are not here: ${files.join(', ')}${more}. To collect them: collab resume ${runId}. To remove them for good: collab clean --uncollected`,
      ];
    }),
  );
}

const resultOf = ({ device, value }: OnDevice) =>
  value.filter(hasWork).map(({ remains, removesFolder }) => ({
    device,
    run_id: remains.runId,
    containers: remains.containers.map(({ name }) => name),
    processes: remains.processes,
    lease: remains.lease !== null,
    folder: removesFolder ? (remains.folder?.path ?? null) : null,
    size_bytes: removesFolder ? (remains.folder?.sizeBytes ?? 0) : 0,
  }));

/** The same for --json. */
export function cleanResult(found: readonly OnDevice[], removed: readonly OnDevice[], isDryRun: boolean) {
  return {
    removed: removed.flatMap(resultOf),
    ...(isDryRun && { would_remove: found.flatMap(resultOf) }),
    left: found.flatMap(({ device, value }) =>
      value.flatMap(({ remains: { runId, folder }, kept, uncollected, removesFolder }) =>
        kept === null && (folder === null || removesFolder)
          ? []
          : [
              {
                device,
                run_id: runId,
                folder: folder?.path ?? null,
                why: kept ?? 'logs in it are not here',
                uncollected: uncollected.map(({ path }) => path),
              },
            ],
      ),
    ),
  };
}

/** What is said when nothing was removed. */
export const nothingText = (found: readonly OnDevice[]): string =>
  found.some(({ value }) => value.length > 0) ? 'Nothing was removed.' : 'Nothing is left of runs.';

export function cleanedText(removed: readonly OnDevice[]): string {
  const all = removed.flatMap(resultOf);
  const sum = (of: (one: (typeof all)[number]) => number) => all.reduce((total, one) => total + of(one), 0);
  const count = (value: number, one: string, many = `${one}s`) => `${value} ${value === 1 ? one : many}`;
  return `Removed ${count(
    sum(({ containers }) => containers.length),
    'container',
  )}, ${count(
    sum(({ processes }) => processes.length),
    'process',
    'processes',
  )}, ${count(
    sum(({ lease }) => Number(lease)),
    'lease',
  )} and ${count(
    sum(({ folder }) => Number(folder !== null)),
    'folder',
  )}, ${formatBytes(sum(({ size_bytes }) => size_bytes))} freed.`;
}
