import { axisTitle, axisUnit, digits, px, ticksTo, withUnit } from '../drawing/index.js';
import { markup, type Markup } from '../markup/index.js';
import { type Frame, horizontalTitle, letter, numberAxis } from './axes.js';
import { barKey, figureOf } from './figure.js';
import { shortened } from './words.js';

export interface StackedBar {
  readonly label: string;
  /** In the order of the parts. */
  readonly values: readonly number[];
  /** What the parts add up to; stands at the end of the bar. */
  readonly total: number;
}

interface StackedPart {
  readonly name: string;
  /** CSS class of its color and hatching: `s0` to `s7`, or e.g. `p-wire` for parts of the ledger. */
  readonly look: string;
}

export interface StackedChart {
  readonly title: string;
  readonly caption: string;
  /** The horizontal axis, without its unit. */
  readonly words: string;
  readonly unit: string;
  /** What the labels of the bars are: names of parameters. */
  readonly labels: string;
  readonly parts: readonly StackedPart[];
  readonly bars: readonly StackedBar[];
}

const width = 960;
const barHeight = 22;
const rowHeight = 32;
const right = 90;
const top = 22;
const below = 42;
const longest = 42;

/** Horizontal bars on one axis, each divided into parts that add up to it. */
export function stackedChart(chart: StackedChart): Markup {
  const { title, caption, words, unit, labels, parts, bars } = chart;
  const lengths = bars.map(({ values }) => values.reduce((sum, value) => sum + Math.max(0, value), 0));
  const shown = axisUnit(unit, Math.max(0, ...lengths));
  const ticks = ticksTo(Math.max(0, ...lengths) / shown.by);
  const end = (ticks.at(-1) ?? 1) * shown.by;
  const letters = Math.max(
    ...[labels, ...bars.map(({ label }) => label)].map((text) => Math.min(longest, text.length)),
  );
  const height = top + bars.length * rowHeight + below;
  const frame: Frame = {
    left: 16 + letter * letters,
    right: width - right,
    top,
    bottom: height - below,
    height,
  };
  const x = (value: number) => frame.left + (value / end) * (frame.right - frame.left);
  const marks = ticks.map((tick) => ({ x: x(tick * shown.by), text: digits(tick) }));
  const drawn = bars.map((bar, at) => {
    const y = top + at * rowHeight + (rowHeight - barHeight) / 2;
    const middle = px(y + barHeight / 2 + 4);
    return markup`<text class="label" x="${px(frame.left - 8)}" y="${middle}" text-anchor="end"
        >${shortened(bar.label, longest)}<title>${bar.label}</title></text
      >${pieces(chart, bar, x, y)}<text class="value" x="${px(x(lengths[at] ?? 0) + 6)}" y="${middle}"
        >${withUnit(bar.total, unit)}</text
      >`;
  });
  return figureOf({
    title,
    caption,
    kind: 'wide',
    legend: parts.map(({ name, look }) => ({ key: barKey(look), label: name })),
    drawing: markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}. ${inWords(chart)}">
      ${marks.map(({ x: at }) => markup`<line class="grid" x1="${px(at)}" x2="${px(at)}" y1="${top}" y2="${frame.bottom}" />`)}
      <text class="axis" x="${px(frame.left - 8)}" y="13" text-anchor="end">${shortened(labels, longest)}</text>
      ${numberAxis(frame, marks)} ${horizontalTitle(frame, axisTitle(words, shown.name))}${drawn}</svg>`,
  });
}

function pieces(
  { parts, unit }: StackedChart,
  { values }: StackedBar,
  x: (value: number) => number,
  y: number,
): Markup {
  let from = 0;
  return markup`${parts.map(({ name, look }, index) => {
    const value = Math.max(0, values[index] ?? 0);
    const begin = from;
    from += value;
    if (value <= 0) return markup``;
    return markup`<rect
      class="bar ${look}"
      x="${px(x(begin))}"
      y="${px(y)}"
      width="${px(Math.max(0.3, x(begin + value) - x(begin)))}"
      height="${barHeight}"
      ><title>${name}: ${withUnit(value, unit)}</title></rect
    >`;
  })}`;
}

function inWords({ labels, parts, bars, unit }: StackedChart): string {
  return bars
    .map(
      ({ label, values }) =>
        `${labels === '' ? '' : `${labels} `}${label}: ${parts.map(({ name }, at) => `${name} ${digits(values[at] ?? 0)}`).join(', ')} ${unit}.`,
    )
    .join(' ');
}
