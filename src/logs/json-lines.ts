import { open, type FileHandle } from 'node:fs/promises';
import type { z } from 'zod';
import { messageOf } from '../errors.js';
import { isPlainJson, parseJsonLine } from './json-text.js';
import { NumberLines } from './number-line.js';

const chunkBytes = 64 * 1024;
/** A longer line is not a record; it is passed over and reported. */
const longestLineBytes = 32 * 1024 * 1024;
/** Broken lines are counted all and kept up to this many. */
const keptFaults = 3;
const newline = 10;

/** What a pass over a JSONL file found. */
export interface LinesReport {
  /** There is no such file. */
  missing: boolean;
  records: number;
  /** Bytes up to the end of the last whole line. */
  bytes: number;
  /** The last line was cut and is left out. */
  cut: boolean;
  /** Whole lines that are no record, and are left out. */
  brokenLines: number;
  /** The first of them, 1-based, with the reason. */
  faults: { line: number; reason: string }[];
  /** Numbers that were not finite and became null. */
  notFinite: number;
}

/** What a record must be: a zod schema, and a quick way to see that most records fit. */
export interface RecordShape<T extends object> {
  readonly schema: z.ZodType<T>;
  /** True only for what the schema accepts as it is; anything else is asked of the schema. */
  readonly fits?: (value: unknown) => boolean;
  /** Most records are flat objects of numbers; each line of plain numbers whose layout was seen before is a record. */
  readonly numbers?: true;
}

/**
 * The records of a JSONL file, read by chunks: a file of any length takes little memory. Forgiving: a cut last line is
 * left out, a broken line elsewhere is left out and reported; `report` tells of the latest pass.
 */
export class JsonLines<T extends object> implements AsyncIterable<T> {
  report = emptyReport();
  private lineNumber = 0;
  private readonly schema: z.ZodType<T>;
  private readonly fits: (value: unknown) => boolean;
  private readonly numbers: NumberLines | null;

  /** @param untilByte reads no further, so that a second pass over a file that grows sees what the first saw */
  constructor(
    readonly path: string,
    shape: z.ZodType<T> | RecordShape<T>,
    private readonly untilByte = Infinity,
  ) {
    this.schema = 'schema' in shape ? shape.schema : shape;
    this.fits = ('fits' in shape ? shape.fits : undefined) ?? (() => false);
    this.numbers = 'numbers' in shape ? new NumberLines() : null;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for await (const batch of this.batches()) yield* batch;
  }

  /** The records, those of a chunk of the file at a time. */
  async *batches(): AsyncGenerator<readonly T[], void> {
    this.report = emptyReport();
    this.lineNumber = 0;
    const file = await openIfThere(this.path);
    if (file === null) {
      this.report.missing = true;
      return;
    }
    try {
      yield* this.chunks(file);
    } finally {
      await file.close();
    }
  }

