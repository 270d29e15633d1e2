import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import type { RunRecord } from '../../logs/index.js';
import type { Experiment } from '../definition/index.js';

/** How many files an error names. */
const named = 10;

export function nothingToRun(record: RunRecord, retry: boolean): CollabError {
  const { run_id, trials } = record;
  const failed = trials.filter(({ state }) => state === 'failed').length;
  if (failed === 0) {
    return new CollabError(retry ? 'nothing-to-retry' : 'run-complete', {
      what: `The run ${run_id} is complete.`,
      why: `None of its ${trials.length} trials failed or is still to run.`,
      next: `See its results: collab show ${run_id}`,
      exitCode: ExitCode.usage,
    });
  }
  return new CollabError('nothing-to-resume', {
    what: `The run ${run_id} went through all its trials.`,
    why: `${failed} of ${trials.length} failed, and a trial that failed is not repeated unless you ask.`,
    next: `To run just these again: collab resume ${run_id} --retry failed`,
    exitCode: ExitCode.usage,
  });
}

export function nothingFailed({ run_id, state }: RunRecord): CollabError {
  return new CollabError('nothing-to-retry', {
    what: `No trial of the run ${run_id} failed or lost a device.`,
    why: `It is ${state}.`,
    next: `To go on with the trials that are left: collab resume ${run_id}`,
    exitCode: ExitCode.usage,
  });
}

/** The run's trials before were of other code, or of another definition. */
export async function experimentChanged(record: RunRecord, experiment: Experiment): Promise<CollabError> {
  const startedMs = Date.parse(record.started_at);
  const written = await Promise.all(
    experiment.files.map(async (file) => {
      const at = await stat(join(experiment.folder, file)).catch(() => null);
      return at !== null && Math.max(at.mtimeMs, at.ctimeMs) > startedMs ? [file] : [];
    }),
  );
  const changed = written.flat();
  const more = changed.length > named ? ` and ${changed.length - named} more` : '';
  const which =
    changed.length === 0
      ? 'Files were removed, renamed or replaced; none was written since.'
      : `Written since the run started: ${changed.slice(0, named).join(', ')}${more}.`;
  return new CollabError('experiment-changed', {
    what: `The experiment ${record.experiment.name} is not the same as when the run ${record.run_id} started.`,
    why: `${which}\nA run that goes on with other code would compare things that differ.`,
    next: `Restore ${experiment.folder} (${restoreHint(record)}), or start a new run: collab run ${record.experiment.name}`,
    exitCode: ExitCode.usage,
  });
}

const restoreHint = ({ git }: RunRecord) =>
  git === null || git.dirty ? 'its definition is in run.json' : `it was commit ${git.commit.slice(0, 12)}`;

/** A run that is to be on the devices of another one. */
export function notTheseDevices({ run_id }: RunRecord, why: readonly string[]): CollabError {
  return new CollabError('devices-changed', {
    what: `The devices of the run ${run_id} are not in this LAN.`,
    why: why.join('\n'),
    next: `Choose the LAN with --lan. To run it on other devices, and compare: collab replicate ${run_id}`,
    exitCode: ExitCode.usage,
  });
}

export function devicesChanged({ run_id, lan }: RunRecord, why: readonly string[]): CollabError {
  return new CollabError('devices-changed', {
    what: `The run ${run_id} cannot go on, because its devices are not the same.`,
    why: why.join('\n'),
    next: `Trials on other devices are another experiment. Restore them${lan === null ? '' : ` in the LAN ${lan}`}, or start a new run.`,
    exitCode: ExitCode.deviceUnreachable,
  });
}
