import type { Performance } from '../../opening/index.js';
import { doubleOf, jsonText, type Value } from '../../reading/index.js';
import { mainQuantity, primaryOf, type ResultsTable, resultsTables } from '../../summaries/index.js';
import type { Row } from '../../tables/index.js';
import { verdictText } from '../../validity/index.js';
import { type ResultsColumn, resultsRows, sourceLines, textTable } from '../format/index.js';
import type { PageSheet } from './workbook.js';
import type { XlsxCell, XlsxCells } from './xlsx-cell.js';

const name = 'Overview';
const [narrowest, widest] = [8, 50];

/** Headings of the parts of a figure; the others are in the notes. */
const parts: Readonly<Record<string, string>> = {
  mean: 'mean',
  ci95_low: '95 % low',
  ci95_high: '95 % high',
};

/** The first sheet: which runs these are and their verdicts, then a row per combination with its figures. */
export function overviewSheet(performance: Performance, cells: XlsxCells): PageSheet {
  const tables = resultsTables(performance.runs);
  const { columns, rows } = resultsRows(tables);
  const single = performance.runs.length === 1;
  const main = mainQuantities(performance, tables);
  const shown = [...columns.entries()].filter(([, column]) => isShown(column, single));
  const cellOf = (value: Value) => cells.cell(value, name);
  const text = (value: string): XlsxCell => cellOf(value) ?? { value, style: 'plain', shared: true };
  return {
    name,
    lines: linesOf(performance, tables).map(text),
    columns: shown.map(([at, column]) => {
      const values = rows.map((row) => row[at]);
      const format = formatOf(rows, columns, at);
      const heading = headingOf(column);
      return {
        heading: text(heading),
        width: widthOf(heading, values, format),
        format,
        bars: column.of?.part === 'mean' && main.has(column.of.quantity) && areComparable(values),
      };
    }),
    rows: rows.map((row) => shown.map(([at]) => cellOf(row[at]))),
  };
}

function linesOf(performance: Performance, tables: readonly ResultsTable[]): string[] {
  const { runs } = performance;
  const names = [...new Set(runs.map(({ record }) => record.experiment.name))].join(', ');
  const about = [...new Set(tables.map((table) => textTable(table).about))];
  return [
    `${names}: results`,
    ...sourceLines(performance, verdictText),
    ...(tables.length === 0 ? ['No role recorded a number that is a quantity.'] : about),
  ];
}

function isShown({ name: column, of }: ResultsColumn, single: boolean): boolean {
  if (of !== null) return of.part in parts;
  return !single || (column !== 'experiment' && column !== 'run_id');
}

function headingOf({ name: column, of }: ResultsColumn): string {
  return of === null ? column : `${of.quantity} ${parts[of.part] ?? ''}`;
}

/** The primary metrics of the experiments, or the main quantity of each role. */
function mainQuantities({ runs }: Performance, tables: readonly ResultsTable[]): Set<string> {
  const primary = runs.flatMap(({ record }) => primaryOf(record));
  const found = tables.flatMap(({ role, quantities }) => {
    const own = quantities.filter((one) => primary.includes(one) || primary.includes(`${role}.${one}`));
    return own.length > 0 ? own : [mainQuantity(quantities) ?? []].flat();
  });
  return new Set(found);
}

/** Bars from zero help where numbers differ and none is negative. */
function areComparable(values: readonly Value[]): boolean {
  const numbers = values.flatMap((value) => doubleOf(value) ?? []);
  return numbers.every((one) => one >= 0) && new Set(numbers).size > 1;
}

/**
 * Four significant digits for the least figure of a quantity, the same for its interval. The cell keeps all digits. Null for
 * a column that is no figure.
 */
function formatOf(rows: readonly Row[], columns: readonly ResultsColumn[], at: number): string | null {
  const of = columns[at]?.of ?? null;
  if (of === null) return null;
  const mean = columns.findIndex(({ of: one }) => one?.quantity === of.quantity && one.part === 'mean');
  const sizes = rows.flatMap((row) => Math.abs(doubleOf(row[mean]) ?? 0) || []);
  if (sizes.length === 0) return '0';
  if (rows.every((row) => Number.isInteger(doubleOf(row[at]) ?? 0)) && Math.max(...sizes) < 1e15)
    return '#,##0';
  const least = Math.floor(Math.log10(Math.min(...sizes)));
  if (least < -6 || Math.max(...sizes) >= 1e15) return '0.000E+00';
  const decimals = Math.max(0, 3 - least);
  return decimals === 0 ? '#,##0' : `#,##0.${'0'.repeat(decimals)}`;
}

/** As wide as the longest cell, and the longest word of the heading with the arrow of its filter. */
function widthOf(heading: string, values: readonly Value[], format: string | null): number {
  const decimals = format?.includes('E') === true ? 8 : (format?.split('.')[1]?.length ?? 0) + 1;
  const lengthOf = (value: Value) => {
    const number = format === null ? null : doubleOf(value);
    if (number === null) return value === null || value === undefined ? 0 : plainOf(value).length;
    const whole = Math.trunc(number).toLocaleString('en').length + (number < 0 ? 1 : 0);
    return (format?.includes('E') === true ? 2 : whole) + decimals;
  };
  const words = heading.split(' ').map((word) => word.length + 3);
  return Math.min(widest, Math.max(narrowest, ...words, ...values.map((value) => lengthOf(value) + 1)));
}

const plainOf = (value: Value) => (typeof value === 'string' ? value : jsonText(value));
