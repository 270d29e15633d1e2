import { px, ticksTo } from '../charts/index.js';
import { digits, markup, type Markup, withUnit } from '../markup/index.js';
import { figureOf, markerKey } from './figure.js';
import { markerPath, mostLooks } from './markers.js';

const [width, height] = [960, 340];
const margin = { top: 12, right: 14, left: 74 };
/** Mean width of a letter, in pixels. */
const letter = 6.4;

/** One value with its interval, at a place of the horizontal axis. */
export interface Point {
  /** Index into the texts of the axis. */
  readonly at: number;
  readonly value: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** Values of several runs at each combination. Draws what it is given, and computes nothing. */
export interface PointsChart {
  readonly title: string;
  readonly caption: string;
  readonly x: { readonly title: string; readonly texts: readonly string[] };
  readonly y: { readonly words: string; readonly unit: string };
  readonly series: readonly { readonly label: string; readonly points: readonly Point[] }[];
}

/** The points of all runs side by side at each combination, with their intervals as whiskers; names are not joined by lines. */
export function pointsChart({ title, caption, x, y, series }: PointsChart): Markup {
  const room = width - margin.left - margin.right;
  const slot = room / x.texts.length;
  const longest = Math.max(...x.texts.map((text) => text.length));
  const slanted = longest * letter > slot - 8;
  const below = slanted ? 34 + Math.min(longest, 34) * letter * 0.5 : 42;
  const bottom = height - below;
  const bounds = series.flatMap(({ points }) =>
    points.flatMap(({ value, interval }) => [value, interval?.low ?? value, interval?.high ?? value]),
  );
  const ticks = ticksOver(Math.min(0, ...bounds), Math.max(0, ...bounds));
  const [lowest, highest] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const top = (value: number) => bottom - ((value - lowest) / (highest - lowest)) * (bottom - margin.top);
  const center = (at: number) => margin.left + (at + 0.5) * slot;
  const apart = Math.min(18, (slot * 0.7) / series.length);
  const drawn = series.map(({ points }, line) => {
    const shift = (line - (series.length - 1) / 2) * apart;
    return markup`<g class="series s${line % mostLooks}">${points.map((point) => drawPoint(point, line, center(point.at) + shift, top))}</g>`;
  });
  const grid = ticks.map(
    (
      tick,
    ) => markup`<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${px(top(tick))}" y2="${px(top(tick))}" />
      <text x="${margin.left - 8}" y="${px(top(tick) + 4)}" text-anchor="end">${y.unit === 'bytes' ? withUnit(tick, y.unit) : digits(tick)}</text>`,
  );
  const names = x.texts.map((text, at) => {
    const [left, line] = [px(center(at)), bottom + 17];
    const shown = text.length > 34 ? `${text.slice(0, 33)}…` : text;
    return slanted
      ? markup`<text x="${left}" y="${line - 3}" text-anchor="end" transform="rotate(-30 ${left} ${line - 3})">${shown}</text>`
      : markup`<text x="${left}" y="${line}" text-anchor="middle">${shown}</text>`;
  });
  const middle = px((margin.top + bottom) / 2);
  const axis = y.unit === '' || y.unit === 'bytes' ? y.words : `${y.words} (${y.unit})`;
  return figureOf({
    title,
    caption,
    legend: series.map(({ label }, line) => ({ key: markerKey(line), label })),
    drawing: markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}. ${inWords({ x, y, series })}">
      ${grid}${names}
      <text class="axis" x="14" y="${middle}" text-anchor="middle" transform="rotate(-90 14 ${middle})">${axis}</text>
      <text class="axis" x="${px(margin.left + room / 2)}" y="${height - 5}" text-anchor="middle">${x.title}</text>
      ${drawn}</svg>`,
  });
}

function drawPoint(
  { value, interval }: Point,
  line: number,
  x: number,
  top: (value: number) => number,
): Markup {
  const whisker =
    interval === null
      ? markup``
      : markup`<path class="whisker" d="M${px(x)} ${px(top(interval.low))}V${px(top(interval.high))}M${px(x - 4)} ${px(top(interval.low))}h8M${px(x - 4)} ${px(top(interval.high))}h8" />`;
  return markup`${whisker}<path class="marker" d="${markerPath(line, x, top(value), 4)}" />`;
}

function inWords({ x, y, series }: Pick<PointsChart, 'x' | 'y' | 'series'>): string {
  return series
    .map(({ label, points }) => {
      const spoken = points.map(({ at, value }) => `${withUnit(value, y.unit)} at ${x.texts[at] ?? ''}`);
      return `${label}: ${spoken.join(', ')}.`;
    })
    .join(' ');
}

/** Ticks with one step over 0 and all values. */
function ticksOver(least: number, greatest: number): number[] {
  const [, step = 1] = ticksTo(greatest - least);
  const below = Math.ceil(-least / step - 1e-9);
  const above = Math.max(1, Math.ceil(greatest / step - 1e-9));
  return Array.from({ length: below + above + 1 }, (_, at) => Number(((at - below) * step).toPrecision(12)));
}
