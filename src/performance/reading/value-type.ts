import { isWrittenInteger, WrittenNumber } from '../../workspace/index.js';

/**
 * A value of a row: a JSON value, a BigInt, a WrittenNumber or a Date; undefined if the row lacks the value. Numbers are finite. Only an
 * integer that a double cannot hold is a BigInt, and none is nested in another value.
 */
export type Value = unknown;

/**
 * Type of a column's values: one type, or `any` for several types or nested values. Any column may have empty cells.
 * `integer` has at least one integer that a double cannot hold, and all fit into 64 bits; `number` is for doubles, and may
 * hold such an integer among fractions, which a column of doubles rounds.
 */
export type ColumnType = 'text' | 'number' | 'integer' | 'boolean' | 'time' | 'any';

/** -2^63 itself marks a missing value in numpy. */
const [least, greatest] = [-(2n ** 63n) + 1n, 2n ** 63n - 1n];

/** Infers the type of a column: the common type of its values, else `any`; `text` without values. */
export class ValueType {
  private seen: ColumnType | null = null;
  private long = false;
  /** Has a BigInt of more than 64 bits. */
  private wide = false;
  private fractional = false;

  /** @returns the type of this value, null for no value */
  see(value: Value): ColumnType | null {
    const type = typeOf(value);
    if (type === 'number') {
      if (typeof value === 'bigint') {
        this.long = true;
        if (value < least || value > greatest) this.wide = true;
      } else if (!Number.isSafeInteger(value)) this.fractional = true;
    }
    if (type !== null && type !== this.seen) this.seen = this.seen === null ? type : 'any';
    return type;
  }

  merge(other: ValueType): void {
    if (other.seen !== null && other.seen !== this.seen) this.seen = this.seen === null ? other.seen : 'any';
    this.long ||= other.long;
    this.wide ||= other.wide;
    this.fractional ||= other.fractional;
  }

  get type(): ColumnType {
    if (this.seen !== 'number' || !this.long || this.fractional) return this.seen ?? 'text';
    return this.wide ? 'any' : 'integer';
  }
}

/** A value as JSON: a number with all its digits. */
export function jsonText(value: Value): string {
  return typeof value === 'bigint' || value instanceof WrittenNumber ? String(value) : JSON.stringify(value);
}

/** A number as a double, whatever holds it; null for everything else. */
export function doubleOf(value: Value): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' || value instanceof WrittenNumber ? Number(value) : null;
}

/** The value of a parameter in a table: an integer that a double cannot hold is a BigInt there. */
export function parameterCell(value: Value): Value {
  return value instanceof WrittenNumber && isWrittenInteger(value.text) ? BigInt(value.text) : value;
}

function typeOf(value: Value): ColumnType | null {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return 'number';
    case 'string':
      return 'text';
    case 'boolean':
      return 'boolean';
    case 'undefined':
      return null;
    default:
      if (value instanceof WrittenNumber) return 'number';
      return value === null ? null : value instanceof Date ? 'time' : 'any';
  }
}
