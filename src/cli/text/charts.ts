import { padAfter, textWidth } from './text-width.js';

/** Characters that a terminal can draw: eighths of a block with Unicode, else ASCII. */
export interface Glyphs {
  /** Columns of a sparkline, from the lowest to the highest. */
  readonly columns: readonly string[];
  /** Parts of a cell of a bar, from one part to a full cell. */
  readonly cells: readonly string[];
  /** The empty part of a progress bar. */
  readonly rest: string;
  readonly gap: string;
}

const unicode: Glyphs = {
  columns: Array.from('▁▂▃▄▅▆▇█'),
  cells: Array.from('▏▎▍▌▋▊▉█'),
  rest: '░',
  gap: ' ',
};
const ascii: Glyphs = { columns: Array.from('_.-=+*%#'), cells: ['#'], rest: '.', gap: ' ' };

/** ASCII on a dumb terminal, without a UTF-8 locale, and where NO_COLOR asks for plain output. */
export function glyphsFor(environment: NodeJS.ProcessEnv): Glyphs {
  const { TERM, NO_COLOR, LC_ALL, LC_CTYPE, LANG } = environment;
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '') ?? '';
  const plain = TERM === 'dumb' || (NO_COLOR ?? '') !== '' || !/utf-?8/i.test(locale);
  return plain ? ascii : unicode;
}

/** A bar whose length is the value's share of the greatest; a value above 0 always shows. */
export function bar(value: number, greatest: number, width: number, { cells }: Glyphs): string {
  if (!(value > 0) || !(greatest > 0)) return '';
  const parts = Math.max(1, Math.round((Math.min(value, greatest) / greatest) * width * cells.length));
  const whole = Math.floor(parts / cells.length);
  return (cells.at(-1) ?? '').repeat(whole) + (cells[(parts % cells.length) - 1] ?? '');
}

/**
 * One column per value, from 0 to `top` (default: the greatest value); null, a value that was not read, is a gap.
 * @param width characters: the newest values only, right-aligned; default: one for each value
 */
export function sparkline(
  values: readonly (number | null)[],
  { columns, gap }: Glyphs,
  { width = values.length, top }: { width?: number; top?: number | undefined } = {},
): string {
  const shown = values.slice(Math.max(0, values.length - width));
  const greatest = top ?? Math.max(0, ...shown.map((value) => value ?? 0));
  const column = (value: number | null) => {
    if (value === null) return gap;
    const share = greatest > 0 ? Math.min(1, Math.max(0, value / greatest)) : 0;
    return columns[Math.round(share * (columns.length - 1))] ?? gap;
  };
  return shown.map(column).join('').padStart(width);
}

/** A progress bar of `width` characters; `share` is between 0 and 1. */
export function progressBar(share: number, width: number, { cells, rest }: Glyphs): string {
  const full = Math.round(share * width);
  return (cells.at(-1) ?? '').repeat(full) + rest.repeat(width - full);
}

/** Where a chart goes: after its label on the same line or, on a narrow terminal, on a line below. */
export interface ChartPlace {
  /** Characters for the chart. */
  room: number;
  /** Puts a label and its chart together. */
  join: (label: string, chart: string) => string;
}

/** @param valueWidth characters that follow the chart, spaces included */
export function placeCharts(labels: readonly string[], width: number, valueWidth: number): ChartPlace {
  const labelWidth = Math.max(...labels.map(textWidth));
  const sameLine = width - labelWidth - 2 - valueWidth;
  if (sameLine >= 10)
    return {
      room: Math.min(60, sameLine),
      join: (label, chart) => `${padAfter(label, labelWidth)}  ${chart}`,
    };
  const below = Math.max(1, Math.min(60, width - 2 - valueWidth));
  return { room: below, join: (label, chart) => `${label}\n  ${chart}` };
}
