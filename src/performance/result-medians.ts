import type { Performance } from './performance.js';

/** When a row was recorded, and how sure that is: no result. */
const times = new Set(['time_s', 'clock_error_ms']);
/** A quantity carries its unit in its name (`total_ms`, `sent_bytes`); a class or a frame number has no median. */
const quantity = /_(?:ns|us|ms|s|min|h|bytes|kb|mb|gb|percent|w|mw|j|mj|hz|mhz|c)$/;

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
      if (
        times.has(name) ||
        names.has(name) ||
        !quantity.test(name) ||
        !values.every((value) => typeof value === 'number')
      )
        return;
      medians[name] = median(values);
    });
    return { parameters, role, rows: rows.length, medians };
  });
}

/** Of at least one number; the mean of the middle two when their count is even. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
