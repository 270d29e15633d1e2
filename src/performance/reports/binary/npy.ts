import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { mainFile, pythonText, type ReportFormat, writeWhole } from '../format/index.js';
import { npyTable } from './npy-table.js';

/** A file per table: a structured ndarray with a field per column. */
export const npy: ReportFormat = {
  name: 'npy',
  write({ tables, outputDir, batches }) {
    const paths = tables.map(({ name }) => join(outputDir, `${name}.npy`));
    return writeWhole(paths, async (temporary) => {
      for (const [index, table] of tables.entries()) {
        const file = await open(temporary[index] ?? '', 'w');
        try {
          for await (const bytes of npyTable(table, batches))
            for (let start = 0; start < bytes.length;) start += (await file.write(bytes, start)).bytesWritten;
        } finally {
          await file.close();
        }
      }
    });
  },
  load: (paths) => `import numpy as np; rows = np.load(${pythonText(mainFile(paths))}); rows.dtype.names`,
};
