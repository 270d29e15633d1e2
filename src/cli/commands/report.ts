import { join } from 'node:path';
import { findRun, Performance, reportsFolder, writeReport } from '../../index.js';
import { openSession } from '../session.js';

export interface ReportOptions {
  format: string[];
  output?: string;
  json?: boolean;
}

/** `collab report [run]`: writes one file or folder per format, and prints the paths. */
export async function report(name: string | undefined, options: ReportOptions): Promise<void> {
  const { workspace, say, print } = openSession(options);
  const folder = await findRun(workspace.logs, name);
  const performance = await Performance.open(folder);
  const output = options.output ?? join(folder, reportsFolder);
  const formats = options.format.length === 0 ? ['csv'] : options.format.flatMap((one) => one.split(','));
  const files: string[] = [];
  for (const format of formats) files.push(...(await writeReport(performance, format, output)));
  for (const note of performance.notes) say(`note: ${note}`);
  print(files.join('\n'), { run: folder, files, notes: performance.notes });
}
