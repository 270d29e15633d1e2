import { padAfter, padBefore, textWidth } from './text-width.js';

/** Rows as text columns under headings, two spaces apart; numbers are right-aligned. */
export function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
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
