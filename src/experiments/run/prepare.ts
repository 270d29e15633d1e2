import type { Clock, Emit } from '../../events.js';
import type { DevicePick, LAN } from '../../network/index.js';
import type { RunRecord } from '../../logs/index.js';
import type { Workspace } from '../../workspace/index.js';
import { type Experiment, loadExperiment } from '../definition/index.js';
import type { RunEvent } from '../events/index.js';
import { openKept } from '../kept/index.js';
import {
  overridesAgain,
  parsePins,
  parseSet,
  type Pin,
  type PlannedTrials,
  planRun,
  planTrials,
  type RunPlan,
  type SweepOverrides,
  type TrialOverrides,
  trialsAgain,
} from '../plan/index.js';
import { connectLan, type ConnectedStage, localStage } from '../stage/index.js';
import { notTheseDevices } from './resume-errors.js';
import { missingDevices, pinsOf } from './same-devices.js';

export interface PrepareRequest {
  workspace: Workspace;
  /** Name of an experiment of `TestCases/`, or a path to its folder; or a run, whose code and trials run again. */
  experiment: string | Again;
  /** `parameter=value,value` settings that replace declared values. */
  set: readonly string[];
  /** Instead of what the experiment says about its trials. Of a run that is done again, only `repeats` can be changed. */
  sweep?: Omit<TrialOverrides, 'set'> & SweepOverrides;
  /** Gives the LAN to run on; null to run on this machine alone, without an engine. */
  lan: (() => Promise<LAN>) | null;
  /** Which of its devices may be used; default all. */
  pick?: DevicePick;
  /** `role=device` and `role/rank=device`: the one device that may play it. */
  place?: readonly string[];
  emit: Emit<RunEvent>;
  clock: Clock;
  /** Draws the seed of a random order. */
  random: () => number;
  signal: AbortSignal;
}

/** All trials of a run again, with the code that was kept of it. */
export interface Again {
  from: RunRecord;
  /** Whether it must be on the devices of that run, each role on its own; otherwise roles are placed anew. */
  sameDevices: boolean;
}

/** A run that is decided and connected, but has done nothing yet. Dispose of it at the end (`await using`). */
export interface PreparedRun extends AsyncDisposable {
  experiment: Experiment;
  plan: RunPlan;
  stage: ConnectedStage;
  /** The run that it does again. */
  from: RunRecord | null;
}

/** Loads the experiment, connects to the devices, places the roles, and plans the run. */
export async function prepareRun(request: PrepareRequest): Promise<PreparedRun> {
  const { workspace, clock, signal } = request;
  const { experiment, trials, sweep, from } = await whatRuns(request);
  const lan = request.lan === null ? null : await request.lan();
  const pins = pinsFor(request, experiment, lan);
  const stage =
    lan === null
      ? await localStage(experiment, clock, pins, workspace)
      : await connectLan({ ...request, experiment, pins, lan });
  const dispose = () => stage[Symbol.asyncDispose]();
  try {
    const plan = planRun(experiment.definition, trials, await stage.learn(signal), sweep);
    return { experiment, plan, stage, from, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

interface WhatRuns {
  experiment: Experiment;
  trials: PlannedTrials;
  sweep: SweepOverrides;
  from: RunRecord | null;
}

async function whatRuns({
  workspace,
  experiment: what,
  lan,
  set,
  sweep = {},
  random,
}: PrepareRequest): Promise<WhatRuns> {
  const toRun = lan === null ? 'here' : 'devices';
  if (typeof what !== 'string') {
    const { from } = what;
    const { experiment } = await openKept(workspace, from, toRun);
    return { experiment, trials: trialsAgain(from, sweep.repeats), sweep: overridesAgain(from), from };
  }
  const experiment = await loadExperiment(workspace, what, toRun);
  const { definition } = experiment;
  const trials = planTrials(definition, { ...sweep, set: parseSet(definition, set) }, random);
  return { experiment, trials, sweep, from: null };
}

/** @throws CollabError `devices-changed` if a run is to be on the devices of another one, and they are not here */
function pinsFor(
  { experiment: what, place = [] }: PrepareRequest,
  experiment: Experiment,
  lan: LAN | null,
): Pin[] {
  const pins = parsePins(experiment.definition.roles, place);
  if (typeof what === 'string' || !what.sameDevices) return pins;
  const missing = lan === null ? [] : missingDevices(what.from, lan);
  if (missing.length > 0) throw notTheseDevices(what.from, missing);
  return lan === null ? [] : pinsOf(what.from);
}
