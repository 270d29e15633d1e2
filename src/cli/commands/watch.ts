import { basename } from 'node:path';
import { CollabError, ExitCode, findOwnRun, followRun, readSettledRun } from '../../index.js';
import { openSession, withExpectation } from '../session/index.js';
import { timeText } from '../text/index.js';

/** `collab watch [run]`: the events of a run so far, then new ones as they happen. Reads its folder only. */
export async function watch(wanted: string | undefined, options: { json?: boolean }): Promise<void> {
  const onStop = 'No longer watching. The run is not affected.';
  const session = openSession(options, 'events', onStop);
  const { workspace, clock, signal, say, print } = session;
  const emit = withExpectation(session, session.emit);
  const folder = await findOwnRun(workspace.logs, wanted, instead);
  for await (const event of followRun(folder, clock, signal)) emit(event);
  const { state, ended_at, unchecked } = await readSettledRun(folder);
  if (signal.aborted) throw notWatching(basename(folder), state === 'running', unchecked?.why);
  if (state === 'abandoned')
    say(
      `Run abandoned since ${timeText(ended_at ?? '')}: its controller is gone. ${folder}\nTo go on with it: collab resume ${basename(folder)}`,
    );
  print(null, { folder, run_id: basename(folder), state });
}

const instead = (job: string) =>
  `To follow a job: collab job logs ${job} --follow. How far it is: collab job show ${job}`;

function notWatching(runId: string, goesOn: boolean, unchecked: string | undefined): CollabError {
  return new CollabError('interrupted', {
    what: goesOn ? `The run ${runId} goes on; only watching it has ended.` : 'Watching has ended.',
    why: unchecked === undefined ? undefined : `Could not check whether it goes on, because ${unchecked}.`,
    next: goesOn
      ? `Watch it again: collab watch ${runId}. To stop the run: collab stop ${runId}`
      : `See the results: collab show ${runId}`,
    exitCode: ExitCode.interrupted,
  });
}
