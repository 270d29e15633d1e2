import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RunRecord } from '../../../logs/index.js';
import { framesOfTrials, LedgerGathering, timelineOf, trialColumnsOf } from '../../ledger/index.js';
import { Performance } from '../../opening/index.js';
import { readSeries } from '../../series/index.js';
import type { Table } from '../../tables/index.js';
import { type ReportFormat, type ReportJob, writeWhole } from '../format/index.js';
import { readAssets } from './assets.js';
import { labelOf, markup, type Markup } from './markup/index.js';
import { pageOf } from './page.js';
import {
  devices,
  ledger,
  outcomes,
  overview,
  provenance,
  timeline,
  timelineData,
  title,
  trials,
  type TrialTimeline,
} from './sections/index.js';
import { seriesData } from './charts/index.js';

/** Points of all series together, spans of all timelines: some 500 and 250 kB of the page. */
const mostPoints = 18_000;
const mostSpans = 5000;
const mostTimelines = 12;

/**
 * A page per run that opens without a network: charts, timeline, ledger, verdict, every trial. It is called report.html,
 * and by its run when there are several.
 */
export const html: ReportFormat = {
  name: 'html',
  write({ performance, outputDir, batches }) {
    const { runs } = performance;
    const names = runs.map(({ record }) =>
      runs.length === 1 ? 'report.html' : `${basename(record.run_id)}.html`,
    );
    return writeWhole(
      names.map((name) => join(outputDir, name)),
      async (beside) => {
        for (const [at, { folder }] of runs.entries()) {
          const alone = runs.length === 1 ? performance : await Performance.open(folder);
          await writeFile(beside[at] ?? '', await documentOf(alone, batches));
        }
      },
    );
  },
  load: ([path = '']) => `python3 -m webbrowser ${shellText(path)}`,
};

async function documentOf(performance: Performance, batches: ReportJob['batches']): Promise<string> {
  const { run, combinations } = performance;
  const samples = followed(performance.table('samples'), batches);
  const { means, timelines } = await readFrames(run, followed(performance.table('spans'), batches));
  const series = await readSeries(run, samples, pointsFor(run, samples));
  const sections: [string, string, Markup][] = [
    ['overview', 'Overview', overview(performance)],
    ['results', 'Results', outcomes(combinations)],
    ['ledger', 'Time of a frame', ledger(means)],
    ['timeline', 'Timeline', timeline(timelines)],
    ['devices', 'Devices', devices(run, series)],
    ['trials', 'Trials', await trials(performance)],
    ['provenance', 'What was run', provenance(run)],
  ];
  const shown = sections.filter(([, , section]) => section.text !== '');
  return pageOf({
    title: title(performance),
    header: headerOf(performance),
    navigation: shown.map(([id, name]) => [id, name]),
    main: shown.map(([, , section]) => section),
    footer: markup`<footer><p>Made by collab from the log of the run alone. Times are UTC.</p></footer>`,
    ...(await readAssets()),
    data: { 'series-data': seriesData(run, series), 'timeline-data': timelineData(timelines) },
  });
}

function headerOf({ run }: Performance): Markup {
  const description = (run.experiment.definition as { description?: unknown } | null)?.description;
  return markup`<header class="page"><h1>${run.experiment.name}</h1>
<p class="run-id">Run <code>${run.run_id}</code></p>
${typeof description === 'string' ? markup`<p class="description">${description}</p>` : markup``}</header>`;
}

/** Text as one word of a shell. */
function shellText(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** One pass over the spans: the ledger of all, and the timeline of the first measured trial of each combination. */
async function readFrames(
  run: RunRecord,
  spans: Table,
): Promise<{
  means: ReturnType<LedgerGathering['means']>;
  timelines: TrialTimeline[];
}> {
  const gathering = new LedgerGathering(run);
  const timelines: TrialTimeline[] = [];
  const at = trialColumnsOf(spans).findIndex(([name]) => name === 'trial');
  const seen = new Set<string>();
  let room = mostSpans;
  for await (const frames of framesOfTrials(spans)) {
    const number = Number(frames.leading[at]);
    gathering.add(number, frames.frames);
    const trial = run.trials.find((one) => one.number === number);
    if (trial === undefined || trial.warmup || timelines.length >= mostTimelines) continue;
    const label = labelOf(trial.parameters);
    if (seen.has(label) || room <= 0) continue;
    seen.add(label);
    const one = timelineOf(frames, Math.min(room, Math.ceil(mostSpans / 4)));
    room -= one.spans.length;
    if (one.spans.length > 0) timelines.push({ trial: number, label, timeline: one });
  }
  return { means: gathering.means(), timelines };
}

/** Points of each series: all of them together stay within the page's size. */
function pointsFor(run: RunRecord, samples: Table): number {
  const metrics = Math.max(1, samples.columns.length - 10);
  return Math.max(60, Math.min(800, Math.floor(mostPoints / (metrics * Math.max(1, run.placement.length)))));
}

/** The table, with the progress of its reading told. */
function followed(table: Table, batches: ReportJob['batches']): Table {
  return {
    ...table,
    async *rows() {
      for await (const batch of batches(table)) yield* batch;
    },
  };
}
