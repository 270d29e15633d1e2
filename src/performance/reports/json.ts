import { join } from 'node:path';
import type { ReportFormat, ReportJob } from './format.js';
import { jsonRows } from './json-rows.js';
import { pythonText } from './load-line.js';
import { RowBytes } from './row-bytes.js';
import { writeWhole } from './whole-files.js';

/** One document: { records[] (run.json of each run), verdicts (by run), notes[], then an array of rows per table }. */
export const json: ReportFormat = {
  name: 'json',
  write: (job) =>
    writeWhole([join(job.outputDir, 'report.json')], ([beside = '']) =>
      RowBytes.write(beside, (bytes) => writeDocument(bytes, job)),
    ),
  load: ([path = '']) =>
    `import json, pandas as pd; df = pd.DataFrame(json.load(open(${pythonText(path)}))['results'])`,
};

async function writeDocument(bytes: RowBytes, { performance, tables, batches }: ReportJob): Promise<void> {
  const { runs, notes } = performance;
  const verdicts = runs.map(({ record, validity }) => [record.run_id, validity.verdict]);
  await bytes.text(`{"records":${JSON.stringify(runs.map(({ record }) => record))}`);
  await bytes.text(`,\n"verdicts":${JSON.stringify(Object.fromEntries(verdicts))}`);
  await bytes.text(`,\n"notes":${JSON.stringify(notes)}`);
  for (const table of tables) {
    await bytes.text(`,\n"${table.name}":[\n`);
    await bytes.rows(batches(table), jsonRows(table.columns), ',\n');
    await bytes.text('\n]');
  }
  await bytes.text('}\n');
}
