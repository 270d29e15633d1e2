import { CollabError, compareRuns, ExitCode, findRun, Performance } from '../../index.js';
import { compareText } from '../text/index.js';
import { openSession } from '../session/index.js';

/** `collab compare <a> <b>`: what differs between two runs, and whether it is significant. */
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
      why: 'There is nothing to compare.',
      next: 'Give two different runs. List them with: collab runs',
      exitCode: ExitCode.usage,
    });
  }
  const performance = await Performance.open(folders, { emit, signal });
  const comparison = compareRuns(performance);
  print(compareText(comparison, options.all === true), comparison);
}
