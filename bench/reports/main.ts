import { runBench } from '../run-bench.js';
import { againstPandas } from './against-pandas.js';
import { many } from './many.js';
import { parquet } from './parquet.js';
import { SampleRuns } from './samples-run.js';
import { shell } from './shell.js';
import { needPandas } from './writers.js';

const small = { ratio: 1, memoryMb: 150 };
const workbook = { ratio: 0.9, memoryMb: 600 };

/** Compares reports with pandas; the targets are those of the project. */
await runBench({
  name: 'reports',
  repeats: 3,
  sizes: { samples: 1_000_000, many: 10_000_000 },
  parts: [
    { name: 'shell', measure: shell },
    againstPandas('csv', 'csv', ['csv', 'pandas to_csv'], small),
    againstPandas('json', 'json', ['json', 'pandas to_json'], small),
    { name: 'parquet', measure: parquet },
    againstPandas('xlsxwriter', 'xlsx', ['xlsxwriter', 'pandas with xlsxwriter'], workbook),
    againstPandas('openpyxl', 'xlsx', ['openpyxl', 'pandas with openpyxl'], workbook),
    { name: 'many', measure: many },
  ],
  prepare: () => {
    needPandas();
    return Promise.resolve(new SampleRuns());
  },
  clear: (runs) => {
    runs.remove();
    return Promise.resolve();
  },
  programs: { pandas: ['/usr/bin/python3', '-c', 'import pandas; print(pandas.__version__)'] },
});
