import type { Value } from '../../reading/index.js';

/** Limits of a worksheet. */
export const maxRows = 1_048_576;
export const maxColumns = 16_384;
const maxTextLength = 32_767;
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
  private cut = 0;
  private escaped = 0;

  /** Undefined for a missing value. */
  cell(value: Value): XlsxCell | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number')
      return Number.isFinite(value) ? { value, style: 'plain', shared: true } : undefined;
    if (typeof value === 'boolean') return { value, style: 'plain', shared: true };
    if (value instanceof Date) return { value, style: 'time', shared: true };
    const cell = this.textCell(typeof value === 'string' ? value : JSON.stringify(value));
    if (cell.cut) this.cut += 1;
    if (cell.escaped) this.escaped += 1;
    return cell;
  }

  /** One sentence for each kind of change. */
  get notes(): string[] {
    const cells = (count: number) => `${count} ${count === 1 ? 'cell' : 'cells'}`;
    const notes: string[] = [];
    if (this.cut > 0)
      notes.push(
        `report.xlsx: ${cells(this.cut)} truncated to ${maxTextLength} characters; the csv and json reports have the full text.`,
      );
    if (this.escaped > 0)
      notes.push(
        `report.xlsx: control characters in ${cells(this.escaped)} are stored as codes such as _x0007_.`,
      );
    return notes;
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
  // Spreadsheets use \n as the line end in a cell.
  const lines = text.replaceAll('\r\n', '\n');
  const cut = lines.length > maxTextLength;
  const short = cut ? cutText(lines) : lines;
  const value = short
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(control, (one) => `_x${hex(one)}_`);
  const escaped = short.search(control) >= 0;
  return { value, style: formula.test(text) ? 'text' : 'plain', cut, escaped };
}

function cutText(text: string): string {
  const end = ` [truncated: ${text.length} characters, in full in the csv and json reports]`;
  // Not in the middle of a character that takes two units of UTF-16.
  return text.slice(0, maxTextLength - end.length).replace(/[\ud800-\udbff]$/, '') + end;
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}
