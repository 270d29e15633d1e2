import { paint } from './paint.js';
import { outputWidth, padAfter, padBefore, textWidth, widthOf, wrapWords } from './text-width.js';

export type Cell = string | number;
type Cells = readonly Cell[];

interface Rows {
  readonly headings: readonly string[];
  readonly rows: readonly Cells[];
}

/** Below this width, a table that is too wide becomes blocks at once. */
export const narrow = 60;
/** A column is not made narrower than this. In one that is not roomy, a cell takes no more lines than these. */
const least = 12;
const roomy = 20;
const mostLines = 5;
/** Where words must be broken, as long paths, only longer ones are. */
const longWord = 30;

/**
 * Rows as text columns under headings, two spaces apart; numbers are right-aligned. Where the columns are wider than the
 * output, cells are wrapped at words in their column, then columns that can be spared are left out, which a line below
 * says. If all that does not do, each row becomes a block: its first cell, then a line for each other cell that is not
 * empty.
 * @param width characters per line; default: those of the terminal, or any number where the output is none, so that other
 * programs find each row on one line
 * @param spare headings of columns that are left out first, in this order; --json must have what they say
 */
export function table(
  headings: readonly string[],
  rows: readonly Cells[],
  width = outputWidth(),
  spare: readonly string[] = [],
): string {
  return fitted({ headings, rows }, width, spare) ?? blocks(headings, rows, width);
}

/**
 * A table whose first columns repeat on many rows. If it is too wide, these become a title, with a table below each.
 * @param by how many columns
 */
export function groupedTable(
  headings: readonly string[],
  rows: readonly Cells[],
  by = 1,
  spare: readonly string[] = [],
): string {
  const width = outputWidth();
  const whole = columns({ headings, rows });
  if (width < narrow || rows.length === 0 || widthOf(whole) <= width)
    return table(headings, rows, width, spare);
  const groups = new Map<string, Cells[]>();
  for (const row of rows) {
    const title = row.slice(0, by).join(', ');
    groups.set(title, [...(groups.get(title) ?? []), row.slice(by)]);
  }
  return [...groups]
    .map(([title, own]) => `${title}:\n${table(headings.slice(by), own, width, spare)}`)
    .join('\n\n');
}

/** The rows as a table no wider than given; null if there is no such table. */
function fitted(whole: Rows, width: number, spare: readonly string[]): string | null {
  const drawn = columns(whole);
  if (whole.rows.length === 0 || widthOf(drawn) <= width) return drawn;
  if (width < narrow) return null;
  for (const breaks of [false, true])
    for (let hidden = 0; hidden <= spare.length; hidden += 1) {
      const names = spare.slice(0, hidden);
      const widths = widthsWithin(without(whole, names), width, breaks);
      if (widths === null) continue;
      const kept = columns(without(whole, names), widths);
      return hidden === 0 ? kept : `${kept}\n${hiddenText(names)}`;
    }
  return null;
}

const hiddenText = (names: readonly string[]) =>
  paint('faint', `Left out for want of room: ${names.join(', ')}. --json has all.`);

function without({ headings, rows }: Rows, names: readonly string[]): Rows {
  const isKept = (_: unknown, at: number) => !names.includes(headings[at] ?? '');
  return { headings: headings.filter(isKept), rows: rows.map((row) => row.filter(isKept)) };
}

const widthsOf = ({ headings, rows }: Rows) =>
  headings.map((heading, at) =>
    Math.max(textWidth(heading), ...rows.map((row) => textWidth(String(row[at] ?? '')))),
  );

/**
 * Widths of the columns that together are no wider than given: those of the widest columns are reduced.
 * @param breaks whether long words may be broken
 * @returns null if some column would be too narrow to read
 */
function widthsWithin(all: Rows, width: number, breaks: boolean): number[] | null {
  const { headings, rows } = all;
  const widths = widthsOf(all);
  const floors = headings.map((heading, at) => {
    const cells = rows.map((row) => row[at] ?? '');
    if (cells.some((cell) => typeof cell === 'number')) return Infinity;
    const word = Math.max(...cells.flatMap((cell) => String(cell).split(' ')).map(textWidth));
    return Math.max(least, textWidth(heading), breaks ? Math.min(word, longWord) : word);
  });
  const total = () => widths.reduce((sum, one) => sum + one + 2, -2);
  while (total() > width) {
    const at = widths.reduce(
      (best, one, each) => (one > (floors[each] ?? Infinity) && one > (widths[best] ?? 0) ? each : best),
      -1,
    );
    if (at === -1) return null;
    widths[at] = (widths[at] ?? 0) - 1;
  }
  const isReadable = widths.every(
    (one, at) => one >= roomy || rows.every((row) => linesOf(row[at] ?? '', one).length <= mostLines),
  );
  return isReadable ? widths : null;
}

const linesOf = (cell: Cell, width: number): string[] =>
  textWidth(String(cell)) <= width ? [String(cell)] : wrapWords(String(cell), width).split('\n');

function columns(all: Rows, widths = widthsOf(all)): string {
  return [all.headings, ...all.rows]
    .flatMap((row) => {
      const cells = row.map((cell, at) => linesOf(cell, widths[at] ?? 0));
      const height = Math.max(1, ...cells.map((lines) => lines.length));
      return Array.from({ length: height }, (_, line) =>
        cells
          .map((lines, at) => {
            const pad = typeof row[at] === 'number' ? padBefore : padAfter;
            return pad(lines[line] ?? '', widths[at] ?? 0);
          })
          .join('  ')
          .trimEnd(),
      );
    })
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
