import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { stream, Style, Worksheet } from 'exceljs';
import type { XlsxCell } from './xlsx-cell.js';

/** Fast and good enough: level 6 takes three times as long for a tenth less. */
const compressionLevel = 1;
/** Rows between two looks at how far the disk is. */
const rowsPerTurn = 500;

/** One object per style: exceljs works a style out once per object. */
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

/** A sheet that is written from its first row to its last, under a header that stays in view and can be filtered. */
export class SheetWriter {
  /** Rows so far, the header included. */
  rows = 0;

  constructor(
    private readonly sheet: StreamedSheet,
    private readonly columns: number,
    private readonly failed: Promise<never>,
  ) {}

  /** Wait for it only when it says so: that is when memory is to be emptied. */
  add(cells: readonly (XlsxCell | undefined)[], look = styles): Promise<void> | undefined {
    const { sheet } = this;
    sheet.useSharedStrings = cells.every((cell) => cell === undefined || cell.shared);
    const row = sheet.addRow(cells.map((cell) => cell?.value));
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

  /** exceljs never says that it is full: this asks the stream into which it pipes a sheet. */
  private async caughtUp(): Promise<void> {
    await nextTurn();
    for (const pipe of this.sheet.stream.pipes)
      if (pipe._writableState.needDrain) await Promise.race([this.failed, once(pipe, 'drain')]);
  }
}

export interface Workbook {
  sheet(header: SheetHeader): SheetWriter;
}

/** Makes a workbook, lets `write` fill it sheet by sheet, and closes the file, also when that fails. */
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

/** What a streamed sheet has and the types of exceljs leave out. Its pipes are streams of readable-stream 3. */
interface StreamedSheet extends Worksheet {
  useSharedStrings: boolean;
  readonly stream: { readonly pipes: readonly (Writable & { _writableState: { needDrain: boolean } })[] };
}
