import type { RunRecord } from '../../logs/index.js';
import type { MetricSummary } from '../summaries/index.js';
import type { OpenedRun } from '../tables/index.js';
import type { Validity } from '../validity/index.js';

/** What is known to have disturbed a run, apart from what was to be compared. */
export interface Disturbance {
  /** All findings of the verdict: throttling, other load, drift, clocks, what could not be checked. */
  readonly findings: Validity['findings'];
  /** Load of each device by anything but the roles, mean over the measured repeats. */
  readonly other_load: readonly OtherLoad[];
}

export interface OtherLoad {
  readonly device: string;
  /** 100 is one core; null if it was not measured. */
  readonly percent: number | null;
}

export function disturbanceOf(
  { record, validity }: OpenedRun,
  summaries: readonly MetricSummary[],
): Disturbance {
  const devices = [...new Set(record.placement.map(({ device }) => device))];
  return {
    findings: validity.findings,
    other_load: devices.map((device) => ({ device, percent: otherLoad(device, record, summaries) })),
  };
}

function otherLoad(device: string, run: RunRecord, summaries: readonly MetricSummary[]): number | null {
  const here = run.placement.filter((placed) => placed.device === device);
  const mean = (role: string, metric: string): number | null => {
    const repeats = summaries
      .filter((one) => one.of === 'roles' && one.role === role && one.metric === metric)
      .flatMap(({ repeatMeans }) => repeatMeans);
    return repeats.length === 0 ? null : repeats.reduce((sum, one) => sum + one, 0) / repeats.length;
  };
  const whole = here.map(({ role }) => mean(role, 'device_cpu_percent_mean'));
  const own = here.map(({ role }) => mean(role, 'cpu_percent_mean'));
  if ([...whole, ...own].some((one) => one === null)) return null;
  return Math.max(0, Math.max(...whole.map(Number)) - own.reduce<number>((sum, one) => sum + Number(one), 0));
}
