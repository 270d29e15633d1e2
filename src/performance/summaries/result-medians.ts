import type { MetricSummary } from './repeats.js';

/** Medians of what a role recorded at one combination of parameter values, over rows and repeats. */
export interface ResultMedians {
  parameters: Record<string, unknown>;
  role: string;
  /** Number of rows behind the medians. */
  rows: number;
  medians: Record<string, number>;
}

/** The medians of every result quantity by parameter values and role, without warm-up repeats. */
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
