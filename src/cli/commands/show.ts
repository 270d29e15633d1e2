import { basename } from 'node:path';
import { findRun, Performance, readSeries, runOverview } from '../../index.js';
import { barsText, glyphsFor, outcomesText, overviewText, seriesText } from '../text/index.js';
import { openSession } from '../session/index.js';

/** Characters per line off a terminal. */
const plainWidth = 100;
/** More points than a terminal has columns. */
const seriesPoints = 500;

/** `collab show [run]`: the results of a run at a glance. */
export async function show(name: string | undefined, options: { json?: boolean }): Promise<void> {
  const { workspace, print } = openSession(options);
  const folder = await findRun(workspace.logs, name);
  const performance = await Performance.open(folder);
  const { run, combinations, validity, notes } = performance;
  const width = (process.stdout.isTTY && process.stdout.columns) || plainWidth;
  const glyphs = glyphsFor(process.env);
  const series = await readSeries(run, performance.table('samples'), seriesPoints);
  const overview = await runOverview({ runId: basename(folder), experiment: run.experiment.name, folder });
  const text = [
    overviewText(overview, run.placement, validity),
    outcomesText(combinations, width),
    barsText(combinations, width, glyphs),
    seriesText(series, width, glyphs),
    notes.length === 0 ? '' : `Notes:\n${notes.map((note) => `  ${note}`).join('\n')}`,
  ].filter((part) => part !== '');
  print(text.join('\n\n'), { ...overview, validity, notes, placement: run.placement, combinations });
}
