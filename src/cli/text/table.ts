/** Rows as text columns under headings, two spaces apart; numbers are right-aligned. */
export function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => String(row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((value, column) => {
          const width = widths[column] ?? 0;
          return typeof value === 'number' ? String(value).padStart(width) : value.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
