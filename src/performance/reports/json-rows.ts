import type { RowForm } from './row-bytes.js';

/** Rows as JSON objects. A row leaves out what it has no value for; null says that there is none. */
export function jsonRows(columns: readonly string[], end = ''): RowForm {
  return {
    // By hand, so that a user's key `__proto__` is a key like others.
    before: columns.map((column) => `${JSON.stringify(column)}:`),
    start: '{',
    end: `}${end}`,
    leavesOut: true,
    quote: '"',
    textOf: (value) => JSON.stringify(value),
  };
}
