import { resolve } from 'node:path';
import { besideCode } from '../../package-folder.js';
import { pythonLine, pythonText } from './format/index.js';

/** The line of Python that opens a run in a notebook, with the reader that is in collab's package. */
export function readerLine(runFolder: string): string {
  return pythonLine(
    'import sys',
    `sys.path.insert(0, ${pythonText(besideCode('wrapper'))})`,
    'import collab',
    `run = collab.open_run(${pythonText(resolve(runFolder))})`,
  );
}
