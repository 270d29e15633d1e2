import { join } from 'node:path';
import { mainFile, pythonText, type ReportFormat, writeWhole } from '../format/index.js';
import { writeJsonRows } from './json-rows.js';
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
  load: (paths) => `import pandas as pd; df = pd.read_json(${pythonText(mainFile(paths))}, lines=True)`,
};
