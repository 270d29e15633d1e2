import type { RunRecord, RunWriter, TrialState } from '../../logs/index.js';
import type { LeaseSet } from '../../network/index.js';
import { DeviceStates } from '../stage/index.js';
import { describe, interrupted, interruptionOf } from './run-ending.js';
import { RunInProgress } from './run-in-progress.js';
import type { RunRequest } from './run-request.js';

export interface RunResult {
  runId: string;
  folder: string;
}

/** A run whose journal is open and whose devices are held. */
export interface OpenRun {
  folder: string;
  writer: RunWriter;
  leases: LeaseSet;
  /** The states of trials that are to be carried out. */
  open: readonly TrialState[];
  /** Another controller had it before. */
  resumed?: boolean;
}

type EndState = Extract<RunRecord['state'], 'complete' | 'partial' | 'failed' | 'interrupted'>;

/**
 * Carries out the open trials of a run that was just started or taken up again, and ends it. Throws the error that ended
 * it early, or that says which trials are not complete, after the folder is written.
 */
export async function carryOut(
  request: RunRequest,
  { folder, writer, leases, open, resumed = false }: OpenRun,
): Promise<RunResult> {
  const { clock, stage, plan } = request;
  const startedMs = clock.now().getTime();
  const runId = writer.record.run_id;
  const signal = AbortSignal.any([request.signal, leases.signal]);
  const run = new RunInProgress({ ...request, signal }, runId, folder, writer);
  const states = new DeviceStates(stage, (event) => run.record(event), clock);
  let state: EndState = 'failed';
  let error: unknown = null;
  try {
    await run.keep(leases);
    await run.record({ kind: 'run.placed', placement: plan.placement });
    if (resumed) await run.takeUp();
    await run.prepare();
    await states.start();
    error = await run.runAll(open);
    state = error === null ? 'complete' : stateOf(writer.record);
    run.throwJournalFault();
  } catch (thrown) {
    error = thrown;
    state = request.signal.aborted ? 'interrupted' : 'failed';
  }
  // The first error is the one that the user needs: a full disk, for one, makes all that follow fail as well.
  const keepFirst = (thrown: unknown) => {
    error ??= thrown;
    if (state === 'complete') state = 'failed';
  };
  await run.warm.end(state === 'complete').catch(keepFirst);
  await states.end().catch(keepFirst);
  if (leases.loss !== null && state !== 'complete' && !request.signal.aborted) {
    state = 'failed';
    error = leases.loss;
  }
  await run.release(leases).catch(keepFirst);
  const seconds = (clock.now().getTime() - startedMs) / 1000;
  const cause = state === 'interrupted' ? interruptionOf(request.signal) : undefined;
  const failure = cause ?? (error === null || state === 'interrupted' ? undefined : describe(error));
  await run
    .record({ kind: 'run.ended', run_id: runId, state, folder, seconds, ...(failure && { failure }) })
    .catch(keepFirst);
  if (state === 'interrupted') throw interrupted(folder, run.notCollected);
  if (error !== null) throw error as Error;
  return { runId, folder };
}

/** A run that went through all its trials, and of which not all are complete. */
function stateOf({ trials }: RunRecord): EndState {
  return trials.some(({ state }) => state === 'complete') ? 'partial' : 'failed';
}
