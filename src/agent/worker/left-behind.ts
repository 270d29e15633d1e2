import { join } from 'node:path';
import { type ExitRecord, exitRecord, roleFiles } from '../../logs/index.js';
import { lastLinesOf } from './judge.js';
import { readTaskFile } from './task-file.js';

const tailBytes = 64 * 1024;
/** The wrapper's word about the end is much shorter. */
const exitBytes = 1024 * 1024;

/** What the wrapper wrote of the end of an attempt; null if there is nothing that can be read. */
export async function exitIn(folder: string): Promise<ExitRecord | null> {
  const part = { maxBytes: exitBytes, from: 'beginning' } as const;
  const text = await readTaskFile(join(folder, roleFiles.exit), part).catch(() => null);
  if (text === null) return null;
  try {
    return exitRecord.parse(JSON.parse(text.toString()));
  } catch {
    return null;
  }
}

/** The last lines of what it printed as errors; of its output, if there were none. @throws Error of the system */
export async function lastLinesIn(folder: string): Promise<string> {
  for (const name of [roleFiles.stderr, roleFiles.stdout]) {
    const tail = await readTaskFile(join(folder, name), { maxBytes: tailBytes, from: 'end' });
    const lines = lastLinesOf(tail?.toString() ?? '');
    if (lines !== '') return lines;
  }
  return '';
}
