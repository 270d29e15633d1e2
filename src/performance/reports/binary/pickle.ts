import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CollabError, ExitCode } from '../../../errors.js';
import { jsonText } from '../../reading/index.js';
import { programText } from '../../../package-folder.js';
import { mainFile, pythonText, type ReportFormat, type ReportJob, writeWhole } from '../format/index.js';
import { findPandas, type PandasPython, startPython } from './pandas.js';
import { plainCell } from './plain-cell.js';
import { splitBlocks } from './split-blocks.js';

/** A file per table: a DataFrame pickled by pandas, which holds the whole table in memory. */
export const pickle: ReportFormat = {
  name: 'pickle',
  async write(job) {
    const python = await findPandas();
    const paths = job.tables.map(({ name }) => join(job.outputDir, `${name}.pickle`));
    return writeWhole(paths, (temporary) => writeTables(python, job, temporary));
  },
  load: (paths) => `import pandas as pd; df = pd.read_pickle(${pythonText(mainFile(paths))})`,
};

async function writeTables(python: PandasPython, job: ReportJob, paths: readonly string[]): Promise<void> {
  const child = startPython(python, programText('performance/reports/binary/pickle_tables.py'));
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors = (errors + data.toString()).slice(-2000)));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  try {
    // If Python exits early, its stderr explains more than the broken pipe.
    const fed = pipeline(Readable.from(linesOf(job)), child.stdin).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    });
    const [code, , written] = await Promise.all([ended, fed, splitBlocks(child.stdout, paths)]);
    if (code !== 0 || written < paths.length) throw failed(job.tables[written]?.name ?? '', errors);
  } finally {
    child.kill();
  }
}

async function* linesOf({ tables, batches }: ReportJob): AsyncGenerator<string> {
  for (const table of tables) {
    yield `${JSON.stringify(table.columns.map((name, at) => [name, table.types[at]]))}\n`;
    for await (const batch of batches(table))
      for (const row of batch) yield `[${row.map((value) => jsonText(plainCell(value))).join()}]\n`;
    yield '\n';
  }
}

function failed(table: string, errors: string): CollabError {
  return new CollabError('pickle-not-written', {
    what: `pandas could not write the table ${table}.`,
    why: errors.trim().split('\n').slice(-3).join('\n'),
    next: 'Use --format parquet, or choose fewer tables with --tables.',
    exitCode: ExitCode.internal,
  });
}
