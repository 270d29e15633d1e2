/** What a terminal can draw: eighths of a block where it knows Unicode, else ASCII. */
export interface Glyphs {
  /** From the lowest to the highest, for a line of little columns. */
  readonly columns: readonly string[];
  /** Parts of a cell of a bar, from one part to the whole. */
  readonly cells: readonly string[];
  readonly gap: string;
}

const unicode: Glyphs = { columns: Array.from('▁▂▃▄▅▆▇█'), cells: Array.from('▏▎▍▌▋▊▉█'), gap: ' ' };
const ascii: Glyphs = { columns: Array.from('_.-=+*%#'), cells: ['#'], gap: ' ' };

/** ASCII on a dumb terminal, where the locale is not UTF-8, and where NO_COLOR asks for plain output. */
export function glyphsFor(environment: NodeJS.ProcessEnv): Glyphs {
  const { TERM, NO_COLOR, LC_ALL, LC_CTYPE, LANG } = environment;
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '') ?? '';
  const plain = TERM === 'dumb' || (NO_COLOR ?? '') !== '' || !/utf-?8/i.test(locale);
  return plain ? ascii : unicode;
}

/** A bar as long as the value's share of the greatest; a value above 0 always shows. */
export function bar(value: number, greatest: number, width: number, { cells }: Glyphs): string {
  if (!(value > 0) || !(greatest > 0)) return '';
  const parts = Math.max(1, Math.round((Math.min(value, greatest) / greatest) * width * cells.length));
  const whole = Math.floor(parts / cells.length);
  return (cells.at(-1) ?? '').repeat(whole) + (cells[(parts % cells.length) - 1] ?? '');
}

/** One column per value, from 0 to the greatest; null is a gap. */
export function sparkline(values: readonly (number | null)[], { columns, gap }: Glyphs): string {
  const greatest = Math.max(0, ...values.map((value) => value ?? 0));
  return values
    .map((value) => {
      if (value === null) return gap;
      const step = greatest === 0 ? 0 : Math.round((Math.max(0, value) / greatest) * (columns.length - 1));
      return columns[step] ?? gap;
    })
    .join('');
}
