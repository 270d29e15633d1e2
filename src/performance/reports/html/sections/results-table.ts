import type { TextTable } from '../../format/index.js';
import { dataTable, markup, type Markup } from '../markup/index.js';

/** The one table of a role: a row per combination, a figure with half of its interval per quantity. */
export function resultsTable(
  { role, leading, quantities, rows, about, footnotes }: TextTable,
  mostRows: number,
): Markup {
  const columns = [
    // The first column is the heading of its row.
    ...leading.map(({ heading, isNumber }, at) => ({ name: heading, number: isNumber && at > 0 })),
    ...quantities.map((name) => ({ name, number: true })),
  ];
  const cells = rows
    .slice(0, mostRows)
    .map((row) => [
      ...row.leading,
      ...row.figures.map(
        ({ text, note }) => markup`${text ?? '–'}${note === null ? '' : markup`<sup>${note}</sup>`}`,
      ),
    ]);
  const cut =
    rows.length > mostRows ? ` (the first ${mostRows} of ${rows.length}; the table report has all rows)` : '';
  return markup`${dataTable(`Results of ${role}${cut}`, columns, cells)}
    <p class="muted">${about}</p>
    ${footnotes.map((text, at) => markup`<p class="muted"><sup>${at + 1}</sup> ${text}</p>`)}`;
}
