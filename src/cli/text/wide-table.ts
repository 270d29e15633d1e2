import { table } from './table.js';
import { widthOf } from './text-width.js';

/** A column of a table that may be too wide for the terminal. */
export interface WideColumn {
  heading: string;
  cells: readonly string[];
}

/** Tables below each other, no wider than the terminal where possible: the leading columns, and as many others as fit. */
export function tablesWithin(
  leading: readonly WideColumn[],
  others: readonly WideColumn[],
  width: number,
): string {
  const rows = others[0]?.cells.length ?? leading[0]?.cells.length ?? 0;
  const draw = (columns: readonly WideColumn[]) =>
    table(
      columns.map(({ heading }) => heading),
      Array.from({ length: rows }, (_, row) => columns.map(({ cells }) => cells[row] ?? '')),
    );
  const tables: string[] = [];
  for (let from = 0; from < others.length;) {
    let until = from + 1;
    const upTo = (end: number) => draw([...leading, ...others.slice(from, end)]);
    while (until < others.length && widthOf(upTo(until + 1)) <= width) until += 1;
    tables.push(upTo(until));
    from = until;
  }
  return tables.join('\n\n');
}
