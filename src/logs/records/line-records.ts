import type { z } from 'zod';
import { messageOf } from '../../errors.js';
import { isPlainJson, notFiniteIn, parseJsonLine } from './json-text.js';
import { longestLineBytes, type LinePiece } from './line-pieces.js';

/** All broken lines are counted; this many are kept. */
const keptFaults = 3;

/** What a pass over a JSONL file found. */
export interface LinesReport {
  /** Whether there is no such file. */
  missing: boolean;
  records: number;
  /** Bytes up to the end of the last whole line. */
  bytes: number;
  /** The last line was cut and is left out. */
  cut: boolean;
  /** Whole lines that are not a record and are left out. */
  brokenLines: number;
  /** The first of them, 1-based, with the reason. */
  faults: { line: number; reason: string }[];
  /** Numbers that were not finite and became null. */
  notFinite: number;
}

/** The shape of a record: a zod schema, and a quick check that most records pass. */
export interface RecordShape<T extends object> {
  readonly schema: z.ZodType<T>;
  /** True only for what the schema accepts unchanged; the schema checks everything else. */
  readonly fits?: (value: unknown) => boolean;
  /** The user chose the keys: integers beyond a double stay exact, and values that are not finite are named (`parseJsonLine`). */
  readonly exact?: boolean;
}

/**
 * Parses lines into records. A cut last line is left out; a broken line elsewhere is left out and reported. `report` is about
 * one pass over a file.
 */
export class LineRecords<T extends object> {
  readonly report: LinesReport = {
    missing: false,
    records: 0,
    bytes: 0,
    cut: false,
    brokenLines: 0,
    faults: [],
    notFinite: 0,
  };
  private lineNumber = 0;
  private readonly schema: z.ZodType<T>;
  private readonly fits: (value: unknown) => boolean;
  private readonly exact: boolean;

  constructor(shape: z.ZodType<T> | RecordShape<T>) {
    this.schema = 'schema' in shape ? shape.schema : shape;
    this.fits = ('fits' in shape ? shape.fits : undefined) ?? (() => false);
    this.exact = 'exact' in shape && shape.exact;
  }

  /** The records of a piece of a file. */
  of(piece: LinePiece): T[] {
    const records: T[] = [];
    if (piece.kind === 'too-long') this.broken(`longer than ${longestLineBytes} bytes`);
    else {
      const text = piece.bytes.toString('utf8', piece.start, piece.end);
      if (piece.kind === 'rest') this.lastLine(text, piece.upToByte, records);
      else {
        this.wholeLines(text, records);
        this.report.bytes = piece.upToByte;
      }
    }
    return records;
  }

  /** @param text whole lines, without the last newline */
  wholeLines(text: string, records: T[]): void {
    const plain = isPlainJson(text);
    for (let start = 0; start <= text.length;) {
      let end = text.indexOf('\n', start);
      if (end === -1) end = text.length;
      const parsed = this.parse(text.slice(start, end), plain);
      if (typeof parsed === 'object') {
        this.counted();
        records.push(parsed.record);
      } else if (parsed === '') this.lineNumber += 1;
      else this.broken(parsed);
      start = end + 1;
    }
  }

  /** Counts a line as read, even if the caller parsed it itself. */
  counted(): void {
    this.lineNumber += 1;
    this.report.records += 1;
  }

  /** A last line without its end may be whole, or cut. */
  private lastLine(text: string, upToByte: number, records: T[]): void {
    const parsed = this.parse(text, isPlainJson(text));
    if (typeof parsed === 'object') {
      this.counted();
      this.report.bytes = upToByte;
      records.push(parsed.record);
    } else if (parsed !== '') this.report.cut = true;
  }

  /** The record of a line, or the reason why it is not one; an empty reason for an empty line. */
  private parse(text: string, plain: boolean): { record: T } | string {
    let value: unknown;
    let notFinite = 0;
    try {
      if (plain) value = JSON.parse(text);
      else ({ value, notFinite } = parseJsonLine(text, this.exact));
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
    // The module that writes rows names them; in other rows they were found by parsing.
    this.report.notFinite +=
      notFinite > 0 || !this.exact ? notFinite : (notFiniteIn(value as Record<string, unknown>)?.size ?? 0);
    return { record: value as T };
  }

  private broken(reason: string): void {
    this.lineNumber += 1;
    this.report.brokenLines += 1;
    if (this.report.faults.length < keptFaults) this.report.faults.push({ line: this.lineNumber, reason });
  }
}
