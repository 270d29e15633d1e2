import { open, type FileHandle } from 'node:fs/promises';
import type { Row, Value } from '../table.js';
import { DigitWriter } from './digit-writer.js';

const bufferBytes = 128 * 1024;
/** No cell of numbers and times takes more; longer texts make room for themselves. */
const shortCellBytes = 64;

/** How rows look in a format. */
export interface RowForm {
  /** What stands before the cell of each column, without the comma between cells. */
  readonly before: readonly string[];
  /** Around a row. */
  readonly start: string;
  readonly end: string;
  /** A column without a value is left out, not empty. */
  readonly leavesOut: boolean;
  /** What stands around a time. */
  readonly quote: string;
  /** The text of a value that is neither a number nor a time; of no value only where columns are not left out. */
  textOf(value: Value): string;
}

/**
 * Rows as bytes, written to a file as they come. Cells that hold what they held in the row before are copied from there:
 * that is most of them (run, role, device), and nothing is made for the garbage collector.
 */
export class RowBytes {
  private buffer = Buffer.allocUnsafe(bufferBytes);
  private spare = Buffer.allocUnsafe(bufferBytes);
  private readonly digits = new DigitWriter();
  private writing: Promise<unknown> = Promise.resolve();
  private at = 0;

  private constructor(private readonly file: FileHandle) {}

  /** Opens a file, lets `write` fill it, and closes it, also when that fails. */
  static async write(path: string, write: (bytes: RowBytes) => Promise<void>): Promise<void> {
    const file = await open(path, 'w');
    const bytes = new RowBytes(file);
    try {
      await write(bytes);
      await bytes.flush();
      await bytes.writing;
    } finally {
      await bytes.writing.catch(() => undefined);
      await file.close();
    }
  }

  async text(text: string): Promise<void> {
    this.put(text);
    if (this.at >= bufferBytes / 2) await this.flush();
  }

  /** @param between what stands between two rows */
  async rows(batches: AsyncIterable<readonly Row[]>, form: RowForm, between = ''): Promise<void> {
    const before = form.before.map((text) => Buffer.from(`,${text}`));
    const cells: LastCell[] = before.map(() => ({ value: none, bytes: Buffer.alloc(0) }));
    let after = '';
    for await (const batch of batches) {
      for (const row of batch) {
        if (after !== '') this.put(after);
        after = between;
        this.row(row, form, before, cells);
        if (this.at >= bufferBytes / 2) await this.flush();
      }
    }
  }

  private row(row: Row, form: RowForm, before: readonly Buffer[], cells: readonly LastCell[]): void {
    this.put(form.start);
    // The first cell that is there has no comma before it.
    let skip = 1;
    for (let column = 0; column < before.length; column++) {
      const value = row[column];
      if (value === undefined && form.leavesOut) continue;
      const name = before[column];
      const last = cells[column];
      if (name === undefined || last === undefined) continue;
      this.room(name.length + shortCellBytes);
      this.copy(name, skip);
      skip = 0;
      if (typeof value === 'number' && Number.isFinite(value))
        this.at = this.digits.number(value, this.buffer, this.at);
      else if (value instanceof Date) {
        this.put(form.quote);
        this.at = this.digits.time(value, this.buffer, this.at);
        this.put(form.quote);
      } else {
        if (last.value !== value) {
          last.value = value;
          last.bytes = Buffer.from(form.textOf(typeof value === 'number' ? null : value));
        }
        this.room(last.bytes.length);
        this.copy(last.bytes, 0);
      }
    }
    this.put(form.end);
  }

  private copy(bytes: Buffer, from: number): void {
    const { buffer } = this;
    if (bytes.length > 200) {
      this.at += bytes.copy(buffer, this.at, from);
      return;
    }
    // For short ones a loop is quicker than the call.
    let { at } = this;
    for (let index = from; index < bytes.length; index++) buffer[at++] = bytes[index] ?? 0;
    this.at = at;
  }

  private put(text: string): void {
    this.room(3 * text.length);
    if (text.length < 8) {
      for (let index = 0; index < text.length; index++) {
        const code = text.charCodeAt(index);
        if (code > 127) {
          this.at += this.buffer.write(text.slice(index), this.at);
          return;
        }
        this.buffer[this.at++] = code;
      }
    } else this.at += this.buffer.write(text, this.at);
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.at + bytes));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }

  /** One buffer is written while the other is filled. */
  private async flush(): Promise<void> {
    await this.writing;
    const full = this.buffer;
    const end = this.at;
    this.buffer = this.spare;
    this.spare = full.length > 2 * bufferBytes ? Buffer.allocUnsafe(bufferBytes) : full;
    this.at = 0;
    this.writing = this.writeOut(full, end);
    // Told of at the next flush, or at the end.
    this.writing.catch(() => undefined);
  }

  private async writeOut(bytes: Buffer, end: number): Promise<void> {
    for (let start = 0; start < end;)
      start += (await this.file.write(bytes, start, end - start)).bytesWritten;
  }
}

interface LastCell {
  value: Value;
  bytes: Buffer;
}

/** Unlike every value. */
const none = Symbol('none');
