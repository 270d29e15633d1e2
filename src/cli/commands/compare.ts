import { CollabError, compareRuns, ExitCode, findRun, Performance } from '../../index.js';
import { compareText } from '../text/index.js';
import { openSession } from '../session/index.js';

/** `collab compare <a> <b>`: what differs between two runs, and whether it is real. */
export async function compare(
  a: string,
  b: string,
  options: { all?: boolean; json?: boolean },
): Promise<void> {
  const { workspace, print, emit, signal } = openSession(options);
  const folders = [await findRun(workspace.logs, a), await findRun(workspace.logs, b)];
  if (folders[0] === folders[1]) {
    throw new CollabError('one-run', {
      what: `'${a}' and '${b}' are the same run.`,
      why: 'A run does not differ from itself.',
      next: 'Give two runs: collab runs lists them.',
      exitCode: ExitCode.usage,
    });
  }
  const performance = await Performance.open(folders, { emit, signal });
  const comparison = compareRuns(performance);
  print(compareText(comparison, options.all === true), comparison);
}
