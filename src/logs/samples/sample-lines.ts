import {
  linePieces,
  LineRecords,
  type LinesReport,
  openIfThere,
  type SampleRecord,
  sampleShape,
  type TextPiece,
} from '../records/index.js';
import { NumberLines } from './number-line.js';

const newline = 10;

/** Consecutive samples that have the same keys. */
export interface SampleBlock {
  /** `monotonic_s` and the metrics, in the order of the line. Blocks of one layout share the array. */
  readonly keys: readonly string[];
  readonly count: number;
  /** Sample after sample, one value per key; NaN for null. Reused: copy what you need before requesting the next block. */
  readonly values: Float64Array;
}

/** samples.jsonl as numbers, without an object per line because there may be millions. Skips the lines that `JsonLines` skips. */
export class SampleLines {
  private records = new LineRecords<SampleRecord>(sampleShape);
  private readonly numbers = new NumberLines();
  private values = new Float64Array(8192);

  /** @param untilByte where to stop, so that a second pass over a growing file sees what the first saw */
  constructor(
    readonly path: string,
    private readonly untilByte = Infinity,
  ) {}

  get report(): LinesReport {
    return this.records.report;
  }

  async *batches(): AsyncGenerator<SampleBlock, void> {
    this.records = new LineRecords<SampleRecord>(sampleShape);
    const file = await openIfThere(this.path);
    if (file === null) {
      this.report.missing = true;
      return;
    }
    try {
      for await (const piece of linePieces(file, this.untilByte))
        yield* piece.kind === 'lines' ? this.blocksOf(piece) : this.records.of(piece).map(blockOf);
    } finally {
      await file.close();
    }
  }

  private *blocksOf({ bytes, start, end, upToByte }: TextPiece): Generator<SampleBlock> {
    let keys: readonly string[] = [];
    let begun = 0;
    let at = 0;
    const block = (): SampleBlock => ({
      keys,
      count: (at - begun) / keys.length,
      values: this.values.subarray(begun, at),
    });
    for (let from = start; from <= end;) {
      let to = bytes.indexOf(newline, from);
      if (to === -1 || to > end) to = end;
      this.makeRoom(at + this.numbers.maxKeys);
      const laidOut = this.numbers.parse(bytes, from, to, this.values, at);
      // A sample needs its time; the shape below reports a line without it.
      const own =
        laidOut !== null && Number.isNaN(this.values[at + laidOut.indexOf('monotonic_s')]) ? null : laidOut;
      if (own !== keys) {
        if (at > begun) yield block();
        begun = at;
        keys = own ?? [];
      }
      if (own === null) {
        const other: SampleRecord[] = [];
        this.records.wholeLines(bytes.toString('utf8', from, to), other);
        for (const record of other) {
          this.numbers.learn(record);
          yield blockOf(record);
        }
      } else {
        this.records.counted();
        at += own.length;
      }
      from = to + 1;
    }
    if (at > begun) yield block();
    this.report.bytes = upToByte;
  }

  private makeRoom(values: number): void {
    if (values <= this.values.length) return;
    const larger = new Float64Array(2 * values);
    larger.set(this.values);
    this.values = larger;
  }
}

function blockOf(record: SampleRecord): SampleBlock {
  const values = Float64Array.from(Object.values(record), (value) => value ?? Number.NaN);
  return { keys: Object.keys(record), count: 1, values };
}
