import { basename, resolve } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import type { Clock, Emit } from '../../events.js';
import {
  readSettledRun,
  RunLock,
  type RunRecord,
  RunWriter,
  thisController,
  type TrialState,
} from '../../logs/index.js';
import type { LAN } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import { type Experiment, loadExperiment } from '../definition/index.js';
import type { RunEvent } from '../events/index.js';
import { keepExperiment, openKept } from '../kept/index.js';
import { overridesAgain, planRun, trialsAgain } from '../plan/index.js';
import { connectLan, type ConnectedStage, localStage } from '../stage/index.js';
import { carryOut, type RunResult } from './carry-out.js';
import { findResumable } from './find-resumable.js';
import { holdDevices } from './hold-devices.js';
import { devicesChanged, experimentChanged, nothingFailed, nothingToRun } from './resume-errors.js';
import type { RunRequest } from './run-request.js';
import { missingDevices, pinsOf } from './same-devices.js';
import { openStates } from './trial-queue.js';

export interface ResumeRequest {
  workspace: Workspace;
  /** Run id, its start, or a path; default the newest run that is not complete, or of `experiment`. */
  run?: string | undefined;
  experiment?: string | undefined;
  /** The trials that failed, too, or only these; there must be one. */
  retryFailed?: 'too' | 'only' | undefined;
  /** Go on although it cannot be known whether another process still does. */
  force?: boolean;
  /** Wait for devices that are in use. */
  wait?: boolean;
  lan: (name: string) => Promise<LAN>;
  /** For experiments with `stop_when`. */
  judgeRepeats: RunRequest['judgeRepeats'];
  emit: Emit<RunEvent>;
  clock: Clock;
  signal: AbortSignal;
  /** Where the run goes on; default, its devices. */
  connect?: (record: RunRecord, experiment: Experiment, request: ResumeRequest) => Promise<ConnectedStage>;
}

/**
 * Goes on with a run that has ended early, or whose controller is gone, with its next trial: on the same devices, with the
 * same code, in the order and with the values that it was given. A trial that was under way is taken over.
 * @throws CollabError that says why it cannot go on, or as `runExperiment`
 */
export async function resumeRun(request: ResumeRequest): Promise<RunResult> {
  const { workspace, clock, signal, emit, judgeRepeats, retryFailed, force = false, wait = false } = request;
  const folder = await findResumable(workspace, { wanted: request.run, experiment: request.experiment });
  const before = await readSettledRun(folder);
  if (before.rebuilt !== undefined) throw tooOld(folder);
  const last = before.state === 'running' ? (before.controller ?? null) : null;
  await using lock = await RunLock.take(folder, { last, evenUnchecked: force });
  await using writer = await RunWriter.resume(lock.folder, clock);
  const { record } = writer;
  const open = openTrials(record, retryFailed);
  const experiment = await sameExperiment(workspace, record);
  await using stage = await (request.connect ?? connectPlacement)(record, experiment, request);
  refuseOtherDevices(record, stage);
  const learned = await stage.learn(signal);
  const plan = {
    ...planRun(experiment.definition, trialsAgain(record), learned, overridesAgain(record)),
    placement: record.placement,
  };
  await using leases = await holdDevices(stage, record.run_id, { wait, emit, clock, signal });
  const resumed = {
    kind: 'run.resumed',
    run_id: record.run_id,
    folder,
    controller: await thisController(),
    trials: record.trials.filter(({ state }) => open.includes(state)).length,
  } as const;
  emit(resumed);
  await writer.append(resumed);
  const random = () => Math.random();
  return await carryOut(
    { workspace, experiment, plan, stage, judgeRepeats, emit, clock, random, signal },
    { folder, writer, leases, open, resumed: true },
  );
}

/** Which trials are carried out. @throws if there is none */
function openTrials(record: RunRecord, retry: ResumeRequest['retryFailed']): readonly TrialState[] {
  const states: readonly TrialState[] =
    retry === undefined ? openStates.resumed : retry === 'only' ? openStates.failed : openStates.retried;
  const isOpen = record.trials.some(({ state }) => states.includes(state));
  if (!isOpen && !(retry === undefined && lacksEnd(record))) throw nothingToRun(record, retry !== undefined);
  const hasFailed = record.trials.some(({ state }) => state === 'failed' || state === 'lost');
  if (retry !== undefined && !hasFailed) throw nothingFailed(record);
  return states;
}

/** All trials are carried out, but the run was not ended: what it left is collected, and it ends. */
function lacksEnd({ state, trials }: RunRecord): boolean {
  const isDone = trials.every((trial) => trial.state === 'complete' || trial.state === 'skipped');
  return state === 'running' || state === 'abandoned' || (state !== 'complete' && isDone);
}

/** As it was kept when the run began; of a run of an older collab, from its folder, if that has not changed since. */
async function sameExperiment(workspace: Workspace, record: RunRecord): Promise<Experiment> {
  const { name, folder, id } = record.experiment;
  const toRun = record.lan === null ? 'here' : 'devices';
  try {
    return (await openKept(workspace, record, toRun)).experiment;
  } catch (error) {
    if (!(error instanceof CollabError) || error.name !== 'experiment-not-kept') throw error;
  }
  const at = folder === undefined ? name : resolve(workspace.root, folder);
  const experiment = await loadExperiment(workspace, at, toRun);
  if (experiment.id !== id) throw await experimentChanged(record, experiment);
  await keepExperiment(workspace, experiment);
  return experiment;
}

/** Connects to the devices on which the run was, each role to be on the same one. */
async function connectPlacement(
  record: RunRecord,
  experiment: Experiment,
  request: ResumeRequest,
): Promise<ConnectedStage> {
  const { workspace, clock } = request;
  const pins = pinsOf(record);
  if (record.lan === null) return localStage(experiment, clock, [], workspace);
  const lan = await request.lan(record.lan);
  const missing = missingDevices(record, lan);
  if (missing.length > 0) throw devicesChanged(record, missing);
  const pick = { only: record.devices.map(({ name }) => name) };
  return connectLan({ ...request, experiment, pins, lan, pick });
}

function refuseOtherDevices(record: RunRecord, { devices }: ConnectedStage): void {
  const names = devices.map(({ name }) => name);
  const missing = record.devices.filter(({ name }) => !names.includes(name));
  if (missing.length === 0) return;
  const here = `Here: ${names.join(', ')}.`;
  throw devicesChanged(
    record,
    missing.map(({ name }) => `The run was on ${name}. ${here}`),
  );
}

function tooOld(folder: string): CollabError {
  return new CollabError('not-resumable', {
    what: `The run ${basename(folder)} cannot go on.`,
    why: 'An older collab made it, whose journal does not say what was still to be done.',
    next: 'Run the experiment again. What the run has can be reported: collab report',
    exitCode: ExitCode.usage,
  });
}
