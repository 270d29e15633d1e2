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

export interface Workbook {
  sheet(header: SheetHeader): SheetWriter;
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
    const written = write({ sheet: (header) => openSheet(writer, header, failed) });
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

/** Members of a streamed sheet that the types of exceljs omit. Its pipes are streams of readable-stream 3. */
interface StreamedSheet extends Worksheet {
  useSharedStrings: boolean;
  readonly stream: { readonly pipes: readonly (Writable & { _writableState: { needDrain: boolean } })[] };
}
