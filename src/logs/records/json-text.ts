/** A token that may need care: a string (skipped), a number, or what only Python's json writes. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|-?Infinity|NaN/g;
/**
 * Marks of a text whose numbers JSON.parse could change or refuse: 16 digits in a row (maybe an integer beyond a double),
 * what only Python's json writes, and an exponent of three digits.
 */
const needsCare = /\d{16}|NaN|Infinity|\d[eE]\+?\d{3}/;
/** The start of a string that stands for a number while a line is parsed. */
const stand = '\u0000number:';

/**
 * The key under which a row names its values that are not finite, with what they were: `{"loss":"NaN"}`. JSON has no such
 * numbers, so each is null in its own place. Written by the `collab` module, and added to rows that other code wrote.
 */
export const notFiniteKey = '_not_finite';

interface ParsedLine {
  value: unknown;
  /** Numbers that are not finite (NaN, Infinity, 1e999): JSON has no such number, so each became null. */
  notFinite: number;
}

/** Whether JSON.parse reads this text, one line or many, without changing a number. */
export function isPlainJson(text: string): boolean {
  return !needsCare.test(text);
}

/**
 * Parses one line of JSON and never returns a wrong number: a number that is not finite (Python's json writes NaN and
 * Infinity) becomes null and is counted.
 * @param exact an integer that a double cannot hold becomes a BigInt, in nested values its digits as text, and the names of
 *   values that are not finite are kept under `notFiniteKey`; otherwise such an integer becomes the nearest double
 * @throws SyntaxError when the line is not JSON
 */
export function parseJsonLine(line: string, exact: boolean): ParsedLine {
  if (isPlainJson(line)) return { value: JSON.parse(line) as unknown, notFinite: 0 };
  const found = { notFinite: 0, standsIn: 0 };
  const safe = line.replace(token, (text) => {
    if (text.startsWith('"')) return text;
    const number = Number(text);
    if (!Number.isFinite(number)) {
      found.notFinite += 1;
      if (!exact) return 'null';
    } else if (!exact || Number.isSafeInteger(number) || !/^-?\d+$/.test(text)) return text;
    found.standsIn += 1;
    return `"\\u0000number:${text}"`;
  });
  const value = JSON.parse(safe) as unknown;
  return { value: found.standsIn > 0 ? restored(value) : value, notFinite: found.notFinite };
}

/** Puts numbers into the places of the strings that stand for them. */
function restored(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return nested(value);
  const notFinite: Record<string, string> = {};
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record)) {
    const one = record[key];
    const digits = digitsOf(one);
    if (digits === null) {
      if (typeof one === 'object') record[key] = nested(one);
    } else if (isInteger(digits)) record[key] = BigInt(digits);
    else {
      record[key] = null;
      define(notFinite, key, digits);
    }
  }
  if (Object.keys(notFinite).length > 0) record[notFiniteKey] = notFinite;
  return record;
}

function nested(value: unknown): unknown {
  const digits = digitsOf(value);
  if (digits !== null) return isInteger(digits) ? digits : null;
  if (Array.isArray(value)) return value.map(nested);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) define(copy, key, nested(one));
  return copy;
}

function digitsOf(value: unknown): string | null {
  return typeof value === 'string' && value.startsWith(stand) ? value.slice(stand.length) : null;
}

function isInteger(digits: string): boolean {
  return /^-?\d+$/.test(digits) && Number.isFinite(Number(digits));
}

/** A user's key may be `__proto__`, which is an ordinary key only after defineProperty. */
function define(record: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
}

/** The names of the values of a row that are not finite; null for none. */
export function notFiniteIn(record: Readonly<Record<string, unknown>>): ReadonlySet<string> | null {
  const named = record[notFiniteKey];
  return typeof named === 'object' && named !== null ? new Set(Object.keys(named)) : null;
}
