import { padAfter, padBefore, textWidth, widthOf, wrapWords } from './text-width.js';

export type Cell = string | number;
type Cells = readonly Cell[];

/**
 * Rows as text columns under headings, two spaces apart; numbers are right-aligned. Where the columns are wider than the
 * output, each row becomes a block: its first cell, then a line for each other cell that is not empty.
 * @param width characters per line; default: those of the terminal, or any number where the output is none, so that other
 * programs find each row on one line
 */
export function table(headings: readonly string[], rows: readonly Cells[], width = tableWidth()): string {
  const drawn = columns(headings, rows);
  return rows.length === 0 || widthOf(drawn) <= width ? drawn : blocks(headings, rows, width);
}

function tableWidth(): number {
  return (process.stdout.isTTY && process.stdout.columns) || Infinity;
}

function columns(headings: readonly string[], rows: readonly Cells[]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) =>
    Math.max(...all.map((row) => textWidth(String(row[column] ?? '')))),
  );
  return all
    .map((row) =>
      row
        .map((value, column) => {
          const width = widths[column] ?? 0;
          return typeof value === 'number' ? padBefore(String(value), width) : padAfter(value, width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function blocks(headings: readonly string[], rows: readonly Cells[], width: number): string {
  const [, ...others] = headings;
  const label = Math.max(0, ...others.map((heading) => textWidth(heading.trim())));
  const drawn = rows.map(([first = '', ...cells]) => {
    const lines = cells.flatMap((cell, at) => {
      const text = String(cell).trim();
      if (text === '') return [];
      const heading = others[at]?.trim() ?? '';
      const start = `  ${padAfter(heading, label)}  `;
      return [wrapWords(start + text, width, ' '.repeat(label + 4))];
    });
    return [wrapWords(String(first).trim(), width, '  '), ...lines].filter((line) => line !== '').join('\n');
  });
  return drawn.join('\n\n');
}
