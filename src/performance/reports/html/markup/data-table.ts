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
  const head = columns.map(({ name }, at) => {
    const classes = [isNumber(at) ? 'number' : null, hasShortWords(name) ? 'short' : null];
    return markup`<th scope="col" class="${classes.filter((one) => one !== null).join(' ')}">${name}</th>`;
  });
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

/** Paper has no scroll bar, so headings may break within a word there, but not within one as short as `repeats`. */
const hasShortWords = (name: string): boolean => name.split(' ').every((word) => word.length <= 8);
