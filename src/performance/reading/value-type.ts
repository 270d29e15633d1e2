/** A value of a row: a JSON value or a Date; undefined if the row lacks the value. Numbers are finite. */
export type Value = unknown;

/** Type of a column's values: one type, or `any` for several types or nested values. Any column may have empty cells. */
export type ColumnType = 'text' | 'number' | 'boolean' | 'time' | 'any';

/** Infers the type of a column: the common type of its values, else `any`; `text` without values. */
export class ValueType {
  private seen: ColumnType | null = null;

  /** @returns the type of this value, null for no value */
  see(value: Value): ColumnType | null {
    const type = typeOf(value);
    if (type !== null && type !== this.seen) this.seen = this.seen === null ? type : 'any';
    return type;
  }

  merge(other: ValueType): void {
    if (other.seen !== null && other.seen !== this.seen) this.seen = this.seen === null ? other.seen : 'any';
  }

  get type(): ColumnType {
    return this.seen ?? 'text';
  }
}

function typeOf(value: Value): ColumnType | null {
  switch (typeof value) {
    case 'number':
      return 'number';
    case 'string':
      return 'text';
    case 'boolean':
      return 'boolean';
    case 'undefined':
      return null;
    default:
      return value === null ? null : value instanceof Date ? 'time' : 'any';
  }
}
