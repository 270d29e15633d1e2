import type { RunRecord } from '../../../../logs/index.js';
import { mostLooks } from '../drawing/index.js';
import type { SeriesData } from '../data/index.js';
import { hasOneClock } from '../../../reading/index.js';
import type { Series } from '../../../series/index.js';

interface SeriesChart {
  /** Identifies the chart within its device. */
  readonly key: string;
  readonly title: string;
  /** The vertical axis, without its unit. */
  readonly words: string;
  readonly unit: string;
  readonly series: readonly Series[];
}

/** Metrics that share a chart, the most useful first. */
const kinds: readonly (readonly [string, RegExp])[] = [
  ['CPU', /^cpu_percent$/],
  ['CPU of the whole device', /^device_cpu_percent$/],
  ['Memory', /^memory_.*bytes$/],
  ['Network', /^network_.*bytes(?:\.|$)/],
  ['Power', /^power/],
  ['GPU', /^gpu_.*percent/],
  ['Temperature', /^temperature/],
  ['Files and disk', /^(?:io|disk)_.*bytes$/],
  ['Clock frequency', /_mhz(?:\.|$)/],
];
const mostTrials = 200;
/** Metrics of little use over time. */
const excluded = /^(?:processes|missed_samples|throttle_flags|throttle_events)$/;

/** The charts of one device. Series that are always 0 appear only in the table. */
export function chartsOf(series: readonly Series[]): SeriesChart[] {
  const charts = new Map<
    string,
    { key: string; title: string; words: string; unit: string; order: number; series: Series[] }
  >();
  for (const one of series) {
    if (excluded.test(one.metric) || one.points.every(({ max }) => max === 0)) continue;
    const at = kinds.findIndex(([, pattern]) => pattern.test(one.metric));
    const title = kinds[at]?.[0] ?? one.metric;
    const key = `${title} ${one.unit}`;
    const chart = charts.get(key) ?? {
      key,
      title,
      words: title,
      unit: one.unit,
      order: at === -1 ? kinds.length : at,
      series: [],
    };
    charts.set(key, chart);
    chart.series.push(one);
  }
  return [...charts.values()].sort((a, b) => a.order - b.order).flatMap(divided);
}

/** Charts in which every line has a look of its own. */
function divided(chart: SeriesChart): SeriesChart[] {
  const { key, title, words, unit, series } = chart;
  const count = Math.ceil(series.length / mostLooks);
  if (count === 1) return [chart];
  return Array.from({ length: count }, (_, at) => ({
    key: `${key} ${at + 1}`,
    title: `${title} (${at + 1} of ${count})`,
    words,
    unit,
    series: series.slice(at * mostLooks, (at + 1) * mostLooks),
  }));
}

/** Data for the page's script, in compact JSON: values have four significant digits. */
export function seriesData(run: RunRecord, series: readonly Series[]): SeriesData {
  const devices = [...new Set(series.map(({ device }) => device))];
  const charts = devices.flatMap((device) =>
    chartsOf(series.filter((one) => one.device === device)).map(({ key, words, unit, series: own }) => ({
      device,
      chart: key,
      words,
      unit,
      series: own.map(({ instance, metric, points }) => ({
        name: `${instance} ${metric}`,
        t: points.map(({ timeS }) => Number(timeS.toFixed(3))),
        /** Index of the first point of each trial: lines do not connect trials. */
        parts: points.flatMap(({ part }, at) => (part === points[at - 1]?.part ? [] : [at])),
        min: points.map(({ min }) => short(min)),
        mean: points.map(({ mean }) => short(mean)),
        max: points.map(({ max }) => short(max)),
      })),
    })),
  );
  return { charts, trials: trialsOf(run) };
}

/**
 * Number, start and end of each trial in seconds since the start of the run; empty if there are too many to show, or if their
 * times are of clocks that were not compared.
 */
function trialsOf(run: RunRecord): [number, number, number][] {
  const seconds = (time: string) =>
    Number(((Date.parse(time) - Date.parse(run.started_at)) / 1000).toFixed(2));
  if (run.trials.length > mostTrials || !hasOneClock(run)) return [];
  return run.trials.flatMap(({ number, started_at: began, ended_at: ended }): [number, number, number][] =>
    began === null || ended === null ? [] : [[number, seconds(began), seconds(ended)]],
  );
}

function short(value: number): number {
  return Number(value.toPrecision(4));
}
