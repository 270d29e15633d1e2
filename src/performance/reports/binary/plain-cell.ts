import { doubleOf, type Value } from '../../reading/index.js';

/** A value for a column of one type: nested values become JSON text, numbers that were written as `1.0` doubles, missing values null. */
export function plainCell(value: Value): number | bigint | string | boolean | Date | null {
  switch (typeof value) {
    case 'number':
    case 'bigint':
    case 'string':
    case 'boolean':
      return value;
    case 'undefined':
      return null;
    default:
      if (value === null || value instanceof Date) return value;
      return doubleOf(value) ?? JSON.stringify(value);
  }
}

/** The value of a column of integers; null for a missing one. */
export function integerOf(value: Value): bigint | null {
  return typeof value === 'bigint' ? value : typeof value === 'number' ? BigInt(value) : null;
}
