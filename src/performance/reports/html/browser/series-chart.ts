import type { ChartData, LineData, SeriesData } from '../data/index.js';
import {
  axisTitle,
  axisUnit,
  digits,
  markerPath,
  mostLooks,
  px,
  ticksBetween,
  ticksOver,
} from '../drawing/index.js';
import { drawing, make } from './svg.js';

const [width, height] = [360, 210];
const [left, right, top, bottom] = [62, 348, 8, 168];
/** Markers on each of several lines. */
const markersPerLine = 5;

/** Metrics of one device over time: lines with bands, the trials behind them, and a cursor. */
export class SeriesChart {
  private from = 0;
  private until = 1;
  private cursor: SVGElement | null = null;
  private selection: SVGElement | null = null;

  /** @param id unique in the page */
  constructor(
    private readonly plot: HTMLElement,
    readonly data: ChartData,
    private readonly trials: SeriesData['trials'],
    private readonly id: string,
  ) {}

  draw(from: number, until: number): void {
    [this.from, this.until] = [from, until];
    const svg = drawing(width, height, 'live');
    const clip = make('clipPath', { id: this.id }, svg);
    make('rect', { x: left, y: top, width: right - left, height: bottom - top }, clip);
    this.drawTrials(svg);
    const y = this.drawAxes(svg);
    const body = make('g', { 'clip-path': `url(#${this.id})` }, svg);
    this.data.series.forEach((line, at) => {
      const [begin, end] = this.window(line);
      const looks = { class: `s${at % mostLooks}` };
      const group = make('g', looks, body);
      make('path', { class: 'band', d: this.bandOf(line, begin, end, y) }, group);
      make('path', { class: 'line', d: this.lineOf(line, begin, end, y) }, group);
      make('path', { class: 'dots', d: this.dotsOf(line, begin, end, y) }, group);
      if (this.data.series.length > 1) this.drawMarkers(make('g', looks, svg), line, at, y);
    });
    this.cursor = make(
      'line',
      { class: 'cursor', x1: 0, x2: 0, y1: top, y2: bottom, visibility: 'hidden' },
      svg,
    );
    this.selection = make('rect', { class: 'selection', y: top, height: bottom - top, width: 0 }, svg);
    this.plot.replaceChildren(svg);
  }

  /** The time under a pointer, null beside the axes. */
  timeAt(clientX: number): number | null {
    const box = this.plot.getBoundingClientRect();
    const x = ((clientX - box.left) / box.width) * width;
    return x < left || x > right
      ? null
      : this.from + ((x - left) / (right - left)) * (this.until - this.from);
  }

  /** Shows a moment, or nothing if it is not in sight. */
  point(time: number): void {
    this.cursor?.setAttribute('visibility', time < this.from || time > this.until ? 'hidden' : 'visible');
    for (const end of ['x1', 'x2']) this.cursor?.setAttribute(end, px(this.x(time)));
  }

  select(a: number, b: number): void {
    this.selection?.setAttribute('x', px(this.x(Math.min(a, b))));
    this.selection?.setAttribute('width', px(Math.abs(this.x(a) - this.x(b))));
  }

  private x(time: number): number {
    return left + ((time - this.from) / (this.until - this.from)) * (right - left);
  }

  /** Shades every second trial, and shows its number where there is room. */
  private drawTrials(svg: Element): void {
    for (const [number, begin, end] of this.trials) {
      const from = Math.max(this.x(begin), left);
      const until = Math.min(this.x(end), right);
      if (until - from < 1) continue;
      if (number % 2 === 1)
        make(
          'rect',
          { class: 'ground', x: px(from), y: top, width: px(until - from), height: bottom - top },
          svg,
        );
      if (until - from > 22)
        make('text', { class: 'trial', x: px(from + 3), y: top + 11 }, svg, String(number));
    }
  }

