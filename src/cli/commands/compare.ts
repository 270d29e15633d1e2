import { CollabError, compareRuns, ExitCode, findRun, Performance } from '../../index.js';
import { compareText } from '../text/index.js';
import { openSession } from '../session/index.js';

export interface CompareOptions {
  metric: string[];
  all?: boolean;
  json?: boolean;
}

/** Characters per line off a terminal. */
const plainWidth = 100;

/** `collab compare <a> <b>`: what differs between two runs, and whether it is significant. */
export async function compare(a: string, b: string, options: CompareOptions): Promise<void> {
  const { workspace, print, signal } = openSession(options);
  const folders = [await findRun(workspace.logs, a), await findRun(workspace.logs, b)];
  if (folders[0] === folders[1]) {
    throw new CollabError('one-run', {
      what: `'${a}' and '${b}' are the same run.`,
      why: 'There is nothing to compare.',
      next: 'Give two different runs. List them with: collab runs',
      exitCode: ExitCode.usage,
    });
  }
  const performance = await Performance.open(folders, { signal });
  const metrics = options.metric.flatMap((one) => one.split(',')).filter((one) => one !== '');
  const comparison = compareRuns(performance, { metrics });
  const width = (process.stdout.isTTY && process.stdout.columns) || plainWidth;
  print(compareText(comparison, { all: options.all === true, width }), comparison);
}
