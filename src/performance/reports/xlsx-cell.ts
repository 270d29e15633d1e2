/** What a worksheet holds at most. */
export const maxRows = 1_048_576;
export const maxColumns = 16_384;
const maxTextLength = 32_767;

type XlsxCell = string | number | boolean | Date | null;

/**
 * A value as a typed cell. Nested values become JSON text; text that is too long for a cell is cut and says so.
 * A line in a cell ends with \n alone, as spreadsheets have it.
 */
export function cellOf(value: unknown): XlsxCell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' || typeof value === 'boolean' || value instanceof Date) return value;
  const text = typeof value === 'string' ? value.replaceAll('\r\n', '\n') : JSON.stringify(value);
  if (text.length <= maxTextLength) return text;
  const end = ` [cut: ${text.length} characters, whole in the csv and json reports]`;
  return text.slice(0, maxTextLength - end.length) + end;
}

/** Text that a spreadsheet would take for a formula once a user edits its cell. */
export function isFormulaLike(value: unknown): boolean {
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value);
}
