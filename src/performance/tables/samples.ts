import { knownSample } from '../../logs/index.js';
import { type LeadingColumns, uniqueNames, timeCells, timeColumns } from './columns.js';
import type { ReadInstance, Value } from '../reading/index.js';
import { sampledHow, sampledMetrics } from './sampled.js';
import { type Column, type Row, streamed, type Table } from './table.js';

/**
 * Every sample of every role instance. Columns: run_id, trial, attempt, repeat, warmup, role, rank, device, time_s (seconds since
 * the start of the run on the controller's clock), time, clock_error_ms, then every metric that at least one
 * sample has, in the order of metrics.json.
 */
export function samplesTable(leading: LeadingColumns, sources: readonly ReadInstance[]): Table {
  const metrics = sampledMetrics(sources);
  const before = [...leading.withoutParameters, ...timeColumns];
  const names = uniqueNames(
    metrics,
    before.map(([name]) => name),
    'sample_',
  );
  const columns = [...before, ...[...names.values()].map((name): Column => [name, 'number'])];
  const length = sources.reduce((sum, { samples }) => sum + samples.records, 0);
  return streamed('samples', columns, length, async function* () {
    for (const { instance, samples } of sources) {
      const start = leading.valuesWithoutParameters(instance);
      for await (const { keys, count, values } of samples.again()) {
        const places = metrics.map((metric) => keys.indexOf(metric));
        const timePlace = keys.indexOf('monotonic_s');
        const rows: Row[] = [];
        for (let sample = 0; sample < count; sample++) {
          const first = sample * keys.length;
          const row = [...start, ...timeCells(instance.clock, values[first + timePlace])];
          for (const place of places) row.push(place < 0 ? undefined : cellOf(values[first + place]));
          rows.push(row);
        }
        yield rows;
      }
    }
  });
}

const longColumns: readonly Column[] = [
  ...timeColumns,
  ['metric', 'text'],
  ['value', 'number'],
  ['unit', 'text'],
  ['kind', 'text'],
  ['source', 'text'],
];

/** The same in long form: a row per value, with its metric, unit and source. */
export function longSamplesTable(leading: LeadingColumns, sources: readonly ReadInstance[]): Table {
  return streamed('samples_long', [...leading.withoutParameters, ...longColumns], null, async function* () {
    for (const { instance, samples } of sources) {
      const start = leading.valuesWithoutParameters(instance);
      const metrics = [...samples.metrics.keys()].map((name) => {
        const { kind, source } = sampledHow(instance, samples, name);
        return { name, after: [knownSample(name)?.unit ?? null, kind, source] };
      });
      for await (const { keys, count, values } of samples.again()) {
        const timePlace = keys.indexOf('monotonic_s');
        const present = metrics.flatMap(({ name, after }) => {
          const place = keys.indexOf(name);
          return place < 0 ? [] : [{ place, name, after }];
        });
        const rows: Row[] = [];
        for (let sample = 0; sample < count; sample++) {
          const first = sample * keys.length;
          const times = timeCells(instance.clock, values[first + timePlace]);
          for (const { place, name, after } of present) {
            const value = values[first + place] ?? Number.NaN;
            if (!Number.isNaN(value)) rows.push([...start, ...times, name, value, ...after]);
          }
        }
        yield rows;
      }
    }
  });
}

function cellOf(value: Value): Value {
  return Number.isNaN(value) ? null : value;
}
