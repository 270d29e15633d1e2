/** A value of a row: what JSON has, or a Date; undefined where the row has no such value. Numbers are finite. */
export type Value = unknown;

/** What a column holds besides nothing: one kind of value, or `any` (several kinds, or nested values). */
export type ColumnType = 'text' | 'number' | 'boolean' | 'time' | 'any';

/** The type of a column that holds these values: the one that all of them have, else `any`; text when there are none. */
export class ValueType {
  private seen: ColumnType | null = null;

  /** @returns the value's own type, null for no value */
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
