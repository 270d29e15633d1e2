import { join, relative } from 'node:path';
import {
  CollabError,
  ExitCode,
  findRun,
  Performance,
  reportFormat,
  reportsFolder,
  tableNames,
  writeReport,
  type TableName,
  type WrittenReport,
} from '../../index.js';
import { openSession } from '../session/index.js';

export interface ReportOptions {
  format: string[];
  tables?: string[];
  output?: string;
  json?: boolean;
}

/** `collab report [run...]`: writes files in each format, and prints their paths and how to load them. */
export async function report(names: string[], options: ReportOptions): Promise<void> {
  const { workspace, say, print, emit, signal } = openSession(options);
  const formats = options.format.length === 0 ? ['csv'] : options.format.flatMap((one) => one.split(','));
  formats.forEach(reportFormat);
  const tables = pickTables(options.tables);
  const folders: string[] = [];
  for (const name of names.length === 0 ? [undefined] : names)
    folders.push(await findRun(workspace.logs, name));
  const performance = await Performance.open(folders, { emit, signal });
  const [first = ''] = folders;
  const output = options.output ?? join(folders.length === 1 ? first : workspace.logs, reportsFolder);
  const written: WrittenReport[] = [];
  for (const format of formats)
    written.push(await writeReport(performance, format, output, { ...tables, emit, signal }));
  const notes = [...performance.notes, ...written.flatMap((one) => one.notes)];
  for (const note of notes) say(`note: ${note}`);
  const files = written.flatMap((one) => one.files);
  print(files.join('\n'), { run: first, runs: folders, files, reports: written, notes });
  for (const { load } of written) say(load.replaceAll(output, relative('', output) || '.'));
}

function pickTables(names: readonly string[] | undefined): { tables?: TableName[] } {
  if (names === undefined) return {};
  return { tables: names.map(tableNamed) };
}

function tableNamed(name: string): TableName {
  const table = tableNames.find((each) => each === name);
  if (table !== undefined) return table;
  throw new CollabError('no-such-table', {
    what: `There is no table '${name}'.`,
    next: `Choose one of: ${tableNames.join(', ')}`,
    exitCode: ExitCode.usage,
  });
}
