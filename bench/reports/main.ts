import { runBench } from '../run-bench.js';
import { besidePandas } from './beside-pandas.js';
import { many } from './many.js';
import { parquet } from './parquet.js';
import { SampleRuns } from './samples-run.js';
import { shell } from './shell.js';
import { needPandas } from './writers.js';

/** Reports side by side with pandas; the targets are those of the project. */
await runBench({
  name: 'reports',
  repeats: 3,
  sizes: { samples: 1_000_000, many: 10_000_000 },
  parts: [
    { name: 'shell', measure: shell },
    besidePandas('csv', 'csv', ['csv', 'pandas to_csv'], 150),
    besidePandas('json', 'json', ['json', 'pandas to_json'], 150),
    { name: 'parquet', measure: parquet },
    besidePandas('xlsxwriter', 'xlsx', ['xlsxwriter', 'pandas with xlsxwriter'], 600),
    besidePandas('openpyxl', 'xlsx', ['openpyxl', 'pandas with openpyxl'], 600),
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
