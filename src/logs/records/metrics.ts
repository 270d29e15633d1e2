import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { besideCode } from '../../package-folder.js';

const metric = z.strictObject({
  name: z.string(),
  unit: z.string(),
  source: z.string(),
  where: z.string(),
  description: z.string(),
  /** What it also has parts of, named `<name>.<part>`: each interface, zone, rail, GPU or policy. */
  per: z.string().optional(),
});
const metricsTable = z.strictObject({
  samples: z.array(
    metric.extend({
      kind: z.enum(['gauge', 'counter']),
      /** Read at most once a second, whatever the interval. */
      slow: z.literal(true).optional(),
    }),
  ),
  totals: z.array(
    metric.extend({
      /** Read only when experiment.yaml has this key. */
      asked_for: z.string().optional(),
    }),
  ),
  /** Files of the wrapper's `sensors/`, in the order in which the wrapper tries them. */
  sensors: z.array(
    z.strictObject({
      name: z.string(),
      metrics: z.array(z.string()),
      description: z.string(),
      /** A container may not see it: a sampler on its host reads it. */
      host: z.literal(true).optional(),
    }),
  ),
});
type MetricsTable = z.infer<typeof metricsTable>;

let table: MetricsTable | undefined;

/** metrics.json: every metric that collab knows, in the order in which reports show them. The wrapper shares the file. */
export function knownMetrics(): MetricsTable {
  table ??= metricsTable.parse(JSON.parse(readFileSync(besideCode('logs/records/metrics.json'), 'utf8')));
  return table;
}

/** The table's line for a sampled metric or for a part of one (`temperature_c.cpu`); undefined for an unknown metric. */
export function knownSample(name: string): MetricsTable['samples'][number] | undefined {
  const [base] = name.split('.');
  return knownMetrics().samples.find((metric) => metric.name === base);
}

export function knownTotal(name: string): MetricsTable['totals'][number] | undefined {
  const [base] = name.split('.');
  return knownMetrics().totals.find((metric) => metric.name === base);
}
