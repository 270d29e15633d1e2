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
import { jsonOf, type Workspace } from '../../workspace/index.js';
import { type Experiment, loadExperiment } from '../definition/index.js';
import type { RunEvent } from '../events/index.js';
import { planRun, type PlannedTrial } from '../plan/index.js';
import { connectLan, type ConnectedStage, localStage } from '../stage/index.js';
import { carryOut, type RunResult } from './carry-out.js';
import { findResumable } from './find-resumable.js';
import { holdDevices } from './hold-devices.js';
import { devicesChanged, experimentChanged, nothingFailed, nothingToRun } from './resume-errors.js';
import type { RunRequest } from './run-request.js';
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
  const trials = record.trials.map(({ number, parameters, repeat, warmup }) => ({
    number,
    parameters: parameters as PlannedTrial['parameters'],
    repeat,
    warmup,
  }));
  const { on_failure: onFailure, on_loss: onLoss, order = 'sequential', seed = null } = record.sweep ?? {};
  const combinations = new Set(trials.map(({ parameters }) => jsonOf(parameters))).size;
  const counted = { product: String(combinations), combinations, excluded: 0, repeats: 0, warmup: 0 };
  const planned = { trials, order, seed, stopWhen: null, counted };
  const learned = await stage.learn(signal);
  const plan = {
    ...planRun(experiment.definition, planned, learned, { onFailure, onLoss }),
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

async function sameExperiment(workspace: Workspace, record: RunRecord): Promise<Experiment> {
  const { name, folder, id } = record.experiment;
  const at = folder === undefined ? name : resolve(workspace.root, folder);
  const experiment = await loadExperiment(workspace, at, record.lan === null ? 'here' : 'devices');
  if (experiment.id !== id) throw await experimentChanged(record, experiment);
  return experiment;
}

/** Connects to the devices on which the run was, each role to be on the same one. */
async function connectPlacement(
  record: RunRecord,
  experiment: Experiment,
  request: ResumeRequest,
): Promise<ConnectedStage> {
  const { workspace, clock } = request;
  const pins = record.placement.map(({ role, rank, device }) => ({ role, rank, device }));
  if (record.lan === null) return localStage(experiment, clock, [], workspace);
  const lan = await request.lan(record.lan);
  const known = new Map(lan.devices.map((device) => [device.id, device.name]));
  const missing = record.devices.flatMap(({ name, id }) => {
    const now = known.get(id);
    if (now === name) return [];
    return [
      now === undefined
        ? `The LAN ${lan.name} has no device ${name} with the host key ${id}.`
        : `${name} is called ${now} now.`,
    ];
  });
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
