import { labelOf } from '../markup/index.js';

/** A text that fits into so many characters; the end of a longer one is replaced. */
export function shortened(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, Math.max(1, most - 1)).join('')}…`;
}

/** `4`, or `2 to 3` */
export function rangeText(counts: readonly number[]): string {
  const [least, greatest] = [Math.min(...counts), Math.max(...counts)];
  return least === greatest ? String(least) : `${least} to ${greatest}`;
}

/** The values of these parameters, for the label of a bar: `4, zlib`. All parameters if none of them differs. */
export function valuesOf(parameters: Readonly<Record<string, unknown>>, names: readonly string[]): string {
  return names.length === 0 ? labelOf(parameters) : names.map((name) => String(parameters[name])).join(', ');
}
