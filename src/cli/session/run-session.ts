import { type Emit, Performance, type RunResult } from '../../index.js';
import { followRoles, RunningRoles } from '../events/index.js';
import { outcomesText } from '../text/index.js';
import { reportBegin } from './detached.js';
import type { Session } from './session.js';
import { terminalWidth } from './terminal-width.js';
import { withExpectation } from './trial-seconds.js';

/**
 * Carries out a run in a session: its roles are followed on the screen, and the second Ctrl-C says what goes on. Prints its
 * results at the end, unless something else is to follow.
 * @param work gives null if the user does not want it after all
 */
export async function carryOutRun(
  session: Session,
  work: (emit: Emit) => Promise<RunResult | null>,
  conclude: (result: RunResult) => Promise<void> = (result) => showResults(session, result),
): Promise<void> {
  const { emit: show, stop } = followRoles(withExpectation(session, session.emit), session.clock);
  const running = new RunningRoles();
  session.onQuit(() => running.farewell());
  const emit = reportBegin((event) => {
    running.take(event);
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
  }
}

async function showResults({ say, print }: Session, { runId, folder }: RunResult): Promise<void> {
  const results = outcomesText((await Performance.open(folder)).first, terminalWidth(process.stderr));
  if (results !== '') say(`\n${results}\n`);
  say('To export the results: collab report --format xlsx');
  print(folder, { run_id: runId, folder });
}
