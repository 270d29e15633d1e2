import { knownMetrics } from '../../logs/metrics.js';
import { nameApart, timeColumns, type LeadingColumns } from '../columns.js';
import type { RoleInstance } from '../role-instance.js';
import type { ScannedSamples } from '../scan.js';
import type { Table } from '../table.js';

/**
 * Every sample of every role instance. Columns: run_id, trial, repeat, warmup, role, rank, device, time_s (seconds since
 * the start of the run on the controller's clock), time, clock_error_ms, then the metrics of metrics.json and others.
 */
export function samplesTable(
  leading: LeadingColumns,
  sources: readonly { instance: RoleInstance; samples: ScannedSamples }[],
): Table {
  const seen = sources.flatMap(({ samples }) => [...samples.metrics.keys()]);
  const metrics = new Set([...knownMetrics().samples.map(({ name }) => name), ...seen]);
  const before = [...leading.withoutParameters, ...timeColumns];
  const names = nameApart(metrics, before, 'sample_');
  return {
    name: 'samples',
    columns: [...before, ...names.values()],
    async *rows() {
      for (const { instance, samples } of sources) {
        const start = leading.valuesWithoutParameters(instance);
        const { clock } = instance;
        for await (const sample of samples.again()) {
          const at = sample.monotonic_s;
          const row = [...start, clock?.timeS(at) ?? null, clock?.date(at) ?? null, clock?.errorMs ?? null];
          for (const metric of metrics) row.push(sample[metric]);
          yield row;
        }
      }
    },
  };
}
