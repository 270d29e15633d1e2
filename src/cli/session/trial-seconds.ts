import { basename, dirname } from 'node:path';
import { type CollabEvent, type Emit, listRuns, readSettledRun, type Workspace } from '../../index.js';
import type { Session } from './session.js';

/** Mean duration of the complete trials of the experiment's newest run that has any, in seconds; null if none has. */
export async function trialSecondsBefore(experiment: string, workspace: Workspace): Promise<number | null> {
  for (const { folder } of (await listRuns(workspace.logs)).filter((run) => run.experiment === experiment)) {
    const record = await readSettledRun(folder).catch(() => null);
    const took = (record?.trials ?? []).flatMap(({ state, started_at: from, ended_at: to }) =>
      state === 'complete' && from !== null && to !== null
        ? [(Date.parse(to) - Date.parse(from)) / 1000]
        : [],
    );
    if (took.length > 0) return took.reduce((sum, one) => sum + one, 0) / took.length;
  }
  return null;
}

/** The events of a run, of whose start the screen learns how long its trials may take. The run never waits for that. */
export function withExpectation({ workspace, expectTrials }: Session, emit: Emit): Emit {
  return (event: CollabEvent) => {
    emit(event);
    if (event.kind !== 'run.started' && event.kind !== 'run.resumed') return;
    // Without it, only the time left is not told.
    trialSecondsBefore(basename(dirname(event.folder)), workspace).then(
      (seconds) => seconds !== null && expectTrials(seconds),
      () => undefined,
    );
  };
}
