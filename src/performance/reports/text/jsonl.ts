import { join } from 'node:path';
import { mainFile, mainTable, pythonText, type ReportFormat, writeWhole } from '../format/index.js';
import { loadJsonRows, writeJsonRows } from './json-rows.js';
import { writeText } from './text-file.js';

/** A file per table, one JSON object per line. */
export const jsonl: ReportFormat = {
  name: 'jsonl',
  write({ tables, outputDir, batches }) {
    const paths = tables.map(({ name }) => join(outputDir, `${name}.jsonl`));
    return writeWhole(paths, async (temporary) => {
      for (const [index, table] of tables.entries())
        await writeText(temporary[index] ?? '', (file) =>
          writeJsonRows(file, table, batches(table), { after: '\n' }),
        );
    });
  },
  // pd.read_json takes the text 1e5 for a number, a text of a column named "date" for a time, and rounds numbers.
  load: (paths, tables) =>
    loadJsonRows(
      `[json.loads(line) for line in open(${pythonText(mainFile(paths))}, encoding='utf-8')]`,
      mainTable(tables),
    ),
};
