import type { Performance } from './performance.js';
import { isQuantity } from './quantity.js';
import { median } from './statistics/quantile.js';

/** One combination of parameter values: what its roles recorded, as medians over rows and repeats. */
export interface ResultMedians {
  parameters: Record<string, unknown>;
  role: string;
  /** Rows that the medians are over. */
  rows: number;
  medians: Record<string, number>;
}

/**
 * The medians of every quantity of the results, by parameter values and role; warm-up repeats are left out. A column
 * is a quantity when its name carries a unit and all its values in a group are numbers. Holds the results in memory.
 */
export async function resultMedians(performance: Performance): Promise<ResultMedians[]> {
  const { columns } = performance.results;
  const trials = new Map(performance.run.trials.map((trial) => [trial.number, trial]));
  const names = new Set(performance.run.trials.flatMap((trial) => Object.keys(trial.parameters)));
  const groups = new Map<string, { parameters: Record<string, unknown>; role: string; rows: unknown[][] }>();
  for await (const row of performance.results.rows()) {
    const trial = trials.get(row[columns.indexOf('trial')] as number);
    if (trial === undefined || trial.warmup) continue;
    const { parameters } = trial;
    const role = String(row[columns.indexOf('role')]);
    const key = JSON.stringify([role, parameters]);
    const group = groups.get(key) ?? { parameters, role, rows: [] };
    groups.set(key, group);
    group.rows.push([...row]);
  }
  return [...groups.values()].map(({ parameters, role, rows }) => {
    const medians: Record<string, number> = {};
    columns.forEach((name, at) => {
      const values = rows.map((row) => row[at]);
      if (names.has(name) || !isQuantity(name) || !values.every((value) => typeof value === 'number')) return;
      medians[name] = median(values);
    });
    return { parameters, role, rows: rows.length, medians };
  });
}
