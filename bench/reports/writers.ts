import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needPrograms, program } from '../programs.js';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** Debian's Python, for which pandas is packaged; the first python3 in PATH may be another one. */
const python = '/usr/bin/python3';

export interface Written {
  /** Reading the JSON lines; for collab the first of two passes. */
  readMs: number;
  /** Writing; for collab including the second pass. */
  writeMs: number;
  peakMb: number;
  /** The whole program, including its start. */
  tookMs: number;
}

/** A program that writes the samples of a run and reports its times; `use` gets the output before it is removed. */
export type Writer = (folder: string, use?: (output: string) => Promise<void>) => Promise<Written>;

export function ours(format: string): Writer {
  return (folder, use) => run([process.execPath, here('write.mjs'), folder, format], folder, use);
}

/** @param format csv, json, or an engine of to_excel */
export function pandas(format: string): Writer {
  return (folder, use) => run([python, here('write.py'), folder, format], folder, use);
}

async function run(
  argv: string[],
  folder: string,
  use?: (output: string) => Promise<void>,
): Promise<Written> {
  const output = mkdtempSync(join(folder, 'out-'));
  try {
    const { stdout, tookMs } = await program([...argv, output]);
    await use?.(output);
    return { ...(JSON.parse(stdout) as Omit<Written, 'tookMs'>), tookMs };
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

/** Installs pandas and its libraries for workbooks. */
export function needPandas(): void {
  needPrograms('python3', 'pandas', 'xlsxwriter', 'openpyxl');
}
