import { join } from 'node:path';
import { RunLock, type RunStarted, RunWriter, writeLabels } from '../../logs/index.js';
import { keepExperiment } from '../kept/index.js';
import { carryOut, type RunResult } from './carry-out.js';
import { holdDevices } from './hold-devices.js';
import { newRunId } from './provenance.js';
import { firstRecord } from './run-record.js';
import type { RunRequest } from './run-request.js';
import { openStates } from './trial-queue.js';

/**
 * Runs all trials of an experiment and writes the run's folder. Throws the error that ended it early, after the folder is
 * written.
 */
export async function runExperiment(request: RunRequest): Promise<RunResult> {
  const { workspace, experiment, clock, stage, plan, labels = null } = request;
  const startedAt = clock.now();
  const runId = newRunId(startedAt, request.random);
  await using leases = await holdDevices(stage, runId, { ...request, wait: request.wait ?? false });
  const folder = join(workspace.logs, experiment.name, runId);
  await using lock = await RunLock.take(folder);
  await keepExperiment(workspace, experiment);
  if (labels !== null) await writeLabels(folder, labels);
  const started: RunStarted = {
    kind: 'run.started',
    format: 2,
    run_id: runId,
    experiment: experiment.name,
    folder,
    trials: plan.trials.length,
    record: await firstRecord(request, runId, startedAt),
  };
  request.emit(started);
  await using writer = await RunWriter.start(lock.folder, clock, started);
  return await carryOut(request, { folder, writer, leases, open: openStates.fresh });
}
