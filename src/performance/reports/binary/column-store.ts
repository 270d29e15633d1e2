import type { Row } from '../../tables/index.js';
import type { ColumnType } from '../../reading/index.js';
import { plainCell } from './plain-cell.js';

interface TakenColumn {
  readonly data: unknown[] | Float64Array;
  /** Numbers or times that are not all the same: hardly worth to be looked up or compressed. */
  readonly isReading: boolean;
}

/**
 * Values of one column for as many rows as fit, again and again. Numbers and times are kept as doubles, so that no
 * object of a row outlives it.
 */
export class ColumnStore {
  private readonly doubles: Float64Array | null;
  private readonly texts: unknown[];
  private empty = 0;
  private differs = false;

  constructor(
    private readonly type: ColumnType,
    rows: number,
  ) {
    const asDoubles = type === 'number' || type === 'time';
    this.doubles = asDoubles ? new Float64Array(rows) : null;
    this.texts = asDoubles ? [] : new Array<unknown>(rows).fill(null);
  }

  /** Puts this column's values of some rows of a batch at a place of the store. */
  fill(place: number, batch: readonly Row[], from: number, count: number, column: number): void {
    const { doubles, texts } = this;
    for (let row = 0; row < count; row++) {
      const value = batch[from + row]?.[column];
      if (doubles === null) texts[place + row] = this.textOf(value);
      else {
        const double =
          typeof value === 'number' ? value : value instanceof Date ? value.getTime() : Number.NaN;
        if (Number.isNaN(double)) this.empty += 1;
        doubles[place + row] = double;
        if (double !== doubles[0]) this.differs = true;
      }
    }
  }

  /** The first so many values, times as milliseconds since 1970, null for none; the store is then as new. */
  take(rows: number): TakenColumn {
    const { doubles, empty, differs } = this;
    this.empty = 0;
    this.differs = false;
    if (doubles === null)
      return { data: rows === this.texts.length ? this.texts : this.texts.slice(0, rows), isReading: false };
    const values = doubles.subarray(0, rows);
    if (empty === 0 && this.type === 'number') return { data: values, isReading: differs };
    const data = Array.from(values, (value) => (Number.isNaN(value) ? null : value));
    return { data, isReading: differs };
  }

  private textOf(value: unknown): unknown {
    const plain = plainCell(value);
    if (this.type === 'any' && plain !== null && typeof plain !== 'string') return JSON.stringify(plain);
    return plain;
  }
}
