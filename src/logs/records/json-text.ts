/** A token that may need care: a string (skipped), a number, or what only Python's json writes. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|-?Infinity|NaN/g;
/**
 * Marks of a text whose numbers JSON.parse could change or refuse: 16 digits in a row (maybe an integer beyond a double),
 * what only Python's json writes, and an exponent of three digits.
 */
const needsCare = /\d{16}|NaN|Infinity|\d[eE]\+?\d{3}/;

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
 * Parses one line of JSON and never returns a wrong number: an integer that a double cannot hold is kept exactly, as
 * text, and a number that is not finite (Python's json writes NaN and Infinity) becomes null and is counted.
 * @throws SyntaxError when the line is not JSON
 */
export function parseJsonLine(line: string): ParsedLine {
  if (isPlainJson(line)) return { value: JSON.parse(line) as unknown, notFinite: 0 };
  let notFinite = 0;
  const safe = line.replace(token, (text) => {
    if (text.startsWith('"')) return text;
    const number = Number(text);
    if (!Number.isFinite(number)) {
      notFinite += 1;
      return 'null';
    }
    return /^-?\d+$/.test(text) && !Number.isSafeInteger(number) ? `"${text}"` : text;
  });
  return { value: JSON.parse(safe) as unknown, notFinite };
}
