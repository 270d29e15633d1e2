import { join } from 'node:path';
import type { ReportFormat } from './format.js';
import { writeJsonRows } from './json-rows.js';
import { mainFile, pythonText } from './load-line.js';
import { writeText } from './text-file.js';
import { writeWhole } from './whole-files.js';

/** A file per table, one JSON object per line. */
export const jsonl: ReportFormat = {
  name: 'jsonl',
  write({ tables, outputDir, batches }) {
    const paths = tables.map(({ name }) => join(outputDir, `${name}.jsonl`));
    return writeWhole(paths, async (beside) => {
      for (const [index, table] of tables.entries())
        await writeText(beside[index] ?? '', (file) =>
          writeJsonRows(file, table.columns, batches(table), { after: '\n' }),
        );
    });
  },
  load: (paths) => `import pandas as pd; df = pd.read_json(${pythonText(mainFile(paths))}, lines=True)`,
};
