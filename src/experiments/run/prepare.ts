import type { Clock, Emit } from '../../events.js';
import type { DevicePick, LAN } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import { type Experiment, loadExperiment } from '../definition/index.js';
import type { RunEvent } from '../events/index.js';
import { lanStage, localStage, type Stage } from '../stage/index.js';
import { parsePins, parseSet, type PlannedTrial, planTrials, type RunPlan } from '../plan/index.js';

export interface PrepareRequest {
  workspace: Workspace;
  /** Name of an experiment of `TestCases/`, or a path to its folder. */
  experiment: string;
  /** `parameter=value,value` settings that replace declared values. */
  set: readonly string[];
  repeats?: number | undefined;
  warmup?: number | undefined;
  /** Gives the LAN to run on; null to run on this machine alone, without an engine. */
  lan: (() => Promise<LAN>) | null;
  /** Which of its devices may be used; default all. */
  pick?: DevicePick;
  /** `role=device` and `role/rank=device`: the one device that may play it. */
  place?: readonly string[];
  emit: Emit<RunEvent>;
  clock: Clock;
  signal: AbortSignal;
}

/** A run that is decided and connected, but has done nothing yet. */
export interface PreparedRun {
  experiment: Experiment;
  trials: PlannedTrial[];
  stage: Stage;
}

/** Loads the experiment, plans its trials, connects to the devices and places the roles. */
export async function prepareRun(request: PrepareRequest): Promise<PreparedRun> {
  const { workspace, clock } = request;
  const experiment = await loadExperiment(workspace, request.experiment);
  const trials = planTrials(experiment.definition, {
    set: parseSet(experiment.definition, request.set),
    repeats: request.repeats,
    warmup: request.warmup,
  });
  const pins = parsePins(experiment.definition.roles, request.place ?? []);
  const stage =
    request.lan === null
      ? await localStage(experiment, clock, pins, workspace)
      : await lanStage({ ...request, experiment, pins, lan: await request.lan() });
  return { experiment, trials, stage };
}

/** What a prepared run would do. */
export async function planOf({ experiment, trials, stage }: PreparedRun): Promise<RunPlan> {
  return {
    experiment: experiment.name,
    runtime: stage.runtime.name,
    placement: [...stage.placement],
    trials,
    ...(await stage.plan()),
  };
}