  /** @returns the place of a value */
  private drawAxes(svg: Element): (value: number) => number {
    const { series, unit, words } = this.data;
    let [least, greatest] = [0, 0];
    for (const line of series) {
      const [begin, end] = this.window(line);
      for (let at = begin; at < end; at += 1) {
        least = Math.min(least, line.min[at]);
        greatest = Math.max(greatest, line.max[at]);
      }
    }
    const shown = axisUnit(unit, Math.max(greatest, -least));
    const ticks = ticksOver(least / shown.by, greatest / shown.by);
    const [lowest, highest] = [ticks[0], ticks[ticks.length - 1]];
    const y = (value: number) => bottom - ((value / shown.by - lowest) / (highest - lowest)) * (bottom - top);
    for (const tick of ticks) {
      const at = y(tick * shown.by);
      make('line', { class: 'grid', x1: left, x2: right, y1: px(at), y2: px(at) }, svg);
      make('text', { x: left - 6, y: px(at + 4), 'text-anchor': 'end' }, svg, digits(tick));
    }
    for (const tick of ticksBetween(this.from, this.until, 5))
      make('text', { x: px(this.x(tick)), y: bottom + 16, 'text-anchor': 'middle' }, svg, digits(tick));
    const middle = (left + right) / 2;
    const time = 'time since the start of the run (s)';
    make('text', { class: 'axis', x: middle, y: height - 8, 'text-anchor': 'middle' }, svg, time);
    const turned = `rotate(-90 13 ${(top + bottom) / 2})`;
    const title = { class: 'axis', x: 13, y: (top + bottom) / 2, 'text-anchor': 'middle', transform: turned };
    make('text', title, svg, axisTitle(words, shown.name));
    return y;
  }

  /** The points in sight, and one on each side. */
  private window({ t }: LineData): [begin: number, end: number] {
    const begin = t.findIndex((time) => time >= this.from);
    const after = t.findIndex((time) => time > this.until);
    return [Math.max(0, (begin === -1 ? t.length : begin) - 1), after === -1 ? t.length : after + 1];
  }

  /** The stretches of a line within a trial, as ranges of points. */
  private stretches({ parts }: LineData, begin: number, end: number): [number, number][] {
    const bounds = [...parts.filter((at) => at > begin && at < end), end];
    return bounds.map((stop, index) => [index === 0 ? begin : bounds[index - 1], stop]);
  }

  private lineOf(line: LineData, begin: number, end: number, y: (value: number) => number): string {
    return this.stretches(line, begin, end)
      .filter(([first, stop]) => stop - first > 1)
      .map(([first, stop]) => {
        const places = indexes(first, stop).map((at) => `${px(this.x(line.t[at]))} ${px(y(line.mean[at]))}`);
        return `M${places.join('L')}`;
      })
      .join('');
  }

  /** Points that no line would show, because they have no other beside them. */
  private dotsOf(line: LineData, begin: number, end: number, y: (value: number) => number): string {
    return this.stretches(line, begin, end)
      .filter(([first, stop]) => stop - first === 1)
      .map(([at]) => markerPath(0, this.x(line.t[at]), y(line.mean[at]), 1.6))
      .join('');
  }

  private bandOf(line: LineData, begin: number, end: number, y: (value: number) => number): string {
    return this.stretches(line, begin, end)
      .filter(([first, stop]) => stop - first > 1)
      .map(([first, stop]) => {
        const all = indexes(first, stop);
        const above = all.map((at) => `${px(this.x(line.t[at]))} ${px(y(line.max[at]))}`);
        const below = all.map((at) => `${px(this.x(line.t[at]))} ${px(y(line.min[at]))}`).reverse();
        return `M${[...above, ...below].join('L')}z`;
      })
      .join('');
  }

  /** A few markers tell lines apart; those of different lines are at different times. */
  private drawMarkers(parent: Element, line: LineData, at: number, y: (value: number) => number): void {
    const step = (this.until - this.from) / markersPerLine;
    const share = (at + 0.5) / this.data.series.length;
    const places = indexes(0, markersPerLine).map((index) =>
      nearest(line, this.from + (index + share) * step),
    );
    for (const place of new Set(places)) {
      const time = line.t[place];
      if (time < this.from || time > this.until) continue;
      make('path', { class: 'marker', d: markerPath(at, this.x(time), y(line.mean[place]), 3.4) }, parent);
    }
  }
}

/** Index of the point whose time is closest. */
export function nearest({ t }: LineData, time: number): number {
  let [low, high] = [0, t.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low > 0 && time - t[low - 1] < t[low] - time ? low - 1 : low;
}

function indexes(from: number, until: number): number[] {
  return Array.from({ length: Math.max(0, until - from) }, (_, at) => from + at);
}