  private async *chunks(file: FileHandle): AsyncGenerator<readonly T[], void> {
    let buffer = Buffer.allocUnsafe(2 * chunkBytes);
    /** Bytes at the front of the buffer that belong to a line whose end was not read yet. */
    let begun = 0;
    /** Bytes of that line which were passed over because it is too long. */
    let passedOver = 0;
    const ahead = Buffer.allocUnsafe(chunkBytes);
    const readOn = (from: number) => file.read(ahead, 0, Math.min(chunkBytes, this.untilByte - from), from);
    let position = 0;
    let reading = readOn(position);
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) break;
      if (buffer.length - begun < bytesRead) buffer = Buffer.concat([buffer, buffer]);
      ahead.copy(buffer, begun, 0, bytesRead);
      position += bytesRead;
      // The next piece comes from the disk while this one is read.
      reading = readOn(position);
      reading.catch(() => undefined);
      const filled = begun + bytesRead;
      let start = 0;
      const records: T[] = [];
      if (passedOver > 0) {
        const end = buffer.subarray(0, filled).indexOf(newline);
        if (end === -1) {
          passedOver += filled;
          begun = 0;
          continue;
        }
        this.tooLong();
        passedOver = 0;
        start = end + 1;
      }
      const end = buffer.lastIndexOf(newline, filled - 1) + 1;
      if (end > start) this.parseLines(buffer, start, end - 1, records);
      const rest = Math.max(start, end);
      this.report.bytes = position - (filled - rest);
      begun = filled - rest;
      buffer.copyWithin(0, rest, filled);
      if (begun > longestLineBytes) {
        passedOver = begun;
        begun = 0;
      }
      if (records.length > 0) yield records;
    }
    if (passedOver > 0) this.tooLong();
    else if (begun > 0) yield* this.lastLine(buffer.toString('utf8', 0, begun), begun);
  }

  /** A last line without its end may be whole, or cut. */
  private *lastLine(text: string, bytes: number): Generator<readonly T[]> {
    const last = this.parse(text, isPlainJson(text));
    if (typeof last === 'object') {
      this.report.bytes += bytes;
      yield [last.record];
    } else if (last !== '') this.report.cut = true;
  }

  /** @param end of the last whole line, its newline not included */
  private parseLines(buffer: Buffer, start: number, end: number, records: T[]): void {
    if (this.numbers !== null) this.parseNumbers(this.numbers, buffer, start, end, records);
    else this.parseText(buffer.toString('utf8', start, end), records);
  }

  private parseNumbers(
    numbers: NumberLines,
    buffer: Buffer,
    start: number,
    end: number,
    records: T[],
  ): void {
    for (let from = start; from <= end; ) {
      let to = buffer.indexOf(newline, from);
      if (to === -1 || to > end) to = end;
      const record = numbers.parse(buffer, from, to);
      if (record === null) {
        const before = records.length;
        this.parseText(buffer.toString('utf8', from, to), records);
        const learnt = records[before];
        if (learnt !== undefined) numbers.learn(learnt);
      } else {
        this.lineNumber += 1;
        this.report.records += 1;
        records.push(record as T);
      }
      from = to + 1;
    }
  }

  /** @param text whole lines */
  private parseText(text: string, records: T[]): void {
    const plain = isPlainJson(text);
    for (let start = 0; start <= text.length; ) {
      let end = text.indexOf('\n', start);
      if (end === -1) end = text.length;
      this.lineNumber += 1;
      const parsed = this.parse(text.slice(start, end), plain);
      if (typeof parsed === 'object') records.push(parsed.record);
      else if (parsed !== '') this.broken(parsed);
      start = end + 1;
    }
  }

  /** The record of a line, or the reason why it is none; no reason for an empty line. */
  private parse(text: string, plain: boolean): { record: T } | string {
    let value: unknown;
    let notFinite = 0;
    try {
      if (plain) value = JSON.parse(text);
      else ({ value, notFinite } = parseJsonLine(text));
    } catch (error) {
      return text.trim() === '' ? '' : messageOf(error);
    }
    if (!this.fits(value)) {
      const checked = this.schema.safeParse(value);
      if (!checked.success) {
        const issue = checked.error.issues[0];
        const where = issue?.path.join('.') ?? '';
        return `${where === '' ? '' : `${where}: `}${issue?.message ?? 'not a record'}`;
      }
    }
    this.report.records += 1;
    this.report.notFinite += notFinite;
    return { record: value as T };
  }

  private tooLong(): void {
    this.lineNumber += 1;
    this.broken(`longer than ${longestLineBytes} bytes`);
  }

  private broken(reason: string): void {
    this.report.brokenLines += 1;
    if (this.report.faults.length < keptFaults) this.report.faults.push({ line: this.lineNumber, reason });
  }
}

function emptyReport(): LinesReport {
  return {
    missing: false,
    records: 0,
    bytes: 0,
    cut: false,
    brokenLines: 0,
    faults: [],
    notFinite: 0,
  };
}

/** What is not there has no lines: a file that a role never wrote, or a run that never came that far. */
async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
