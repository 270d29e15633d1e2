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

let second = Number.NaN;
let secondText = '';

/** A time in ISO 8601; those of one second share all but the last digits. */
export function isoTime(time: Date): string {
  const ms = time.getTime();
  const whole = Math.floor(ms / 1000);
  if (whole !== second) {
    second = whole;
    secondText = time.toISOString().slice(0, -4);
  }
  const rest = ms - whole * 1000;
  return `${secondText}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
}
