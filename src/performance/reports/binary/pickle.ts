import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CollabError, ExitCode } from '../../../errors.js';
import { programText } from '../../../package-folder.js';
import { mainFile, pythonText, type ReportFormat, type ReportJob, writeWhole } from '../format/index.js';
import { findPandas, type PandasPython, startPython } from './pandas.js';
import { plainCell } from './plain-cell.js';
import { splitBlocks } from './split-blocks.js';

/** A file per table: a DataFrame, pickled by pandas itself. It holds a table in memory whole, as a DataFrame does. */
export const pickle: ReportFormat = {
  name: 'pickle',
  async write(job) {
    const python = await findPandas();
    const paths = job.tables.map(({ name }) => join(job.outputDir, `${name}.pickle`));
    return writeWhole(paths, (beside) => writeTables(python, job, beside));
  },
  load: (paths) => `import pandas as pd; df = pd.read_pickle(${pythonText(mainFile(paths))})`,
};

async function writeTables(python: PandasPython, job: ReportJob, paths: readonly string[]): Promise<void> {
  const child = startPython(python, programText('performance/reports/binary/pickle_tables.py'));
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said = (said + data.toString()).slice(-2000)));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  try {
    // A Python that ended early says why on stderr, which tells more than the broken pipe.
    const fed = pipeline(Readable.from(linesOf(job)), child.stdin).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    });
    const [code, , written] = await Promise.all([ended, fed, splitBlocks(child.stdout, paths)]);
    if (code !== 0 || written < paths.length) throw failed(job.tables[written]?.name ?? '', said);
  } finally {
    child.kill();
  }
}

async function* linesOf({ tables, batches }: ReportJob): AsyncGenerator<string> {
  for (const table of tables) {
    yield `${JSON.stringify(table.columns.map((name, at) => [name, table.types[at]]))}\n`;
    for await (const batch of batches(table))
      for (const row of batch) yield `${JSON.stringify(row.map(plainCell))}\n`;
    yield '\n';
  }
}

function failed(table: string, said: string): CollabError {
  return new CollabError('pickle-not-written', {
    what: `pandas could not write the table ${table}.`,
    why: said.trim().split('\n').slice(-3).join('\n'),
    next: 'Take --format parquet, or fewer tables with --tables.',
    exitCode: ExitCode.internal,
  });
}
