import { narrow, table } from './table.js';
import { widthOf } from './text-width.js';

/** A column of a table that may be too wide for the terminal. */
export interface WideColumn {
  heading: string;
  cells: readonly string[];
}

/**
 * Tables below each other, no wider than the terminal where possible: the leading columns, and as many others as fit. On a narrow
 * terminal where not even one fits, a block for each row, with the leading columns as its title.
 */
export function tablesWithin(
  leading: readonly WideColumn[],
  others: readonly WideColumn[],
  width: number,
): string {
  const rows = others[0]?.cells.length ?? leading[0]?.cells.length ?? 0;
  const draw = (columns: readonly WideColumn[], within?: number) =>
    table(
      columns.map(({ heading }) => heading),
      Array.from({ length: rows }, (_, row) => columns.map(({ cells }) => cells[row] ?? '')),
      within,
    );
  const fitsAlone = (one: WideColumn) => widthOf(draw([...leading, one], Infinity)) <= width;
  if (width < narrow && !others.every(fitsAlone)) {
    const title = Array.from({ length: rows }, (_, row) =>
      leading.map(({ heading, cells }) => `${heading}=${cells[row] ?? ''}`).join(' '),
    );
    return draw([{ heading: '', cells: title }, ...others], width);
  }
  const tables: string[] = [];
  for (let from = 0; from < others.length;) {
    let until = from + 1;
    const upTo = (end: number) => [...leading, ...others.slice(from, end)];
    while (until < others.length && widthOf(draw(upTo(until + 1), Infinity)) <= width) until += 1;
    tables.push(draw(upTo(until)));
    from = until;
  }
  return tables.join('\n\n');
}
