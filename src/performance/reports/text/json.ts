import { join } from 'node:path';
import { jsonOf } from '../../../workspace/index.js';
import { mainTable, pythonText, type ReportFormat, type ReportJob, writeWhole } from '../format/index.js';
import { loadJsonRows, writeJsonRows } from './json-rows.js';
import { type TextFile, writeText } from './text-file.js';

/** One document: { records[] (run.json of each run), verdicts (by run), notes[], then an array of rows per table }. */
export const json: ReportFormat = {
  name: 'json',
  write: (job) =>
    writeWhole([join(job.outputDir, 'report.json')], ([temporary = '']) =>
      writeText(temporary, (file) => writeDocument(file, job)),
    ),
  load: ([path = ''], tables) => {
    const table = mainTable(tables);
    const rows = `json.load(open(${pythonText(path)}, encoding='utf-8'))[${pythonText(table.name)}]`;
    return loadJsonRows(rows, table);
  },
};

async function writeDocument(file: TextFile, { performance, tables, batches }: ReportJob): Promise<void> {
  const { runs, notes } = performance;
  const verdicts = runs.map(({ record, validity }) => [record.run_id, validity.verdict]);
  await file.add(`{"records":${jsonOf(runs.map(({ record }) => record))}`);
  await file.add(`,\n"verdicts":${JSON.stringify(Object.fromEntries(verdicts))}`);
  await file.add(`,\n"notes":${JSON.stringify(notes)}`);
  for (const table of tables) {
    await file.add(`,\n"${table.name}":[\n`);
    await writeJsonRows(file, table, batches(table), { between: ',\n' });
    await file.add('\n]');
  }
  await file.add('}\n');
}
