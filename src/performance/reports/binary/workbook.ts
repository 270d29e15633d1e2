import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CellValue, stream, Style, Worksheet } from 'exceljs';
import type { XlsxCell } from './xlsx-cell.js';

/** Level 6 takes three times as long for 10 % less. */
const compressionLevel = 1;
/** Rows between two checks of whether the disk keeps up. */
const rowsPerTurn = 500;

/** One object per style, because exceljs caches styles by object. */
const styles: Record<XlsxCell['style'], Partial<Style>> = {
  plain: {},
  time: { numFmt: 'yyyy-mm-dd hh:mm:ss.000' },
  text: { numFmt: '@' },
};
const headerStyles: Record<XlsxCell['style'], Partial<Style>> = {
  plain: { font: { bold: true } },
  time: { font: { bold: true } },
  text: { numFmt: '@', font: { bold: true } },
};

export interface SheetHeader {
  readonly name: string;
  readonly columns: readonly { readonly cell: XlsxCell | undefined; readonly width: number }[];
}

/** A sheet that is written row by row, with a frozen header and filters. */
export class SheetWriter {
  /** Number of rows so far, including the header. */
  rows = 0;

  constructor(
    private readonly sheet: StreamedSheet,
    private readonly columns: number,
    private readonly failed: Promise<never>,
  ) {}

  /** Returns a promise only if the caller must wait for the disk. */
  add(cells: readonly (XlsxCell | undefined)[], look = styles): Promise<void> | undefined {
    const { sheet } = this;
    const shared = cells.every((cell) => cell === undefined || cell.shared);
    sheet.useSharedStrings = shared;
    const row = sheet.addRow(
      cells.map((cell) => (shared || cell === undefined ? cell?.value : inline(cell.value))),
    );
    for (const [at, cell] of cells.entries())
      if (cell !== undefined) row.getCell(at + 1).style = look[cell.style];
    row.commit();
    this.rows += 1;
    return this.rows % rowsPerTurn === 0 ? this.caughtUp() : undefined;
  }

  close(): void {
    this.sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: this.rows, column: this.columns } };
    this.sheet.commit();
  }

  /** exceljs has no backpressure: this checks the stream into which it pipes a sheet. */
  private async caughtUp(): Promise<void> {
    await nextTurn();
    for (const pipe of this.sheet.stream.pipes)
      if (pipe._writableState.needDrain) await Promise.race([this.failed, once(pipe, 'drain')]);
  }
}

/**
 * A text that is not shared is written as rich text: exceljs writes plain text in a cell without `xml:space`, and readers
 * then drop blanks at its ends.
 */
function inline(value: XlsxCell['value']): CellValue {
  return typeof value !== 'string' ? value : { richText: [{ text: value }] };
}

/** A short sheet to read and print: lines of text, then a table. */
export interface PageSheet {
  readonly name: string;
  /** The first is the title. */
  readonly lines: readonly XlsxCell[];
  readonly columns: readonly {
    readonly heading: XlsxCell;
    readonly width: number;
    /** How numbers are shown; null as they are. */
    readonly format: string | null;
    /** Whether numbers have bars, from zero to the greatest. */
    readonly bars: boolean;
  }[];
  readonly rows: readonly (readonly (XlsxCell | undefined)[])[];
}

export interface Workbook {
  sheet(header: SheetHeader): SheetWriter;
  page(page: PageSheet): void;
}

/** Creates a workbook, has `write` fill it sheet by sheet, and closes the file, even after an error. */
export async function writeWorkbook(path: string, write: (book: Workbook) => Promise<void>): Promise<void> {
  const { default: exceljs } = await import('exceljs');
  const file = createWriteStream(path);
  const failed = new Promise<never>((_, reject) => file.on('error', reject));
  failed.catch(() => undefined);
  try {
    const writer = new exceljs.stream.xlsx.WorkbookWriter({
      stream: file,
      useStyles: true,
      zip: { zlib: { level: compressionLevel } },
    });
    writer.creator = 'collab';
    writer.lastModifiedBy = 'collab';
    const written = write({
      sheet: (header) => openSheet(writer, header, failed),
      page: (page) => writePage(writer, page),
    });
    await Promise.race([written.then(() => writer.commit()), failed]);
  } finally {
    file.destroy();
    if (!file.closed) await once(file, 'close');
  }
}

