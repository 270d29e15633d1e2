import { findRun, Performance, readProvenance, readSeries, runOverview } from '../../index.js';
import {
  barsText,
  glyphsFor,
  outcomesText,
  overviewText,
  provenanceData,
  provenanceText,
  seriesText,
  usageText,
} from '../text/index.js';
import { openSession, type Session, terminalWidth } from '../session/index.js';

/** More points than a terminal has columns. */
const seriesPoints = 500;

export interface ShowOptions {
  provenance?: boolean;
  json?: boolean;
}

/** `collab show [run]`: the results of a run at a glance; with --provenance, what ran, where, and with what. */
export async function show(name: string | undefined, options: ShowOptions): Promise<void> {
  const session = openSession(options);
  if (options.provenance === true) return showProvenance(session, name);
  const { workspace, print } = session;
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

async function showProvenance({ workspace, print }: Session, name: string | undefined): Promise<void> {
  const provenance = await readProvenance(workspace, await findRun(workspace.logs, name));
  print(provenanceText(provenance, terminalWidth()), provenanceData(provenance));
}
