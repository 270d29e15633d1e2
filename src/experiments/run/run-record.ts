import { relative, resolve, sep } from 'node:path';
import { savedOverheads } from '../../deployment/index.js';
import { type RunRecord, type SweepRecord, thisController } from '../../logs/index.js';
import type { RunPlan } from '../plan/index.js';
import { gitState, userHere, versionsHere } from './provenance.js';
import type { RunRequest } from './run-request.js';

/** A run's record when it starts: everything that is known before its first trial. */
export async function firstRecord(request: RunRequest, runId: string, startedAt: Date): Promise<RunRecord> {
  const { experiment, stage, plan, workspace, from = null } = request;
  const overheads = await savedOverheads(workspace);
  return {
    format: 1,
    run_id: runId,
    experiment: {
      name: experiment.name,
      id: experiment.id,
      definition: experiment.definition,
      folder: folderIn(workspace.root, experiment.dataFrom),
    },
    state: 'running',
    started_at: startedAt.toISOString(),
    ended_at: null,
    runtime: stage.runtime.kind.name,
    lan: plan.lan,
    devices: stage.devices.map((device) => ({
      name: device.name,
      id: device.id,
      address: device.address,
      facts: device.facts,
      clock: null,
      ...(overheads[device.id] && { overhead: overheads[device.id] }),
    })),
    placement: plan.placement,
    images: [],
    trials: plan.trials.map(({ number, parameters, repeat, warmup }) => ({
      number,
      parameters,
      repeat,
      warmup,
      state: 'pending' as const,
      started_at: null,
      ended_at: null,
    })),
    versions: versionsHere(),
    git: await gitState(workspace.root),
    controller: await thisController(),
    sweep: sweepRecordOf(plan.sweep),
    by: userHere(),
    ...(from !== null && { again: from.run_id }),
  };
}

function sweepRecordOf({ onFailure, onLoss, order, seed, stopWhen }: RunPlan['sweep']): SweepRecord {
  const stop = stopWhen && {
    metric: stopWhen.metric,
    interval: stopWhen.interval,
    at_least: stopWhen.atLeast,
    at_most: stopWhen.atMost,
  };
  return {
    on_failure: onFailure,
    on_loss: onLoss,
    order,
    ...(seed !== null && { seed }),
    ...(stop !== null && { stop_when: stop }),
  };
}

function folderIn(root: string, folder: string): string {
  const path = resolve(folder);
  return path.startsWith(`${root}${sep}`) ? relative(root, path) : path;
}
