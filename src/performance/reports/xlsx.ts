import { join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import type { Row } from '../table.js';
import { CellTexts } from './cell-texts.js';
import type { ReportFormat, ReportJob } from './format.js';
import { pythonText } from './load-line.js';
import { runFacts } from './run-facts.js';
import { writeWhole } from './whole-files.js';
import { columnName, maxColumns, maxRows, textXml, XlsxCells } from './xlsx-cell.js';
import { sharedStringsStart, sheetEnd, sheetStart, workbookParts } from './xlsx-parts.js';
import { writeZip, type ZipWriter } from './zip.js';

const pieceLength = 64 * 1024;

interface Sheet {
  name: string;
  columns: readonly string[];
  batches: () => AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;
}

/** One workbook, report.xlsx: the facts of each run, then a sheet per table. Written as it is read, row by row. */
export const xlsx: ReportFormat = {
  name: 'xlsx',
  write: (job) => writeXlsx(job),
  load: ([path = '']) => `import pandas as pd; df = pd.read_excel(${pythonText(path)}, sheet_name='Results')`,
};

/** @param rowsPerSheet rows of a sheet, its header included; the rest goes on in a further sheet */
export function writeXlsx(job: ReportJob, rowsPerSheet = maxRows): Promise<string[]> {
  const facts = {
    name: 'About',
    columns: ['section', 'name', 'value'],
    batches: () => [runFacts(job.performance)],
  };
  const tables = job.tables.map((table) => ({
    name: sheetName(table.name),
    columns: table.columns,
    batches: () => job.batches(table),
  }));
  for (const { name, columns } of tables)
    if (columns.length > maxColumns) throw tooWide(name, columns.length);
  return writeWhole([join(job.outputDir, 'report.xlsx')], ([beside = '']) =>
    writeZip(beside, async (zip) => {
      const cells = new XlsxCells();
      const sheets: string[] = [];
      for (const sheet of [facts, ...tables]) await writeSheets(zip, sheet, cells, rowsPerSheet, sheets);
      await zip.entry('xl/sharedStrings.xml', async (add) => {
        await add(sharedStringsStart());
        for (const text of cells.shared) await add(`<si>${textXml(text)}</si>`);
        await add('</sst>');
      });
      for (const [name, text] of workbookParts(sheets)) await zip.entry(name, (add) => add(text));
    }),
  );
}

/** Writes a table to as many sheets as it takes, and adds their names. */
async function writeSheets(
  zip: ZipWriter,
  { name, columns, batches }: Sheet,
  cells: XlsxCells,
  rowsPerSheet: number,
  sheets: string[],
): Promise<void> {
  const rows = rowsOf(batches());
  let next = await rows.next();
  let part = 0;
  do {
    part += 1;
    sheets.push(part === 1 ? name : `${name} ${part}`);
    await zip.entry(`xl/worksheets/sheet${sheets.length}.xml`, async (add) => {
      await add(sheetStart(columns.map(widthOf)));
      const header = columns.map((column, at) => `<c r="${columnName(at)}1"${cells.cell(column, true)}`);
      let text = `<row r="1">${header.join('')}</row>`;
      const texts = new CellTexts(columns.length, (value) => cells.cell(value));
      const starts = columns.map((_, at) => `<c r="${columnName(at)}`);
      let number = 1;
      while (next.done !== true && number < rowsPerSheet) {
        const batch = next.value;
        const room = Math.min(batch.length, rowsPerSheet - number);
        for (let at = 0; at < room; at++) {
          number += 1;
          text += rowText(number, texts.of(batch[at] ?? []), starts);
          if (text.length < pieceLength) continue;
          await add(text);
          text = '';
        }
        next = room < batch.length ? { value: batch.slice(room), done: false } : await rows.next();
      }
      await add(`${text}${sheetEnd(`A1:${columnName(columns.length - 1)}${number}`)}`);
    });
  } while (next.done !== true);
}

function rowText(number: number, cells: readonly string[], starts: readonly string[]): string {
  let text = `<row r="${number}">`;
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at];
    if (cell !== undefined && cell !== '') text += `${starts[at] ?? ''}${number}"${cell}`;
  }
  return `${text}</row>`;
}

/** Batches that hold something. */
async function* rowsOf(
  batches: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
): AsyncGenerator<readonly Row[], undefined> {
  for await (const batch of batches) if (batch.length > 0) yield batch;
  return undefined;
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
