import type { Value } from '../../reading/index.js';

/** A value as a column of one type holds it: nested values as JSON text, and null for no value. */
export function plainCell(value: Value): number | string | boolean | Date | null {
  switch (typeof value) {
    case 'number':
    case 'string':
    case 'boolean':
      return value;
    case 'undefined':
      return null;
    default:
      if (value === null || value instanceof Date) return value;
      return JSON.stringify(value);
  }
}
