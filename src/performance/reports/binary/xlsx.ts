import { join } from 'node:path';
import { CollabError, ExitCode } from '../../../errors.js';
import type { Row } from '../../tables/index.js';
import { pythonText, type ReportFormat, type ReportJob, writeWhole } from '../format/index.js';
import { runFacts } from './run-facts.js';
import { type SheetWriter, type Workbook, writeWorkbook } from './workbook.js';
import { maxColumns, maxRows, XlsxCells } from './xlsx-cell.js';

interface Sheet {
  name: string;
  columns: readonly string[];
  batches: () => AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;
}

/** One workbook, report.xlsx: the facts of each run, then a sheet per table. Streamed row by row. */
export const xlsx: ReportFormat = {
  name: 'xlsx',
  write: (job) => writeXlsx(job),
  load: ([path = '']) => `import pandas as pd; df = pd.read_excel(${pythonText(path)}, sheet_name='Results')`,
};

/** @param rowsPerSheet maximum rows per sheet, including the header; more rows continue on another sheet */
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
  const cells = new XlsxCells();
  return writeWhole([join(job.outputDir, 'report.xlsx')], async ([temporary = '']) => {
    await writeWorkbook(temporary, async (book) => {
      for (const sheet of [facts, ...tables]) await writeSheets(book, sheet, cells, rowsPerSheet);
    });
    cells.notes.forEach((note) => job.note?.(note));
  });
}

/** Writes a table to one or more sheets. */
async function writeSheets(
  book: Workbook,
  { name, columns, batches }: Sheet,
  cells: XlsxCells,
  rowsPerSheet: number,
): Promise<void> {
  const header = columns.map((column) => ({ cell: cells.cell(column), width: widthOf(column) }));
  let part = 1;
  let sheet: SheetWriter = book.sheet({ name, columns: header });
  for await (const batch of batches())
    for (const row of batch) {
      if (sheet.rows === rowsPerSheet) {
        sheet.close();
        part += 1;
        sheet = book.sheet({ name: `${name} ${part}`, columns: header });
      }
      const full = sheet.add(row.map((value) => cells.cell(value)));
      if (full !== undefined) await full;
    }
  sheet.close();
}

function widthOf(column: string): number {
  if (column === 'value') return 60;
  if (column === 'time' || column === 'run_id') return 24;
  return Math.min(Math.max(column.length + 3, 10), 40);
}

/** `samples_long` becomes `Samples long`. */
function sheetName(table: string): string {
  return `${table.slice(0, 1).toUpperCase()}${table.slice(1)}`.replaceAll('_', ' ');
}

function tooWide(sheet: string, columns: number): CollabError {
  return new CollabError('too-many-columns', {
    what: `The sheet ${sheet} needs ${columns} columns, but a workbook has at most ${maxColumns}.`,
    why: 'Every key that a role records becomes a column.',
    next: 'Use --format csv or json, or record fewer keys.',
    exitCode: ExitCode.usage,
  });
}
