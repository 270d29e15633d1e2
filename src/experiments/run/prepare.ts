import type { Clock, Emit } from '../../events.js';
import type { DevicePick, LAN } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import { type Experiment, loadExperiment } from '../definition/index.js';
import type { RunEvent } from '../events/index.js';
import {
  parsePins,
  parseSet,
  planRun,
  planTrials,
  type RunPlan,
  type SweepOverrides,
  type TrialOverrides,
} from '../plan/index.js';
import { connectLan, type ConnectedStage, localStage } from '../stage/index.js';

export interface PrepareRequest {
  workspace: Workspace;
  /** Name of an experiment of `TestCases/`, or a path to its folder. */
  experiment: string;
  /** `parameter=value,value` settings that replace declared values. */
  set: readonly string[];
  /** Instead of what the experiment says about its trials. */
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

/** A run that is decided and connected, but has done nothing yet. Dispose of it at the end (`await using`). */
export interface PreparedRun extends AsyncDisposable {
  experiment: Experiment;
  plan: RunPlan;
  stage: ConnectedStage;
}

/** Loads the experiment, connects to the devices, places the roles, and plans the run. */
export async function prepareRun(request: PrepareRequest): Promise<PreparedRun> {
  const { workspace, clock, signal } = request;
  const experiment = await loadExperiment(
    workspace,
    request.experiment,
    request.lan === null ? 'here' : 'devices',
  );
  const { definition } = experiment;
  const { sweep = {} } = request;
  const trials = planTrials(definition, { ...sweep, set: parseSet(definition, request.set) }, request.random);
  const pins = parsePins(definition.roles, request.place ?? []);
  const stage =
    request.lan === null
      ? await localStage(experiment, clock, pins, workspace)
      : await connectLan({ ...request, experiment, pins, lan: await request.lan() });
  const dispose = () => stage[Symbol.asyncDispose]();
  try {
    const plan = planRun(definition, trials, await stage.learn(signal), sweep);
    return { experiment, plan, stage, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
