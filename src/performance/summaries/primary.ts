import type { RunRecord } from '../../logs/index.js';

/** The primary metrics of a run's experiment, as written: `total_ms`, or `client.total_ms`. Earlier releases name none. */
export function primaryOf({ experiment }: Pick<RunRecord, 'experiment'>): string[] {
  const value = (experiment.definition as { primary?: unknown } | null)?.primary;
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
