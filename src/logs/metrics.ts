import { readFileSync } from 'node:fs';
import { z } from 'zod';

const metric = z.object({ name: z.string(), unit: z.string(), source: z.string(), where: z.string(), description: z.string() });
const metricsTable = z.object({
  samples: z.array(metric.extend({ kind: z.enum(['gauge', 'counter']) })),
  totals: z.array(metric),
});
type MetricsTable = z.infer<typeof metricsTable>;

let table: MetricsTable | undefined;

/** metrics.json: every metric that collab knows, in the order in which reports show them. The wrapper shares the file. */
export function knownMetrics(): MetricsTable {
  table ??= metricsTable.parse(JSON.parse(readFileSync(new URL('./metrics.json', import.meta.url), 'utf8')));
  return table;
}
