import type { Value } from '../table.js';

/** What a worksheet holds at most. */
export const maxRows = 1_048_576;
export const maxColumns = 16_384;
const maxTextLength = 32_767;
/** So many different texts are written once and pointed to; more of them stand in their cells. */
const sharedTexts = 50_000;

/** Styles of xlsx-parts.ts, by their place there. */
export const cellStyle = { plain: 0, header: 1, time: 2, text: 3, headerText: 4 } as const;

/** Days from the spreadsheets' day 0, 1899-12-30, to 1970. */
const daysTo1970 = 25_569;

/** Cells as XML, without their place; and the texts that they point to. */
export class XlsxCells {
  private readonly places = new Map<string, number>();

  get shared(): Iterable<string> {
    return this.places.keys();
  }

  /** What follows `<c r="B2"`; empty for no value, which needs no cell. */
  cell(value: Value, header = false): string {
    if (value === undefined || value === null) return '';
    if (typeof value === 'number' && !Number.isFinite(value)) return '';
    if (typeof value === 'number') return `><v>${value}</v></c>`;
    if (typeof value === 'boolean') return ` t="b"><v>${Number(value)}</v></c>`;
    if (value instanceof Date)
      return ` s="${cellStyle.time}"><v>${value.getTime() / 86_400_000 + daysTo1970}</v></c>`;
    return this.textCell(textOf(value), header);
  }

  private textCell(text: string, header: boolean): string {
    const { header: bold, headerText, text: asText } = cellStyle;
    const formula = isFormulaLike(text);
    const style = header ? (formula ? headerText : bold) : formula ? asText : 0;
    const styled = style === 0 ? '' : ` s="${style}"`;
    let place = this.places.get(text);
    if (place === undefined && this.places.size < sharedTexts && text.length < 200)
      this.places.set(text, (place = this.places.size));
    if (place !== undefined) return `${styled} t="s"><v>${place}</v></c>`;
    return `${styled} t="inlineStr"><is>${textXml(text)}</is></c>`;
  }
}

/**
 * Nested values become JSON text; text that is too long for a cell is cut and says so. A line in a cell ends with \n
 * alone, as spreadsheets have it.
 */
function textOf(value: Value): string {
  const text = typeof value === 'string' ? value.replaceAll('\r\n', '\n') : JSON.stringify(value);
  if (text.length <= maxTextLength) return text;
  const end = ` [cut: ${text.length} characters, whole in the csv and json reports]`;
  return text.slice(0, maxTextLength - end.length) + end;
}

/** Text that a spreadsheet would take for a formula once a user edits its cell: it is kept as text by its style. */
function isFormulaLike(text: string): boolean {
  return /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text);
}

/** Text as an element. XML has no control characters: spreadsheets write them as _x0007_, and escape what looks so. */
export function textXml(text: string): string {
  const escaped = text
    .replace(/_x[0-9A-Fa-f]{4}_/g, '_x005F$&')
    .replace(/[\0-\x08\x0b-\x1f\ufffe\uffff]|\p{Surrogate}/gu, (character) => `_x${hex(character)}_`);
  return `<t xml:space="preserve">${xml(escaped)}</t>`;
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}

/** Text between tags or in an attribute. */
export function xml(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[one] ?? one,
  );
}

/** Name of a column: A, B ... Z, AA ... */
export function columnName(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest === 0 ? '' : columnName(rest - 1)) + String.fromCharCode(65 + (index % 26));
}
