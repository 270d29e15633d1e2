import { doubleOf } from '../../../reading/index.js';
import type { Combination, Outcome } from '../../../summaries/index.js';
import { px, ticksTo } from './charts-scale.js';
import { digits, markup, type Markup, unitOf, withUnit } from '../markup/index.js';

const margin = { top: 12, right: 14, bottom: 40, left: 58 };
/** A chart with more lines is unreadable. */
export const mostLines = 8;

interface Line {
  readonly label: string;
  readonly points: readonly { readonly x: number; readonly outcome: Outcome }[];
}

/**
 * A quantity against one parameter, with a line for each combination of the other parameters: the mean over repeats with
 * its 95 % interval, or for a single repeat the median of its rows. An SVG with the colors of the page.
 */
export function outcomeChart(
  combinations: readonly Combination[],
  parameter: string,
  quantity: string,
  size: { width: number; height: number },
): Markup {
  const values = distinct(combinations.map(({ parameters }) => parameters[parameter]));
  const lines = linesOf(combinations, parameter, quantity, values);
  const scale = scaleOf(lines, values, size);
  const shown = lines.map((line, at) => drawLine(line, at, lines.length, scale));
  const title = `${quantity} against ${parameter}`;
  return markup`<figure class="chart">
    <figcaption>${quantity} <span class="muted">against ${parameter}</span></figcaption>
    ${legend(lines)}
    <svg
      viewBox="0 0 ${size.width} ${size.height}"
      role="img"
      aria-label="${title}. ${inWords(lines, values, parameter)}"
    >
      ${axes(scale, values, quantity, parameter, size)}${shown}
    </svg>
  </figure>`;
}

function distinct(values: readonly unknown[]): readonly unknown[] {
  const all = [...new Set(values)];
  const numeric = all.every((value) => doubleOf(value) !== null);
  return numeric ? all.sort((a, b) => Number(a) - Number(b)) : all;
}

function linesOf(
  combinations: readonly Combination[],
  parameter: string,
  quantity: string,
  values: readonly unknown[],
): Line[] {
  const lines = new Map<string, { label: string; points: { x: number; outcome: Outcome }[] }>();
  for (const { parameters, outcomes } of combinations) {
    const others = Object.entries(parameters).filter(
      ([name]) => name !== parameter && distinct(combinations.map((one) => one.parameters[name])).length > 1,
    );
    const label = others.map(([name, value]) => `${name}=${String(value)}`).join(', ');
    const outcome = outcomes.find((one) => one.quantity === quantity);
    if (outcome === undefined) continue;
    const line = lines.get(label) ?? { label, points: [] };
    lines.set(label, line);
    line.points.push({ x: values.indexOf(parameters[parameter]), outcome });
  }
  return [...lines.values()]
    .slice(0, mostLines)
    .map(({ label, points }) => ({ label, points: points.sort((a, b) => a.x - b.x) }));
}

