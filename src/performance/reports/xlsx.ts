import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { stream, Worksheet } from 'exceljs';
import { CollabError, ExitCode } from '../../errors.js';
import type { Row } from '../table.js';
import type { ReportFormat, ReportJob } from './format.js';
import { pythonText } from './load-line.js';
import { runFacts } from './run-facts.js';
import { cellOf, isFormulaLike, maxColumns, maxRows } from './xlsx-cell.js';
import { writeWhole } from './whole-files.js';

/** One object per style, because exceljs works a style out once per object. */
const timeStyle = { numFmt: 'yyyy-mm-dd hh:mm:ss.000' };
const textStyle = { numFmt: '@' };
const plainStyle = {};
/** Rows between two looks at how far the disk is. */
const rowsPerTurn = 500;

interface Sheet {
  name: string;
  columns: readonly string[];
  rows(): AsyncIterable<readonly unknown[]> | Iterable<readonly unknown[]>;
}

/** One workbook, report.xlsx: the facts of each run, then a sheet per table. Written as it is read, row by row. */
export const xlsx: ReportFormat = {
  name: 'xlsx',
  write: (job) => writeXlsx(job),
  load: ([path = '']) => `import pandas as pd; df = pd.read_excel(${pythonText(path)}, sheet_name='Results')`,
};

/** @param rowsPerSheet rows of a sheet, its header included; the rest goes on in a further sheet */
export function writeXlsx(job: ReportJob, rowsPerSheet = maxRows): Promise<string[]> {
  const { performance, outputDir } = job;
  const facts = { name: 'About', columns: ['section', 'name', 'value'], rows: () => runFacts(performance) };
  const tables = job.tables.map((table) => ({
    name: sheetName(table.name),
    columns: table.columns,
    rows: () => flat(job.batches(table)),
  }));
  for (const { name, columns } of tables)
    if (columns.length > maxColumns) throw tooWide(name, columns.length);
  return writeWhole([join(outputDir, 'report.xlsx')], async ([beside = '']) => {
    const { default: exceljs } = await import('exceljs');
    const file = createWriteStream(beside);
    const failed = new Promise<never>((_, reject) => file.once('error', reject));
    try {
      const workbook = new exceljs.stream.xlsx.WorkbookWriter({
        stream: file,
        useStyles: true,
        useSharedStrings: false,
      });
      workbook.creator = 'collab';
      workbook.lastModifiedBy = 'collab';
      const written = (async () => {
        for (const sheet of [facts, ...tables]) await writeSheets(workbook, sheet, rowsPerSheet, failed);
        await workbook.commit();
      })();
      await Promise.race([written, failed]);
    } finally {
      file.destroy();
    }
  });
}

async function* flat(batches: AsyncIterable<readonly Row[]>): AsyncGenerator<Row> {
  for await (const batch of batches) yield* batch;
}

async function writeSheets(
  workbook: stream.xlsx.WorkbookWriter,
  source: Sheet,
  rowsPerSheet: number,
  failed: Promise<never>,
): Promise<void> {
  let number = 1;
  let rows = 1;
  let sheet = openSheet(workbook, source.name, source.columns);
  for await (const row of source.rows()) {
    if (rows === rowsPerSheet) {
      closeSheet(sheet, source.columns.length, rows);
      number += 1;
      rows = 1;
      sheet = openSheet(workbook, `${source.name} ${number}`, source.columns);
    }
    writeRow(sheet, row);
    rows += 1;
    if (rows % rowsPerTurn === 0) await caughtUp(sheet, failed);
  }
  closeSheet(sheet, source.columns.length, rows);
}

function openSheet(
  workbook: stream.xlsx.WorkbookWriter,
  name: string,
  columns: readonly string[],
): Worksheet {
  const sheet = workbook.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = columns.map((column) => ({ width: widthOf(column) }));
  const header = sheet.addRow(columns);
  header.eachCell((cell) => {
    cell.style = { ...(isFormulaLike(cell.value) ? textStyle : plainStyle), font: { bold: true } };
  });
  header.commit();
  return sheet;
}

function closeSheet(sheet: Worksheet, columns: number, rows: number): void {
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: rows, column: columns } };
  sheet.commit();
}

function writeRow(sheet: Worksheet, values: readonly unknown[]): void {
  const row = sheet.addRow(values.map(cellOf));
  row.eachCell((cell) => {
    const { value } = cell;
    cell.style = value instanceof Date ? timeStyle : isFormulaLike(value) ? textStyle : plainStyle;
  });
  row.commit();
}

/** A stream of readable-stream 2, which knows no writableNeedDrain. */
type OldWritable = Writable & { _writableState: { needDrain: boolean } };

/**
 * Waits until what was written has left memory. exceljs never says that it is full, so we ask the stream into which it
 * pipes a sheet.
 * @param failed rejects when the file cannot be written
 */
async function caughtUp(sheet: Worksheet, failed: Promise<never>): Promise<void> {
  const { pipes } = (sheet as unknown as { stream: { pipes: OldWritable[] } }).stream;
  await nextTurn();
  for (const pipe of pipes) {
    if (pipe._writableState.needDrain)
      await Promise.race([failed, new Promise((resolve) => pipe.once('drain', resolve))]);
  }
}

function widthOf(column: string): number {
  if (column === 'value') return 60;
  if (column === 'time' || column === 'run_id') return 24;
  return Math.min(Math.max(column.length + 3, 10), 40);
}

/** `samples_long` is `Samples long`. */
function sheetName(table: string): string {
  return `${table.slice(0, 1).toUpperCase()}${table.slice(1)}`.replaceAll('_', ' ');
}

function tooWide(sheet: string, columns: number): CollabError {
  return new CollabError('too-many-columns', {
    what: `The sheet ${sheet} would need ${columns} columns, and a workbook has ${maxColumns}.`,
    why: 'Every key that a role recorded is a column.',
    next: 'Take --format csv or json, or record fewer keys.',
    exitCode: ExitCode.usage,
  });
}
