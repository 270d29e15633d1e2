import type { Row } from '../../tables/index.js';
import { type ColumnType, doubleOf, jsonText } from '../../reading/index.js';
import { integerOf, plainCell } from './plain-cell.js';

interface TakenColumn {
  readonly data: unknown[] | Float64Array;
  /** Numbers or times that vary: not worth a dictionary or compression. */
  readonly isReading: boolean;
}

/**
 * Reusable buffer for the values of one column. Numbers and times are stored as doubles, so that no object outlives its
 * row.
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

  /** Copies this column's values from some rows of a batch. */
  fill(place: number, batch: readonly Row[], from: number, count: number, column: number): void {
    const { doubles, texts } = this;
    for (let row = 0; row < count; row++) {
      const value = batch[from + row]?.[column];
      if (doubles === null) texts[place + row] = this.textOf(value);
      else {
        const double = value instanceof Date ? value.getTime() : (doubleOf(value) ?? Number.NaN);
        if (Number.isNaN(double)) this.empty += 1;
        doubles[place + row] = double;
        if (double !== doubles[0]) this.differs = true;
      }
    }
  }

  /** Returns the first `rows` values (times in milliseconds since 1970, null for missing ones) and resets the store. */
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
    if (this.type === 'integer') return integerOf(value);
    const plain = plainCell(value);
    if (this.type === 'any' && plain !== null && typeof plain !== 'string') return jsonText(value);
    return plain;
  }
}
