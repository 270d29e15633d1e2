import type { Row, Value } from '../table.js';

/**
 * Texts of the cells of a row. Most columns of a table hold the same value for many rows (run, role, device), so the
 * text of the row before is used again.
 */
export class CellTexts {
  private readonly values: Value[];
  readonly texts: string[];

  /** @param textOf the text of a value, by the column in which it stands */
  constructor(
    columns: number,
    private readonly textOf: (value: Value, column: number) => string,
  ) {
    this.values = new Array<Value>(columns).fill(undefined);
    this.texts = Array.from({ length: columns }, (_, column) => textOf(undefined, column));
  }

  /** The same array each time. */
  of(row: Row): readonly string[] {
    const { values, texts } = this;
    for (let column = 0; column < texts.length; column++) {
      const value = row[column];
      if (value === values[column]) continue;
      values[column] = value;
      texts[column] = this.textOf(value, column);
    }
    return texts;
  }
}
