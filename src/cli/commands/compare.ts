import { join } from 'node:path';
import { compareMany, compareRuns, reportsFolder, writeComparison } from '../../index.js';
import { compareManyText, compareText } from '../text/index.js';
import { openCompared, openFile, openSession } from '../session/index.js';

export interface CompareOptions {
  metric: string[];
  baseline?: string;
  all?: boolean;
  format?: 'html';
  output?: string;
  open?: boolean;
  json?: boolean;
}

/** Characters per line off a terminal. */
const plainWidth = 100;

/** `collab compare <run>...`: what differs between runs and a baseline, and whether it is significant; or a page of it. */
export async function compare(names: string[], options: CompareOptions): Promise<void> {
  const { workspace, print, say, signal } = openSession(options);
  const performance = await openCompared(workspace.logs, { names, baseline: options.baseline, signal });
  const metrics = options.metric.flatMap((one) => one.split(',')).filter((one) => one !== '');
  const pair = performance.runs.length === 2 ? compareRuns(performance, { metrics }) : null;
  const comparison = compareMany(performance, { metrics });
  if (options.format === undefined && options.output === undefined && options.open !== true) {
    const width = (process.stdout.isTTY && process.stdout.columns) || plainWidth;
    const layout = { all: options.all === true, width };
    print(
      pair === null ? compareManyText(comparison, layout) : compareText(pair, layout),
      pair ?? comparison,
    );
    return;
  }
  const output = options.output ?? join(workspace.logs, reportsFolder);
  const { files, load } = await writeComparison(comparison, performance, output);
  const [page = ''] = files;
  print(page, { ...(pair ?? comparison), files });
  if (options.open !== true) {
    say(load);
    return;
  }
  const why = await openFile(page);
  say(why === null ? `Opened ${page}` : `note: the page was not opened, because ${why}. It is ${page}`);
}
