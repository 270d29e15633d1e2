import { join } from 'node:path';
import {
  CollabError,
  ExitCode,
  findRun,
  Performance,
  readerLine,
  reportFormat,
  reportsFolder,
  tableNames,
  usualFormats,
  writeReport,
  type TableName,
  type WrittenReport,
} from '../../index.js';
import { openFile, openSession } from '../session/index.js';
import { pageFormat, usesOf } from '../text/index.js';

export interface ReportOptions {
  format: string[];
  tables?: string[];
  output?: string;
  open?: boolean;
  json?: boolean;
}

/** `collab report [run...]`: writes files in each format, and prints their paths and how to open or load them. */
export async function report(names: string[], options: ReportOptions): Promise<void> {
  const { workspace, say, print, emit, signal } = openSession(options);
  const formats = chosenFormats(options);
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
  const reader = readerLine(first);
  print(files.join('\n'), { run: first, runs: folders, files, reports: written, notes, reader });
  usesOf(written, { names, output, reader }).forEach(say);
  const [opened] = written.find(({ format }) => format === pageFormat)?.files ?? [];
  if (options.open !== true || opened === undefined) return;
  const why = await openFile(opened);
  say(why === null ? `Opened ${opened}` : `note: the page was not opened, because ${why}. It is ${opened}`);
}

/** Tables that were asked for are in the csv report; the usual formats have no choice of tables. */
function chosenFormats({ format, tables, open }: ReportOptions): string[] {
  const usual = tables === undefined ? usualFormats : ['csv'];
  const formats = format.length === 0 ? [...usual] : format.flatMap((one) => one.split(','));
  formats.forEach(reportFormat);
  return open === true && !formats.includes(pageFormat) ? [...formats, pageFormat] : formats;
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
