import type { Row, Value } from '../table.js';
import { CellTexts, isoTime } from './cell-texts.js';

/** Rows as JSON objects. A row leaves out what it has no value for; null says that there is none. */
export class JsonRows {
  private readonly cells: CellTexts;

  constructor(columns: readonly string[]) {
    // By hand, so that a user's key `__proto__` is a key like others.
    const names = columns.map((column, at) => `${at === 0 ? '{' : ','}${JSON.stringify(column)}:`);
    this.cells = new CellTexts(columns.length, (value, column) =>
      value === undefined ? '' : (names[column] ?? '') + jsonValue(value),
    );
  }

  text(row: Row): string {
    const texts = this.cells.of(row);
    const text = texts.join('');
    return texts[0] === '' ? `{${text.slice(1)}}` : `${text}}`;
  }
}

function jsonValue(value: Value): string {
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return `"${isoTime(value)}"`;
  return JSON.stringify(value);
}