function openSheet(
  writer: stream.xlsx.WorkbookWriter,
  { name, columns }: SheetHeader,
  failed: Promise<never>,
): SheetWriter {
  const sheet = writer.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] }) as StreamedSheet;
  sheet.columns = columns.map(({ width }) => ({ width }));
  const opened = new SheetWriter(sheet, columns.length, failed);
  void opened.add(
    columns.map(({ cell }) => cell),
    headerStyles,
  );
  return opened;
}

/** The header stays on the screen and on every printed page, which is as wide as the table. */
function writePage(writer: stream.xlsx.WorkbookWriter, { name, lines, columns, rows }: PageSheet): void {
  const top = lines.length + 2;
  const last = top + rows.length;
  const sheet = writer.addWorksheet(name, {
    views: [{ state: 'frozen', ySplit: top }],
    pageSetup: { orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  }) as StreamedSheet;
  const letterOf = (at: number) => sheet.getColumn(at + 1).letter;
  const right = letterOf(columns.length - 1);
  // exceljs puts a $ before each end only.
  sheet.pageSetup.printArea = `A$1:${right}$${last}`;
  sheet.pageSetup.printTitlesRow = `${top}:${top}`;
  sheet.columns = columns.map(({ width }) => ({ width }));
  for (const [at, { value, style }] of lines.entries()) {
    const row = sheet.addRow([value]);
    row.getCell(1).style = at === 0 ? { font: { bold: true, size: 14 } } : styles[style];
    row.commit();
  }
  sheet.addRow([]).commit();
  const head = sheet.addRow(columns.map(({ heading }) => heading.value));
  head.eachCell((cell) => (cell.style = pageHeader));
  head.commit();
  const looks = columns.map(({ format }) => (format === null ? {} : { numFmt: format }));
  for (const cells of rows) {
    const row = sheet.addRow(cells.map((cell) => cell?.value));
    for (const [at, cell] of cells.entries())
      if (cell !== undefined)
        row.getCell(at + 1).style = typeof cell.value === 'number' ? (looks[at] ?? {}) : styles[cell.style];
    row.commit();
  }
  sheet.autoFilter = { from: { row: top, column: 1 }, to: { row: last, column: columns.length } };
  const ranges = [...columns.entries()]
    .filter(([, { bars }]) => bars)
    .map(([at]) => `${letterOf(at)}${top + 1}:${letterOf(at)}${last}`);
  sheet._writeConditionalFormatting = () => sheet.stream.write(barsXml(ranges));
  sheet.commit();
}

const pageHeader: Partial<Style> = {
  font: { bold: true },
  alignment: { wrapText: true, vertical: 'bottom' },
  border: { bottom: { style: 'thin' } },
};

/**
 * Bars as XML, from zero to the greatest number. exceljs would add an empty reference to an extension, which is not valid.
 * @param ranges of cells, as A2:A9
 */
function barsXml(ranges: readonly string[]): string {
  const ends = '<cfvo type="num" val="0"/><cfvo type="max"/><color rgb="FF9DC3E6"/>';
  const rule = (at: number) =>
    `<cfRule type="dataBar" priority="${at + 1}"><dataBar>${ends}</dataBar></cfRule>`;
  return ranges
    .map((cells, at) => `<conditionalFormatting sqref="${cells}">${rule(at)}</conditionalFormatting>`)
    .join('');
}

/** Members of a streamed sheet that the types of exceljs omit. Its pipes are streams of readable-stream 3. */
interface StreamedSheet extends Worksheet {
  useSharedStrings: boolean;
  _writeConditionalFormatting: () => void;
  readonly stream: {
    readonly pipes: readonly (Writable & { _writableState: { needDrain: boolean } })[];
    write(text: string): void;
  };
}