interface Scale {
  readonly x: (index: number) => number;
  readonly y: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Numbers are placed to scale; other values are spaced evenly. */
function scaleOf(
  lines: readonly Line[],
  values: readonly unknown[],
  { width, height }: { width: number; height: number },
): Scale {
  const greatest = Math.max(
    0,
    ...lines.flatMap(({ points }) => points.map(({ outcome }) => boundsOf(outcome).high)),
  );
  const least = Math.min(
    0,
    ...lines.flatMap(({ points }) => points.map(({ outcome }) => boundsOf(outcome).low)),
  );
  const below =
    least < 0
      ? ticksTo(-least)
          .slice(1)
          .map((tick) => -tick)
      : [];
  const ticks = [...below.reverse(), ...ticksTo(greatest)];
  const [bottom, top] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const room = width - margin.left - margin.right;
  const inset = Math.min(40, room / (values.length * 2));
  const share = (index: number) => {
    const [value, first, last] = [values[index], values[0], values.at(-1)].map(doubleOf);
    if (values.length === 1) return 0.5;
    if (typeof value === 'number' && typeof first === 'number' && typeof last === 'number')
      return (value - first) / (last - first);
    return index / (values.length - 1);
  };
  return {
    x: (index) => margin.left + inset + share(index) * (room - 2 * inset),
    y: (value) =>
      height - margin.bottom - ((value - bottom) / (top - bottom)) * (height - margin.top - margin.bottom),
    ticks,
  };
}

function axes(
  { x, y, ticks }: Scale,
  values: readonly unknown[],
  quantity: string,
  parameter: string,
  { width, height }: { width: number; height: number },
): Markup {
  const unit = unitOf(quantity);
  const grid = ticks.map(
    (tick) =>
      markup`<line
          class="grid"
          x1="${margin.left}"
          x2="${width - margin.right}"
          y1="${px(y(tick))}"
          y2="${px(y(tick))}"
        /><text x="${margin.left - 8}" y="${px(y(tick) + 4)}" text-anchor="end"
          >${unit === 'bytes' ? withUnit(tick, unit) : digits(tick)}</text
        >`,
  );
  let lastEnd = -Infinity;
  const marks = values.map((value, index) => {
    const text = typeof value === 'number' ? digits(value) : String(value);
    const half = Math.max(8, text.length * 3.5);
    if (x(index) - half < lastEnd) return markup``;
    lastEnd = x(index) + half + 4;
    return markup`<text x="${px(x(index))}" y="${height - margin.bottom + 17}" text-anchor="middle"
      >${text}</text
    >`;
  });
  return markup`${grid}${marks}<text
      class="axis"
      x="${px((margin.left + width - margin.right) / 2)}"
      y="${height - 5}"
      text-anchor="middle"
      >${parameter}</text
    > `;
}

function drawLine({ points }: Line, at: number, of: number, { x, y }: Scale): Markup {
  const shift = (at - (of - 1) / 2) * Math.min(5, 24 / of);
  const places = points.map(({ x: index, outcome }) => ({
    left: x(index) + shift,
    top: y(outcome.overRepeats.mean),
    ...boundsOf(outcome),
  }));
  const path = places.map(({ left, top }) => `${px(left)},${px(top)}`).join(' ');
  const whiskers = places.map(({ left, low, high, sure }) =>
    sure
      ? markup`<path
          class="whisker"
          d="M${px(left)} ${px(y(low))}V${px(y(high))}M${px(left - 4)} ${px(y(low))}h8M${px(left - 4)} ${px(y(high))}h8"
        />`
      : markup``,
  );
  const dots = places.map(({ left, top }) => markup`<circle cx="${px(left)}" cy="${px(top)}" r="3.5" />`);
  return markup`<g class="series s${at}"><polyline points="${path}" />${whiskers}${dots}</g> `;
}

/** The 95 % interval over repeats; without an interval, the value itself. */
function boundsOf({ overRepeats: { mean, interval } }: Outcome): {
  low: number;
  high: number;
  sure: boolean;
} {
  if (interval === null) return { low: mean, high: mean, sure: false };
  return { low: interval.low, high: interval.high, sure: true };
}

function legend(lines: readonly Line[]): Markup {
  if (lines.length < 2) return markup``;
  return markup`<ul class="legend">
    ${lines.map(({ label }, at) => markup`<li><span class="swatch s${at}"></span>${label}</li>`)}
  </ul>`;
}

function inWords(lines: readonly Line[], values: readonly unknown[], parameter: string): string {
  return lines
    .map(({ label, points }) => {
      const spoken = points.map(
        ({ x, outcome }) =>
          `${digits(outcome.overRepeats.mean)} ${unitOf(outcome.quantity)} at ${parameter} ${String(values[x])}`,
      );
      return `${label === '' ? '' : `${label}: `}${spoken.join(', ')}.`;
    })
    .join(' ');
}
