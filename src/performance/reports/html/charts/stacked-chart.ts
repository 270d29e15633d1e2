import { px, ticksTo } from './charts-scale.js';
import { digits, markup, type Markup } from '../markup/index.js';

export interface StackedBar {
  readonly label: string;
  /** In the order of the parts. */
  readonly values: readonly number[];
}

interface StackedPart {
  readonly name: string;
  /** CSS class of its color: `s0` to `s7`, or e.g. `p-wire` for parts of the ledger. */
  readonly color: string;
}

const width = 960;
const barHeight = 22;
const rowHeight = 32;
const right = 76;
const bottom = 40;

/** Horizontal bars on one axis, each divided into parts that add up to it. */
export function stackedChart(
  title: string,
  unit: string,
  parts: readonly StackedPart[],
  bars: readonly StackedBar[],
): Markup {
  const totals = bars.map(({ values }) => values.reduce((sum, value) => sum + Math.max(0, value), 0));
  const ticks = ticksTo(Math.max(0, ...totals));
  const top = ticks.at(-1) ?? 1;
  const left = Math.min(300, 16 + 7 * Math.max(...bars.map(({ label }) => label.length)));
  const x = (value: number) => left + (value / top) * (width - left - right);
  const height = bars.length * rowHeight + bottom;
  const grid = ticks.map(
    (tick) =>
      markup`<line class="grid" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="0" y2="${height - bottom}" /><text
          x="${px(x(tick))}"
          y="${height - bottom + 17}"
          text-anchor="middle"
          >${digits(tick)}</text
        >`,
  );
  const drawn = bars.map(({ label, values }, at) => {
    const y = at * rowHeight + (rowHeight - barHeight) / 2;
    let from = 0;
    const pieces = parts.map(({ name, color }, index) => {
      const value = Math.max(0, values[index] ?? 0);
      const begin = from;
      from += value;
      if (value <= 0) return markup``;
      return markup`<rect
        class="${color}"
        x="${px(x(begin))}"
        y="${px(y)}"
        width="${px(Math.max(0.3, x(begin + value) - x(begin)))}"
        height="${barHeight}"
        ><title>${name}: ${digits(value)} ${unit}</title></rect
      >`;
    });
    const middle = px(y + barHeight / 2 + 4);
    return markup`<text class="label" x="${left - 8}" y="${middle}" text-anchor="end">${label}</text
      >${pieces}<text class="value" x="${px(x(from) + 6)}" y="${middle}">${digits(totals[at] ?? 0)} ${unit}</text> `;
  });
  const words = bars
    .map(
      ({ label, values }) =>
        `${label}: ${parts.map(({ name }, at) => `${name} ${digits(values[at] ?? 0)}`).join(', ')} ${unit}.`,
    )
    .join(' ');
  return markup`<figure class="chart wide stacked">
    <figcaption>${title}</figcaption>
    <ul class="legend">
      ${parts.map(({ name, color }) => markup`<li><span class="swatch ${color}"></span>${name}</li>`)}
    </ul>
    <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}. ${words}">
      ${grid}
      <text class="axis" x="${px((left + width - right) / 2)}" y="${height - 5}" text-anchor="middle">
        ${unit}
      </text>
      <g class="bars">${drawn}</g>
    </svg>
  </figure>`;
}
