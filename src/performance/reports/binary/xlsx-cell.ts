import { doubleOf, jsonText, type Value } from '../../reading/index.js';

/** Limits of a worksheet. */
export const maxRows = 1_048_576;
export const maxColumns = 16_384;
const maxTextLength = 32_767;
/** The sheet that has texts longer than a cell. */
export const longTextSheet = 'Long text';
/** Number of different strings that are stored once and shared by their cells; further ones are stored in the cells. */
const sharedTexts = 50_000;
const maxSharedLength = 200;

/** The value of a cell and its style. */
export interface XlsxCell {
  readonly value: string | number | boolean | Date;
  /** `text` keeps a spreadsheet from treating the value as a formula when a user edits the cell. */
  readonly style: 'plain' | 'time' | 'text';
  /** False for strings that are too long or too many to keep in memory. */
  readonly shared: boolean;
}

interface TextCell extends XlsxCell {
  readonly cut: boolean;
  readonly escaped: boolean;
}

/** Converts values to cells, and counts those it had to change. */
export class XlsxCells {
  private readonly known = new Map<string, TextCell>();
  private readonly cut = new Map<string, number>();
  private escaped = 0;
  private long = 0;

  /**
   * Undefined for a missing value.
   * @param column where the cell is, for the notes
   */
  cell(value: Value, column: string): XlsxCell | undefined {
    if (value === undefined || value === null) return undefined;
    const number = typeof value === 'bigint' ? null : doubleOf(value);
    if (number !== null)
      return Number.isFinite(number) ? { value: number, style: 'plain', shared: true } : undefined;
    if (typeof value === 'boolean') return { value, style: 'plain', shared: true };
    if (value instanceof Date) return { value, style: 'time', shared: true };
    if (typeof value === 'bigint') this.long += 1;
    const cell = this.textCell(textOf(value));
    if (cell.cut) this.cut.set(column, (this.cut.get(column) ?? 0) + 1);
    if (cell.escaped) this.escaped += 1;
    return cell;
  }

  /** One sentence for each kind of change. */
  get notes(): string[] {
    const cells = (count: number) => `${count} ${count === 1 ? 'cell' : 'cells'}`;
    const notes: string[] = [];
    const cut = [...this.cut.values()].reduce((sum, count) => sum + count, 0);
    if (cut > 0) {
      const where = [...this.cut].map(([column, count]) => `${column} ${count}`).join(', ');
      notes.push(
        `report.xlsx: ${cells(cut)} of more than ${maxTextLength} characters (${where}): the sheet ${longTextSheet} has the whole text in parts.`,
      );
    }
    if (this.long > 0)
      notes.push(
        `report.xlsx: integers beyond 2^53 in ${cells(this.long)} are text, because a workbook has no exact number for them.`,
      );
    if (this.escaped > 0)
      notes.push(
        `report.xlsx: control characters in ${cells(this.escaped)} are stored as codes such as _x0007_.`,
      );
    return notes;
  }

  /** Whether a cell of this column was too long. */
  wasCut(column: string): boolean {
    return this.cut.has(column);
  }

  private textCell(text: string): TextCell {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const shared = this.known.size < sharedTexts && text.length < maxSharedLength;
    const cell = { ...cellOf(text), shared };
    if (shared) this.known.set(text, cell);
    return cell;
  }
}

/** XML does not allow control characters, so a workbook stores codes for them (ECMA-376, ST_Xstring). */
const control = /[\0-\x08\x0b-\x1f\x7f\ufffe\uffff]|\p{Surrogate}/gu;
const formula = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

function cellOf(text: string): Omit<TextCell, 'shared'> {
  const cut = text.length > maxTextLength;
  const short = cut ? cutText(text) : text;
  const value = short
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(control, (one) => `_x${hex(one)}_`);
  const escaped = short.search(control) >= 0;
  return { value, style: formula.test(text) ? 'text' : 'plain', cut, escaped };
}

function cutText(text: string): string {
  const end = ` [continued on the sheet ${longTextSheet}: ${text.length} characters]`;
  // Not in the middle of a character that takes two units of UTF-16.
  return text.slice(0, maxTextLength - end.length).replace(/[\ud800-\udbff]$/, '') + end;
}

/** The text that a cell shows; null for numbers, times and missing values. */
export function longTextOf(value: Value): string | null {
  if (value === null || value instanceof Date || doubleOf(value) !== null) return null;
  if (typeof value !== 'string' && typeof value !== 'object') return null;
  const text = textOf(value);
  return text.length > maxTextLength ? text : null;
}

/** Pieces of a text that fit into cells, not cut within a character. */
export function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length;) {
    const whole = text.slice(from, from + maxTextLength - 1);
    const piece = from + whole.length < text.length ? whole.replace(/[\ud800-\udbff]$/, '') : whole;
    pieces.push(piece);
    from += piece.length;
  }
  return pieces;
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : jsonText(value);
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}
