import { savedOverheads } from '../../deployment/index.js';
import { type RunRecord, thisController } from '../../logs/index.js';
import { gitState, versionsHere } from './provenance.js';
import type { RunRequest } from './run-request.js';

/** A run's record when it starts: everything that is known before its first trial. */
export async function firstRecord(request: RunRequest, runId: string, startedAt: Date): Promise<RunRecord> {
  const { experiment, stage, plan, workspace } = request;
  const overheads = await savedOverheads(workspace);
  return {
    format: 1,
    run_id: runId,
    experiment: { name: experiment.name, id: experiment.id, definition: experiment.definition },
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
  };
}
