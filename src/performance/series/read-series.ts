import { knownSample, type RunRecord } from '../../logs/index.js';
import type { Table } from '../tables/index.js';
import { Buckets, type Point } from './buckets.js';

/** One metric of one role instance over the whole run. */
export interface Series {
  readonly device: string;
  /** `client-0` */
  readonly instance: string;
  readonly metric: string;
  /** Unit of the points: that of the metric, for a counter per second. */
  readonly unit: string;
  readonly points: readonly Point[];
}

const leadingColumns = new Set(['run_id', 'trial', 'attempt', 'repeat', 'warmup', 'role', 'rank', 'device']);
const timeColumns = new Set(['time_s', 'time', 'clock_error_ms']);

/**
 * Every sampled metric of every role instance, each reduced to at most about `points` buckets. Reads the samples once and
 * keeps only the buckets. Counters become rates.
 */
export async function readSeries(run: RunRecord, samples: Table, points: number): Promise<Series[]> {
  const at = (column: string) => samples.columns.indexOf(column);
  const [trial, role, rank, device, time] = [at('trial'), at('role'), at('rank'), at('device'), at('time_s')];
  const metrics = samples.columns.flatMap((name, index) =>
    leadingColumns.has(name) || timeColumns.has(name) ? [] : [metricOf(name, index)],
  );
  const widthS = Math.max(durationS(run) / points, 0.001);
  const found = new Map<string, SeriesBuilder>();
  for await (const row of samples.rows()) {
    const timeS = row[time];
    if (typeof timeS !== 'number') continue;
    const instance = `${String(row[role])}-${String(row[rank])}`;
    const place = String(row[device]);
    for (const metric of metrics) {
      const value = row[metric.index];
      if (typeof value !== 'number') continue;
      // A job has its role on several devices.
      const key = JSON.stringify([place, instance, metric.name]);
      let one = found.get(key);
      if (one === undefined) found.set(key, (one = new SeriesBuilder(place, instance, metric, widthS)));
      one.add(timeS, value, Number(row[trial]));
    }
  }
  return [...found.values()].map((one) => one.series());
}

interface Metric {
  readonly name: string;
  readonly index: number;
  readonly unit: string;
  readonly counter: boolean;
}

function metricOf(column: string, index: number): Metric {
  const name = column.replace(/^sample_/, '');
  const known = knownSample(name);
  return { name, index, unit: known?.unit ?? '', counter: known?.kind === 'counter' };
}

class SeriesBuilder {
  private readonly buckets: Buckets;
  private before: { timeS: number; value: number; trial: number } | null = null;

  constructor(
    private readonly device: string,
    private readonly instance: string,
    private readonly metric: Metric,
    widthS: number,
  ) {
    this.buckets = new Buckets(widthS);
  }

  add(timeS: number, value: number, trial: number): void {
    if (!this.metric.counter) {
      this.buckets.add(timeS, value, trial);
      return;
    }
    const { before } = this;
    this.before = { timeS, value, trial };
    if (before?.trial !== trial || timeS <= before.timeS || value < before.value) return;
    this.buckets.add(timeS, (value - before.value) / (timeS - before.timeS), trial);
  }

  series(): Series {
    const { name, unit, counter } = this.metric;
    const { device, instance } = this;
    return {
      device,
      instance,
      metric: name,
      unit: counter ? `${unit}/s` : unit,
      points: this.buckets.points(),
    };
  }
}

/** Seconds from the start of the run to its end, or to its last known moment. */
function durationS(run: RunRecord): number {
  const moments = [run.ended_at, ...run.trials.flatMap(({ started_at, ended_at }) => [started_at, ended_at])];
  const known = moments.flatMap((moment) => (moment === null ? [] : [Date.parse(moment)]));
  const last = Math.max(Date.parse(run.started_at) + 1000, ...known.filter(Number.isFinite));
  return (last - Date.parse(run.started_at)) / 1000;
}
