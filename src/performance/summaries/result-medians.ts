import type { MetricSummary } from './repeats.js';

/** One combination of parameter values: what its roles recorded, as medians over rows and repeats. */
export interface ResultMedians {
  parameters: Record<string, unknown>;
  role: string;
  /** Rows that the medians are over. */
  rows: number;
  medians: Record<string, number>;
}

/** The medians of every quantity of the results, by parameter values and role; warm-up repeats are left out. */
export function resultMedians({ summaries }: { summaries: readonly MetricSummary[] }): ResultMedians[] {
  const groups = new Map<string, ResultMedians>();
  for (const { run, parameters, role, of, metric, values } of summaries) {
    if (of !== 'results') continue;
    const key = JSON.stringify([run.run_id, role, parameters]);
    const group = groups.get(key) ?? { parameters, role, rows: 0, medians: {} };
    groups.set(key, group);
    group.rows = Math.max(group.rows, values.n);
    group.medians[metric] = values.median;
  }
  return [...groups.values()];
}
