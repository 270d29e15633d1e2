import type { z } from 'zod';
import {
  linePieces,
  LineRecords,
  type LinesReport,
  openIfThere,
  type RecordShape,
} from '../records/index.js';

/**
 * The records of a JSONL file, read in chunks, so that a file of any length takes little memory. An incomplete last line is
 * skipped; other broken lines are skipped and reported. `report` covers the latest pass.
 */
export class JsonLines<T extends object> implements AsyncIterable<T> {
  private records: LineRecords<T>;

  /** @param untilByte where to stop, so that a second pass over a growing file sees what the first saw */
  constructor(
    readonly path: string,
    private readonly shape: z.ZodType<T> | RecordShape<T>,
    private readonly untilByte = Infinity,
  ) {
    this.records = new LineRecords(shape);
  }

  get report(): LinesReport {
    return this.records.report;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for await (const batch of this.batches()) yield* batch;
  }

  /** The records, one chunk of the file at a time. */
  async *batches(): AsyncGenerator<readonly T[], void> {
    this.records = new LineRecords(this.shape);
    const file = await openIfThere(this.path);
    if (file === null) {
      this.report.missing = true;
      return;
    }
    try {
      for await (const piece of linePieces(file, this.untilByte)) {
        const records = this.records.of(piece);
        if (records.length > 0) yield records;
      }
    } finally {
      await file.close();
    }
  }
}
