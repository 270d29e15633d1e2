import { open, type FileHandle } from 'node:fs/promises';
import type { z } from 'zod';
import { messageOf } from '../errors.js';
import { parseJsonLine } from './json-text.js';

const chunkBytes = 256 * 1024;
/** A longer line is not a record; it is passed over and reported. */
const longestLineBytes = 32 * 1024 * 1024;
/** Broken lines are counted all and kept up to this many. */
const keptFaults = 3;

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

/**
 * The records of a JSONL file, read by chunks: a file of any length takes little memory. Forgiving: a cut last line is
 * left out, a broken line elsewhere is left out and reported; `report` tells of the latest pass.
 */
export class JsonLines<T> implements AsyncIterable<T> {
  report = emptyReport();

  /** @param untilByte reads no further, so that a second pass over a file that grows sees what the first saw */
  constructor(
    readonly path: string,
    private readonly schema: z.ZodType<T>,
    private readonly untilByte = Infinity,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    this.report = emptyReport();
    const file = await openIfThere(this.path);
    if (file === null) {
      this.report.missing = true;
      return;
    }
    try {
      yield* this.records(file);
    } finally {
      await file.close();
    }
  }

  private async *records(file: FileHandle): AsyncGenerator<T, void> {
    const { report } = this;
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const line = new LineBuffer();
    let number = 0;
    for (let position = 0; position < this.untilByte; ) {
      const { bytesRead } = await file.read(chunk, 0, Math.min(chunkBytes, this.untilByte - position), position);
      if (bytesRead === 0) break;
      const read = chunk.subarray(0, bytesRead);
      let start = 0;
      for (let end = read.indexOf(10); end !== -1; end = read.indexOf(10, start)) {
        const text = line.finish(read.subarray(start, end));
        number += 1;
        start = end + 1;
        report.bytes = position + start;
        const record = this.parse(text);
        if (record.ok) yield record.value;
        else if (record.reason !== null) this.broken(number, record.reason);
      }
      line.add(read.subarray(start));
      position += bytesRead;
    }
    if (line.lengthBytes === 0) return;
    const length = line.lengthBytes;
    const last = this.parse(line.finish(Buffer.alloc(0)));
    if (last.ok) {
      report.bytes += length;
      yield last.value;
    } else if (last.reason !== null) {
      report.cut = true;
    }
  }

  private parse(text: string | null): { ok: true; value: T } | { ok: false; reason: string | null } {
    if (text === null) return { ok: false, reason: `longer than ${longestLineBytes} bytes` };
    if (text.trim() === '') return { ok: false, reason: null };
    let parsed;
    try {
      parsed = parseJsonLine(text);
    } catch (error) {
      return { ok: false, reason: messageOf(error) };
    }
    const checked = this.schema.safeParse(parsed.value);
    if (!checked.success) {
      const issue = checked.error.issues[0];
      const where = issue?.path.join('.') ?? '';
      return { ok: false, reason: `${where === '' ? '' : `${where}: `}${issue?.message ?? 'not a record'}` };
    }
    this.report.records += 1;
    this.report.notFinite += parsed.notFinite;
    return { ok: true, value: parsed.value as T };
  }

  private broken(line: number, reason: string): void {
    this.report.brokenLines += 1;
    if (this.report.faults.length < keptFaults) this.report.faults.push({ line, reason });
  }
}

/** Collects the pieces of a line that crosses chunks. */
class LineBuffer {
  private pieces: Buffer[] = [];
  lengthBytes = 0;

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.lengthBytes += piece.length;
    if (this.lengthBytes <= longestLineBytes) this.pieces.push(Buffer.from(piece));
    else this.pieces = [];
  }

  /** The text of the whole line, null when it is too long; the next line starts empty. */
  finish(end: Buffer): string | null {
    if (this.lengthBytes === 0) return end.toString('utf8');
    this.add(end);
    const text = this.lengthBytes > longestLineBytes ? null : Buffer.concat(this.pieces).toString('utf8');
    this.pieces = [];
    this.lengthBytes = 0;
    return text;
  }
}

function emptyReport(): LinesReport {
  return { missing: false, records: 0, bytes: 0, cut: false, brokenLines: 0, faults: [], notFinite: 0 };
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
