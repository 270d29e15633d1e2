import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import {
  type FoundRun,
  listRuns,
  readReplication,
  readSettledRun,
  RunLock,
  type RunRecord,
} from '../../logs/index.js';
import type { Workspace } from '../../workspace/index.js';
import { partsOfRun, usedParts } from './used-parts.js';

/** A run that is to be removed. */
export interface RemovedRun extends FoundRun {
  /** `unreadable` if run.json is broken. */
  state: RunRecord['state'] | 'unreadable';
  sizeBytes: number;
}

/** What a removal takes away. */
export interface RunRemoval {
  runs: readonly RemovedRun[];
  /** Kept code and lists of packages that no other run uses. */
  parts: readonly { path: string; sizeBytes: number }[];
  /** What the user should know, in sentences. */
  notes: readonly string[];
}

export interface RemovalRequest {
  workspace: Workspace;
  /** Runs of `Logs/`. */
  runs: readonly FoundRun[];
  /** Leave out runs that are under way; default, one is an error. */
  skipUnderWay?: boolean;
  /** Remove runs although it cannot be known whether another process still works on them. */
  force: boolean;
}

/**
 * Looks what the removal of runs takes away.
 * @throws CollabError `run-goes-on`, `run-unchecked`
 */
export async function planRunRemoval(request: RemovalRequest): Promise<RunRemoval> {
  const { workspace, skipUnderWay = false, force } = request;
  const notes: string[] = [];
  const runs: RemovedRun[] = [];
  const parts = new Set<string>();
  for (const run of request.runs) {
    const record = await readSettledRun(run.folder).catch(() => null);
    const fault = await underWay(run, record, force);
    if (fault !== null && !skipUnderWay) throw fault;
    if (fault !== null) {
      notes.push(`${run.runId} stays: ${fault.what}`);
      continue;
    }
    runs.push({ ...run, state: record?.state ?? 'unreadable', sizeBytes: await sizeOf(run.folder) });
    if (record === null) continue;
    for (const path of partsOfRun(workspace, record)) parts.add(path);
    notes.push(...devicesNote(record));
  }
  notes.push(...(await replicationNotes(workspace, runs)));
  const used = await usedParts(workspace, runs);
  if (used.paths === null && parts.size > 0)
    notes.push(`What is kept of the code and the images stays, because ${used.why}.`);
  const unused = [];
  for (const path of parts) {
    const isUnused = used.paths !== null && !used.paths.has(path);
    if (isUnused && (await isThere(path))) unused.push({ path, sizeBytes: await sizeOf(path) });
  }
  return { runs, parts: unused, notes };
}

/** Why a run must not be removed; null if it may. A job goes on in its fleet, and what is here is a copy. */
async function underWay(
  { runId, folder }: FoundRun,
  record: RunRecord | null,
  force: boolean,
): Promise<CollabError | null> {
  const isFree = await RunLock.isFree(folder);
  const mayGoOn = !isFree || (record?.state === 'running' && record.job === undefined);
  if (!mayGoOn) return null;
  if (record?.unchecked === undefined) return goesOn(runId);
  if (force) return null;
  return new CollabError('run-unchecked', {
    what: `It cannot be known whether another process still works on the run ${runId}.`,
    why: record.unchecked.why,
    next: 'Use collab on that machine. If you know that its process has ended, give --force.',
    exitCode: ExitCode.deviceBusy,
  });
}

function goesOn(runId: string): CollabError {
  return new CollabError('run-goes-on', {
    what: `The run ${runId} is under way.`,
    next: `End it first: collab stop ${runId}`,
    exitCode: ExitCode.deviceBusy,
  });
}

/** States of runs that may have left logs on their devices. */
const unfinished: readonly RunRecord['state'][] = ['abandoned', 'interrupted', 'running'];

function devicesNote({ run_id, lan, job, devices, state }: RunRecord): string[] {
  if (lan === null || job !== undefined || !unfinished.includes(state)) return [];
  const names = devices.map(({ name }) => name).join(', ');
  return [
    `${run_id} is ${state}, and may have left logs on ${names}. Once it is removed, they cannot be collected, and collab clean leaves them alone. To remove them first: collab clean --uncollected`,
  ];
}

async function replicationNotes({ logs }: Workspace, removed: readonly RemovedRun[]): Promise<string[]> {
  const notes: string[] = [];
  for (const { folder, runId } of await listRuns(logs)) {
    if (removed.some((one) => one.folder === folder)) continue;
    const judged = await readReplication(folder);
    if (judged === null || 'unreadable' in judged) continue;
    const original = judged.original.run_id;
    if (removed.some((one) => one.runId === original))
      notes.push(
        `${original} is the original of ${runId}. That keeps its verdict, and cannot be judged again.`,
      );
  }
  return notes;
}

/** Bytes of all files below a path, without following links. */
async function sizeOf(path: string): Promise<number> {
  const own = await lstat(path).catch(() => null);
  if (own?.isDirectory() !== true) return own?.size ?? 0;
  let bytes = 0;
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    bytes += (await lstat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0;
  }
  return bytes;
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
