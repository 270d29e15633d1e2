import { axisTitle, axisUnit, digits, markerPath, mostLooks, px, ticksOver } from '../drawing/index.js';
import { markup, type Markup } from '../markup/index.js';
import {
  type Frame,
  horizontalTitle,
  letter,
  lettersAt,
  nameAxis,
  numberAxis,
  verticalAxis,
} from './axes.js';
import { figureOf, lineKey } from './figure.js';

const sizes = { wide: { width: 960, height: 340 }, small: { width: 460, height: 270 } };
const margin = { top: 12, right: 14, left: 74 };

/** One value with its interval, at a place of the horizontal axis. */
export interface Point {
  /** Index into the texts of the axis. */
  readonly at: number;
  readonly value: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** Values against a parameter, or of several things. Draws what it is given, and computes nothing. */
export interface PointsChart {
  readonly title: string;
  readonly caption: string;
  readonly x: {
    readonly title: string;
    readonly texts: readonly string[];
    /** Ascending numbers, placed to scale and joined by lines. Null for names: evenly spaced, and not joined. */
    readonly numbers: readonly number[] | null;
  };
  readonly y: { readonly words: string; readonly unit: string };
  /** One marker, dash and color each; a legend names them if there are several. */
  readonly series: readonly { readonly label: string; readonly points: readonly Point[] }[];
  readonly kind: 'wide' | 'small';
}

/** Points with their intervals as whiskers. */
export function pointsChart(chart: PointsChart): Markup {
  const { title, caption, x, y, series, kind } = chart;
  const { width, height } = sizes[kind];
  const room = width - margin.left - margin.right;
  const inset = x.numbers === null ? room / x.texts.length / 2 : Math.min(40, room / (x.texts.length * 2));
  const left = (at: number) => margin.left + inset + shareOf(x, at) * (room - 2 * inset);
  const marks = x.texts.map((text, at) => ({ x: left(at), text }));
  const slanted = x.numbers === null && x.texts.some((text) => text.length * letter > 2 * inset - 6);
  const deepest = Math.max(...marks.map(({ x: at, text }) => Math.min(text.length, lettersAt(at))));
  const below = slanted ? 34 + deepest * letter * 0.5 : 42;
  const frame: Frame = {
    left: margin.left,
    right: width - margin.right,
    top: margin.top,
    bottom: height - below,
    height,
  };
  const bounds = series.flatMap(({ points }) =>
    points.flatMap(({ value, interval }) => [value, interval?.low ?? value, interval?.high ?? value]),
  );
  const unit = axisUnit(y.unit, Math.max(...bounds.map(Math.abs), 0));
  const ticks = ticksOver(Math.min(0, ...bounds) / unit.by, Math.max(0, ...bounds) / unit.by);
  const [lowest, highest] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const top = (value: number) =>
    frame.bottom - ((value / unit.by - lowest) / (highest - lowest)) * (frame.bottom - frame.top);
  const apart = Math.min(
    x.numbers === null ? 18 : 5,
    (x.numbers === null ? inset * 1.4 : 24) / series.length,
  );
  const shift = (line: number) => (line - (series.length - 1) / 2) * apart;
  const drawn = series.map(({ points }, line) =>
    drawSeries(
      line,
      x.numbers !== null,
      points.map(({ at, value, interval }) => ({
        x: left(at) + shift(line),
        y: top(value),
        ends: interval === null ? null : { low: top(interval.low), high: top(interval.high) },
      })),
    ),
  );
  const scale = ticks.map((tick) => ({ y: top(tick * unit.by), text: digits(tick) }));
  return figureOf({
    title,
    caption,
    kind,
    legend:
      series.length < 2
        ? []
        : series.map(({ label }, line) => ({ key: lineKey(line, x.numbers !== null), label })),
    drawing: markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}. ${inWords(chart)}">
      ${verticalAxis(frame, scale, axisTitle(y.words, unit.name))}
      ${x.numbers === null ? nameAxis(frame, marks, slanted) : numberAxis(frame, marks)}
      ${horizontalTitle(frame, x.title)}${drawn}</svg>`,
  });
}

function shareOf({ texts, numbers }: PointsChart['x'], at: number): number {
  if (texts.length === 1) return 0.5;
  if (numbers === null) return at / (texts.length - 1);
  const [first, last] = [numbers[0] ?? 0, numbers.at(-1) ?? 1];
  return ((numbers[at] ?? first) - first) / (last - first);
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly ends: { readonly low: number; readonly high: number } | null;
}

function drawSeries(line: number, joined: boolean, places: readonly Place[]): Markup {
  const path =
    joined && places.length > 1 ? `M${places.map(({ x, y }) => `${px(x)} ${px(y)}`).join('L')}` : null;
  const whiskers = places.map(({ x, ends }) =>
    ends === null
      ? markup``
      : markup`<path
          class="whisker"
          d="M${px(x)} ${px(ends.low)}V${px(ends.high)}M${px(x - 4)} ${px(ends.low)}h8M${px(x - 4)} ${px(ends.high)}h8"
        />`,
  );
  const markers = places.map(({ x, y }) => markup`<path class="marker" d="${markerPath(line, x, y, 4)}" />`);
  return markup`<g class="s${line % mostLooks}"
    >${path === null ? markup`` : markup`<path class="line" d="${path}" />`}${whiskers}${markers}</g
  >`;
}

function inWords({ x, y, series }: PointsChart): string {
  return series
    .map(({ label, points }) => {
      const spoken = points.map(
        ({ at, value }) => `${digits(value)} ${y.unit} at ${x.title} ${x.texts[at] ?? ''}`,
      );
      return `${label === '' ? '' : `${label}: `}${spoken.join(', ')}.`;
    })
    .join(' ');
}
