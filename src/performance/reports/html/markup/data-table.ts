import { markup, type Markup } from './markup.js';

export interface Column {
  readonly name: string;
  /** Numbers are right-aligned. */
  readonly number?: boolean;
}

type Cell = Markup | string | number | null;

/**
 * A table with a caption and headings for screen readers; the first column is the row heading. A table that is too wide
 * scrolls separately, also by keyboard.
 */
export function dataTable(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): Markup {
  const isNumber = (at: number) => columns[at]?.number === true;
  const head = columns.map(({ name }, at) =>
    isNumber(at) ? markup`<th scope="col" class="number">${name}</th>` : markup`<th scope="col">${name}</th>`,
  );
  const cell = (value: Cell, at: number) => {
    const shown = value ?? markup`<span class="none">–</span>`;
    if (at === 0) return markup`<th scope="row">${shown}</th>`;
    return isNumber(at) ? markup`<td class="number">${shown}</td>` : markup`<td>${shown}</td>`;
  };
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${rows.map((row) => markup`<tr>${row.map(cell)}</tr>\n`)}</tbody>
</table></div>`;
}
