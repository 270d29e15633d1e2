import { findRun, Performance, readSeries, runOverview } from '../../index.js';
import { barsText, glyphsFor, outcomesText, overviewText, seriesText, usageText } from '../text/index.js';
import { openSession, terminalWidth } from '../session/index.js';

/** More points than a terminal has columns. */
const seriesPoints = 500;

/** `collab show [run]`: the results of a run at a glance. */
export async function show(name: string | undefined, options: { json?: boolean }): Promise<void> {
  const { workspace, print } = openSession(options);
  const folder = await findRun(workspace.logs, name);
  const performance = await Performance.open(folder);
  const { run, combinations, validity, notes, first } = performance;
  const width = terminalWidth();
  const glyphs = glyphsFor(process.env);
  const series = await readSeries(run, performance.table('samples'), seriesPoints);
  const overview = await runOverview({ runId: run.run_id, experiment: run.experiment.name, folder });
  const { leftOut, withoutStatistics, usage } = first;
  const text = [
    overviewText(overview, run.placement, validity),
    outcomesText(first, width),
    usageText(usage, width),
    barsText(combinations, width, glyphs),
    seriesText(series, width, glyphs),
    notes.length === 0 ? '' : `Notes:\n${notes.map((note) => `  ${note}`).join('\n')}`,
  ].filter((part) => part !== '');
  print(text.join('\n\n'), {
    ...overview,
    validity,
    notes,
    placement: run.placement,
    combinations,
    usage,
    left_out: leftOut,
    without_statistics: withoutStatistics,
  });
}
