/**
 * A number that a double would change, as it was written: `1.0`, which a double makes the integer 1, `1e3`, and integers
 * with more digits than a double has. All others are plain numbers. There is one object for each text, so that equal ones
 * are identical.
 */
export class WrittenNumber {
  private static readonly all = new Map<string, WrittenNumber>();

  private constructor(
    /** A number in the grammar of JSON. */
    readonly text: string,
  ) {}

  static of(text: string): WrittenNumber {
    const known = this.all.get(text) ?? new WrittenNumber(text);
    this.all.set(text, known);
    return known;
  }

  /** The nearest double. */
  valueOf(): number {
    return Number(this.text);
  }

  toString(): string {
    return this.text;
  }

  /** A text that stands for the number until `jsonOf` puts the number in its place. */
  toJSON(): string {
    standIns += 1;
    return standInStart + this.text;
  }
}

const standInStart = '\u0000number:';
let standIns = 0;
/** A quote inside of a text has a backslash before it. */
const standIn = /(?<!\\)"\\u0000number:(-?[\d.eE+-]+)"/g;

/** JSON in which every WrittenNumber is the number that was written. Otherwise as JSON.stringify. */
export function jsonOf(value: unknown, space?: number): string {
  const before = standIns;
  const json = JSON.stringify(value, null, space);
  return standIns === before ? json : json.replace(standIn, '$1');
}

/** The number of a text in the grammar of JSON: a plain one unless a double would change it. */
export function numberOf(written: string): number | WrittenNumber {
  const number = Number(written);
  return String(number) === written ? number : WrittenNumber.of(written);
}

/**
 * The text in the grammar of JSON of a number that YAML 1.2 or a user wrote: `+5` is 5, `0123` is 123, `.5` is 0.5, `5.` is
 * 5.0, `0x10` is 16; a fraction and an exponent stay as they are. Null if the text is no finite number.
 */
export function jsonNumber(written: string): string | null {
  if (/^0(?:x[\da-fA-F]+|o[0-7]+)$/.test(written)) return String(BigInt(written));
  const parts = /^([-+]?)(\d*)(\.?)(\d*)(?:[eE]([-+]?\d+))?$/.exec(written);
  const [, sign, whole = '', point, fraction = '', exponent] = parts ?? [];
  if (whole === '' && fraction === '') return null;
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  const isInteger = point === '' && exponent === undefined;
  const minus = sign === '-' && !(isInteger && digits === '0') ? '-' : '';
  const rest = `${point === '' ? '' : `.${fraction || '0'}`}${exponent === undefined ? '' : `e${exponent}`}`;
  return minus + digits + rest;
}

/** Whether a number in the grammar of JSON is an integer by how it is written, as Python reads it. */
export function isWrittenInteger(json: string): boolean {
  return /^-?\d+$/.test(json);
}

/** The same text for the same value: `1`, `1.0` and `10e-1` have one. For numbers in the grammar of JSON. */
export function decimalKey(json: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(json) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${sign ?? ''}${significant}e${power}`;
}

export function isNumber(value: unknown): value is number | WrittenNumber {
  return typeof value === 'number' || value instanceof WrittenNumber;
}

/** Equal for values that are one: `1` and `1.0` are two ways to write a number, `1` and `"1"` are not the same. */
export function valueKey(value: unknown): string {
  return isNumber(value) ? decimalKey(String(value)) : JSON.stringify(value ?? null);
}
