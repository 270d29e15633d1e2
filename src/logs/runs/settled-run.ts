import type { RunRecord } from '../records/index.js';
import { lastWritten, lookForController } from './controller.js';
import { listRuns } from './find-run.js';
import { RunLock } from './run-lock.js';
import { readRunOrRebuild } from './rebuild-run.js';
import { readLabels } from './run-labels.js';

/**
 * The record of a run as it is now: `running` only if its controller may still be there. Otherwise it is `abandoned` since it
 * was last written, and so is the trial that was under way. `unchecked` says why this cannot be known. With its labels.
 * @throws CollabError as `readRunOrRebuild`
 */
export async function readSettledRun(folder: string): Promise<RunRecord> {
  const record = await settled(folder);
  const labels = await readLabels(folder);
  return labels === null ? record : { ...record, labels };
}

async function settled(folder: string): Promise<RunRecord> {
  const record = await readRunOrRebuild(folder);
  // Of a job, the record says how it was when it was fetched.
  if (record.state !== 'running' || record.job !== undefined) return record;
  const controller = await lookForController(record.controller);
  if (controller.is === 'there') return record;
  const since = (await lastWritten(folder, record)).toISOString();
  if (controller.is === 'unchecked')
    return { ...record, unchecked: { why: controller.why, last_written_at: since } };
  // It may have ended between the two looks.
  const again = await readRunOrRebuild(folder);
  return again.state === 'running' ? abandoned(again, since) : again;
}

/** Whether a run of `Logs/` is abandoned; false for one that is not there or cannot be read. */
export async function isAbandonedRun(logsFolder: string, runId: string): Promise<boolean> {
  const found = (await listRuns(logsFolder)).find((run) => run.runId === runId);
  if (found === undefined) return false;
  const isIt = await readSettledRun(found.folder).then(
    ({ state }) => state === 'abandoned',
    () => false,
  );
  // One that is about to go on has its lock before its journal says so.
  return isIt && (await RunLock.isFree(found.folder));
}

function abandoned(record: RunRecord, since: string): RunRecord {
  const trials = record.trials.map((trial) =>
    trial.state === 'running' ? { ...trial, state: 'interrupted' as const, ended_at: since } : trial,
  );
  const { host = '', pid = 0 } = record.controller ?? {};
  const what = `Its controller, process ${pid} of ${host}, ended without ending the run.`;
  return { ...record, state: 'abandoned', ended_at: since, trials, failure: { name: 'abandoned', what } };
}
