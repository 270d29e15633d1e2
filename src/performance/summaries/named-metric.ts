/** Whether a user's name of a metric, `total_ms` or `client.total_ms`, stands for this one. */
export function isNamed(name: string, { role, metric }: { role: string; metric: string }): boolean {
  return name === metric || name === `${role}.${metric}`;
}
