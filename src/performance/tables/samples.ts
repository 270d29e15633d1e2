import { knownSample } from '../../logs/metrics.js';
import { nameApart, timeColumns, type LeadingColumns } from '../columns.js';
import type { ReadInstance } from '../read-instance.js';
import { sampledHow, sampledMetrics } from '../sampled.js';
import { streamed, type Column, type Table } from '../table.js';
import { timeCells } from '../time-cells.js';

/**
 * Every sample of every role instance. Columns: run_id, trial, repeat, warmup, role, rank, device, time_s (seconds since
 * the start of the run on the controller's clock), time, clock_error_ms, then every metric that some sample has, in
 * the order of metrics.json.
 */
export function samplesTable(leading: LeadingColumns, sources: readonly ReadInstance[]): Table {
  const metrics = sampledMetrics(sources);
  const before = [...leading.withoutParameters, ...timeColumns];
  const names = nameApart(
    metrics,
    before.map(([name]) => name),
    'sample_',
  );
  const columns = [...before, ...[...names.values()].map((name): Column => [name, 'number'])];
  const length = sources.reduce((sum, { samples }) => sum + samples.records, 0);
  return streamed('samples', columns, length, async function* () {
    for (const { instance, samples } of sources) {
      const start = leading.valuesWithoutParameters(instance);
      for await (const batch of samples.again()) {
        yield batch.map((sample) => {
          const row = [...start, ...timeCells(instance.clock, sample.monotonic_s)];
          for (const metric of metrics) row.push(sample[metric]);
          return row;
        });
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

/** The same with a row for each value that was read: its metric, unit, and how it was read. */
export function longSamplesTable(leading: LeadingColumns, sources: readonly ReadInstance[]): Table {
  return streamed('samples_long', [...leading.withoutParameters, ...longColumns], null, async function* () {
    for (const { instance, samples } of sources) {
      const start = leading.valuesWithoutParameters(instance);
      const metrics = [...samples.metrics.keys()].map((name) => {
        const { kind, source } = sampledHow(instance, samples, name);
        return { name, after: [knownSample(name)?.unit ?? null, kind, source] };
      });
      for await (const batch of samples.again()) {
        yield batch.flatMap((sample) => {
          const times = timeCells(instance.clock, sample.monotonic_s);
          return metrics.flatMap(({ name, after }) => {
            const value = sample[name];
            return typeof value === 'number' ? [[...start, ...times, name, value, ...after]] : [];
          });
        });
      }
    }
  });
}
