import { type CollabEvent, type Emit, messageOf, Performance, type RunResult } from '../../index.js';
import { followRoles, RunningRoles } from '../events/index.js';
import { outcomesText } from '../text/index.js';
import { reportBegin } from './detached.js';
import { type NotedRun, notifyOfRun } from './notify.js';
import type { Session } from './session.js';
import { terminalWidth } from './terminal-width.js';
import { withExpectation } from './trial-seconds.js';

export interface RunEnd {
  /** What to do with a run that is complete, in place of showing its results. */
  conclude?: (result: RunResult) => Promise<void>;
  /** The command to run here when a run that had begun has ended, however. */
  notify?: string | undefined;
}

/**
 * Carries out a run in a session: its roles are followed on the screen, and the second Ctrl-C says what goes on. Prints its
 * results at the end, unless something else is to follow.
 * @param work gives null if the user does not want it after all
 */
export async function carryOutRun(
  session: Session,
  work: (emit: Emit) => Promise<RunResult | null>,
  { conclude = (result) => showResults(session, result), notify }: RunEnd = {},
): Promise<void> {
  const { emit: show, stop } = followRoles(withExpectation(session, session.emit), session.clock);
  const running = new RunningRoles();
  session.onQuit(() => running.farewell());
  const noted: { run: NotedRun | null } = { run: null };
  const emit = reportBegin((event) => {
    running.take(event);
    noted.run = notedAfter(noted.run, event);
    show(event);
  });
  try {
    const result = await work(emit);
    if (result === null) {
      session.print('Nothing was run.', { run_id: null, folder: null });
      return;
    }
    await conclude(result);
  } finally {
    stop();
    if (notify !== undefined && noted.run !== null) {
      const problem = await notifyOfRun(notify, noted.run, session.signal).catch(messageOf);
      if (problem !== null) session.say(`note: ${problem}`);
    }
  }
}

function notedAfter(noted: NotedRun | null, event: CollabEvent): NotedRun | null {
  if (event.kind === 'run.started' || event.kind === 'run.resumed')
    return { runId: event.run_id, folder: event.folder, state: null };
  return event.kind === 'run.ended' && noted !== null ? { ...noted, state: event.state } : noted;
}

async function showResults({ say, print }: Session, { runId, folder }: RunResult): Promise<void> {
  const results = outcomesText((await Performance.open(folder)).first, terminalWidth(process.stderr));
  if (results !== '') say(`\n${results}\n`);
  say('To see the results as a page: collab report --open');
  print(folder, { run_id: runId, folder });
}
