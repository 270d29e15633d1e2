import { measuredTrials } from '../summaries/index.js';
import type { OpenedRun } from '../tables/index.js';
import { share, type Validity } from '../validity/index.js';

/** What is known to have disturbed a run, apart from what was to be compared. */
export interface Disturbance {
  /** All findings of the verdict: throttling, other load, drift, clocks, what could not be checked. */
  readonly findings: Validity['findings'];
  /** Load of the machine of each device by anything but the roles and collab, mean over the measured repeats. */
  readonly other_load: readonly OtherLoad[];
}

export interface OtherLoad {
  readonly device: string;
  /** 100 is one core; null if it was not measured. */
  readonly percent: number | null;
}

export function disturbanceOf({ record, validity, otherLoad }: OpenedRun): Disturbance {
  const devices = [...new Set(record.placement.map(({ device }) => device))];
  const measured = measuredTrials(record)
    .flat()
    .map(({ number }) => otherLoad.get(number)?.machines ?? []);
  return {
    findings: validity.findings,
    other_load: devices.map((device) => ({
      device,
      percent: meanPercent(
        measured.flatMap((machines) => machines.find((one) => one.devices.has(device))?.load ?? []),
      ),
    })),
  };
}

/** Of the figures that the table `trials` and the verdict have. */
function meanPercent(loads: readonly Parameters<typeof share>[0][]): number | null {
  if (loads.length === 0) return null;
  return (loads.reduce((sum, one) => sum + Math.max(0, share(one)), 0) / loads.length) * 100;
}
