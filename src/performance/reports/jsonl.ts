import { join } from 'node:path';
import type { ReportFormat } from './format.js';
import { jsonRows } from './json-rows.js';
import { mainFile, pythonText } from './load-line.js';
import { RowBytes } from './row-bytes.js';
import { writeWhole } from './whole-files.js';

/** A file per table, one JSON object per line. */
export const jsonl: ReportFormat = {
  name: 'jsonl',
  write({ tables, outputDir, batches }) {
    const paths = tables.map(({ name }) => join(outputDir, `${name}.jsonl`));
    return writeWhole(paths, async (beside) => {
      for (const [index, table] of tables.entries())
        await RowBytes.write(beside[index] ?? '', (bytes) =>
          bytes.rows(batches(table), jsonRows(table.columns, '\n')),
        );
    });
  },
  load: (paths) => `import pandas as pd; df = pd.read_json(${pythonText(mainFile(paths))}, lines=True)`,
};
