import { join } from 'node:path';
import { CollabError, ExitCode } from '../../../errors.js';
import type { Row, Table } from '../../tables/index.js';
import {
  columnsOf,
  mainTable,
  pythonLine,
  pythonList,
  pythonText,
  type ReportFormat,
  type ReportJob,
  typedColumns,
  writeWhole,
} from '../format/index.js';
import { overviewSheet } from './overview.js';
import { runFacts } from './run-facts.js';
import { type SheetWriter, type Workbook, writeWorkbook } from './workbook.js';
import { longTextOf, longTextSheet, maxColumns, maxRows, piecesOf, XlsxCells } from './xlsx-cell.js';

interface Sheet {
  name: string;
  /** For notes. */
  about: string;
  columns: readonly string[];
  batches: () => AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;
}

/** One workbook, report.xlsx: an overview, the facts of each run, then a sheet per table. Streamed row by row. */
export const xlsx: ReportFormat = {
  name: 'xlsx',
  write: (job) => writeXlsx(job),
  load: ([path = ''], tables) => loadLine(path, mainTable(tables)),
};

/** Codes of control characters, as a regular expression of Python. Others are text: openpyxl has decoded their underscores. */
const codes = "'_x(00[01][0-9A-F]|005F|007F|FFF[EF]|D[89A-F][0-9A-F]{2})_'";

/** Without its arguments, pandas takes the texts NA and None for missing values; codes of characters are not decoded. */
function loadLine(path: string, table: Table): string {
  const texts = columnsOf(table, 'text', 'any');
  const cells = new XlsxCells();
  const inSheet = (name: string) => pythonText(String(cells.cell(name, '')?.value ?? ''));
  const converters = [
    ...texts.map((name) => `${inSheet(name)}: text`),
    ...columnsOf(table, 'integer').map((name) => `${inSheet(name)}: whole`),
  ];
  const isCoded = table.columns.some((name) => inSheet(name) !== pythonText(name));
  return pythonLine(
    'import re, pandas as pd',
    `text = lambda cell: re.sub(${codes}, lambda code: chr(int(code[1], 16)), cell) if isinstance(cell, str) else cell`,
    converters.some((one) => one.endsWith('whole'))
      ? "whole = lambda cell: pd.NA if cell == '' else int(cell)"
      : null,
    `df = pd.read_excel(${pythonText(path)}, sheet_name=${pythonText(sheetName(table.name))}, converters={${converters.join(', ')}}, keep_default_na=False, na_values=[''])${isCoded ? '.rename(columns=text)' : ''}`,
    texts.length === 0 ? null : `df = df.fillna(dict.fromkeys(${pythonList(texts)}, ''))`,
    ...typedColumns(table),
  );
}

/** @param rowsPerSheet maximum rows per sheet, including the header; more rows continue on another sheet */
export function writeXlsx(job: ReportJob, rowsPerSheet = maxRows): Promise<string[]> {
  const facts = {
    name: 'About',
    about: 'about',
    columns: ['section', 'name', 'value'],
    batches: () => [runFacts(job.performance)],
  };
  const tables = job.tables.map((table) => ({
    name: sheetName(table.name),
    about: table.name,
    columns: table.columns,
    batches: () => job.batches(table),
  }));
  for (const { name, columns } of tables)
    if (columns.length > maxColumns) throw tooWide(name, columns.length);
  const cells = new XlsxCells();
  return writeWhole([join(job.outputDir, 'report.xlsx')], async ([temporary = '']) => {
    await writeWorkbook(temporary, async (book) => {
      book.page(overviewSheet(job.performance, cells));
      const sheets = [facts, ...tables];
      for (const sheet of sheets) await writeSheets(book, sheet, cells, rowsPerSheet);
      const cut = sheets.filter(({ about, columns }) =>
        columns.some((name) => cells.wasCut(`${about}.${name}`)),
      );
      if (cut.length > 0) await writeSheets(book, longTexts(cut, rowsPerSheet), cells, rowsPerSheet);
    });
    cells.notes.forEach((note) => job.note?.(note));
  });
}

/** Writes a table to one or more sheets. */
async function writeSheets(
  book: Workbook,
  { name, about, columns, batches }: Sheet,
  cells: XlsxCells,
  rowsPerSheet: number,
): Promise<void> {
  const places = columns.map((column) => `${about}.${column}`);
  const header = columns.map((column) => ({
    cell: cells.cell(column, `names of ${about}`),
    width: widthOf(column),
  }));
  let part = 1;
  let sheet: SheetWriter = book.sheet({ name, columns: header });
  for await (const batch of batches())
    for (const row of batch) {
      if (sheet.rows === rowsPerSheet) {
        sheet.close();
        part += 1;
        sheet = book.sheet({ name: `${name} ${part}`, columns: header });
      }
      const full = sheet.add(row.map((value, at) => cells.cell(value, places[at] ?? '')));
      if (full !== undefined) await full;
    }
  sheet.close();
}

/** The texts that are too long for their cells, in parts, read a second time because they may be many. */
function longTexts(sheets: readonly Sheet[], rowsPerSheet: number): Sheet {
  return {
    name: longTextSheet,
    about: 'long_text',
    columns: ['sheet', 'row', 'column', 'part', 'value'],
    async *batches() {
      for (const { name, columns, batches } of sheets) {
        let index = 0;
        for await (const batch of batches()) {
          const rows: Row[] = [];
          for (const row of batch) {
            const part = Math.floor(index / (rowsPerSheet - 1));
            const place = [
              part === 0 ? name : `${name} ${part + 1}`,
              (index % (rowsPerSheet - 1)) + 2,
            ] as const;
            index += 1;
            for (const [at, value] of row.entries()) {
              const text = longTextOf(value);
              if (text === null) continue;
              for (const [piece, one] of piecesOf(text).entries())
                rows.push([...place, columns[at] ?? '', piece + 1, one]);
            }
          }
          yield rows;
        }
      }
    },
  };
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
