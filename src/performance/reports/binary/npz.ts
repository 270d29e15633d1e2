import { join } from 'node:path';
import { mainTable, pythonText, type ReportFormat, writeWhole } from '../format/index.js';
import { npyTable } from './npy-table.js';
import { writeZip } from './zip.js';

/** One file, report.npz, with a structured ndarray per table. */
export const npz: ReportFormat = {
  name: 'npz',
  write: ({ tables, outputDir, batches }) =>
    writeWhole([join(outputDir, 'report.npz')], ([temporary = '']) =>
      writeZip(temporary, async (zip) => {
        for (const table of tables)
          await zip.entry(`${table.name}.npy`, async (add) => {
            for await (const bytes of npyTable(table, batches)) await add(bytes);
          });
      }),
    ),
  load: ([path = ''], tables) =>
    `import numpy as np; rows = np.load(${pythonText(path)})[${pythonText(mainTable(tables).name)}]; rows.dtype.names`,
};
