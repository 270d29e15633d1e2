import { figureOf, lineKey } from '../charts/index.js';
import { digits, markerPath, mostLooks, px } from '../drawing/index.js';
import { markup, type Markup } from '../markup/index.js';
import { ratioTicks } from './ratio-ticks.js';

const width = 960;
const rowHeight = 24;
const [top, bottom, right] = [8, 44, 270];

interface Row {
  /** Index of its run, for its marker. */
  readonly series: number;
  readonly ratio: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Of what was found: a symbol and words. */
  readonly finding: string;
}

/** Ratios to the baseline, in groups: one for each combination. Draws what it is given, and computes nothing. */
export interface ForestChart {
  readonly title: string;
  readonly caption: string;
  readonly axis: string;
  /** Labels of the runs that rows have. */
  readonly series: readonly { readonly index: number; readonly label: string; readonly short: string }[];
  readonly groups: readonly { readonly label: string; readonly rows: readonly Row[] }[];
}

/** Ratios on a logarithmic scale, so that half and twice are equally far from the line at 1. All must be above 0. */
export function forestChart({ title, caption, axis, series, groups }: ForestChart): Markup {
  const bounds = groups.flatMap(({ rows }) =>
    rows.flatMap(({ ratio, interval }) => [ratio, interval?.low ?? ratio, interval?.high ?? ratio]),
  );
  const ticks = ratioTicks(Math.min(...bounds), Math.max(...bounds));
  const [lowest, highest] = [ticks[0] ?? 0.5, ticks.at(-1) ?? 2];
  const shorts = new Map(series.map(({ index, short }) => [index, short]));
  const longest = Math.max(...groups.map(({ label }) => label.length));
  const left = Math.min(330, Math.max(90, 52 + longest * 7.2));
  const share = (value: number) => Math.log(value / lowest) / Math.log(highest / lowest);
  const x = (value: number) => left + share(value) * (width - left - right);
  const count = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  const end = top + count * rowHeight + (groups.length - 1) * 6;
  const grid = ticks.map(
    (
      tick,
    ) => markup`<line class="${tick === 1 ? 'unity' : 'grid'}" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="${top}" y2="${end}" />
      <text x="${px(x(tick))}" y="${end + 17}" text-anchor="middle">${digits(tick)}</text>`,
  );
  let y = top + rowHeight / 2;
  const drawn = groups.map(({ label, rows }) => {
    const shown = label.length > 40 ? `${label.slice(0, 39)}…` : label;
    const name = markup`<text class="label" x="${left - 40}" y="${px(y + 4)}" text-anchor="end">${shown}</text>`;
    const lines = rows.map((row) => {
      const line = drawRow(row, shorts.get(row.series) ?? '', y, left, x);
      y += rowHeight;
      return line;
    });
    y += 6;
    return markup`${name}${lines}`;
  });
  return figureOf({
    title,
    caption,
    kind: 'wide',
    legend: series.map(({ index, label }) => ({ key: lineKey(index, false), label })),
    drawing: markup`<svg viewBox="0 0 ${width} ${end + bottom}" role="img" aria-label="${title}. ${inWords(groups, shorts)}">
      ${grid}${drawn}
      <text class="axis" x="${px((left + width - right) / 2)}" y="${end + 38}" text-anchor="middle">${axis}</text></svg>`,
  });
}

function drawRow(
  { series, ratio, interval, finding }: Row,
  short: string,
  y: number,
  left: number,
  x: (value: number) => number,
): Markup {
  const whisker =
    interval === null
      ? markup``
      : markup`<path class="whisker" d="M${px(x(interval.low))} ${px(y)}H${px(x(interval.high))}M${px(x(interval.low))} ${px(y - 4)}v8M${px(x(interval.high))} ${px(y - 4)}v8" />`;
  return markup`<text class="label" x="${left - 12}" y="${px(y + 4)}" text-anchor="end">${short}</text>
    <g class="s${series % mostLooks}">${whisker}<path class="marker" d="${markerPath(series, x(ratio), y, 4.5)}" /></g>
    <text class="label" x="${width - right + 12}" y="${px(y + 4)}">${ratioText(ratio, interval)} ${finding}</text>`;
}

/** `0.889 [0.873, 0.906]` */
export function ratioText(ratio: number, interval: Row['interval']): string {
  return `${digits(ratio)}${interval === null ? '' : ` [${digits(interval.low)}, ${digits(interval.high)}]`}`;
}

function inWords(groups: ForestChart['groups'], shorts: ReadonlyMap<number, string>): string {
  return groups
    .map(({ label, rows }) => {
      const spoken = rows.map(
        ({ series, ratio, interval, finding }) =>
          `${shorts.get(series) ?? ''} ${ratioText(ratio, interval)} ${finding}`,
      );
      return `${label}: ${spoken.join(', ')}.`;
    })
    .join(' ');
}
