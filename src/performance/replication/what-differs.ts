import type { ReplicationRecord, RunRecord } from '../../logs/index.js';
import { differences, disturbanceOf } from '../compare/index.js';
import type { OpenedRun } from '../tables/index.js';

export type Differing = ReplicationRecord['differs'][number];

/** Percent of one core; less is noise. */
const leastLoad = 10;
/** Round trips that are longer by this factor, and by this time, are worth a line. */
const [leastFactor, leastMs] = [2, 0.5];

/** What differs in how two runs ran, and may explain their results: settings, links, and other load. */
export function whatDiffers(a: OpenedRun, b: OpenedRun): Differing[] {
  const settings = differences(a.record, b.record).map(
    ({ about, what, a: original, b: replication }): Differing => ({ about, what, original, replication }),
  );
  return [...settings, ...linksOf(a.record, b.record), ...loadsOf(a, b)];
}

/** The error bound of a device's clock is half of the smallest round trip to the controller. */
function linksOf(a: RunRecord, b: RunRecord): Differing[] {
  const [left, right] = [roundTrips(a), roundTrips(b)];
  return [...left].flatMap(([instance, originalMs]): Differing[] => {
    const replicationMs = right.get(instance);
    if (replicationMs === undefined) return [];
    const [least, greatest] = [originalMs, replicationMs].sort((one, other) => one - other) as [
      number,
      number,
    ];
    if (greatest < least * leastFactor || greatest - least < leastMs) return [];
    const what = `${instance}: smallest round trip to the controller, at most`;
    return [{ about: 'links', what, original: msText(originalMs), replication: msText(replicationMs) }];
  });
}

function roundTrips({ placement, devices }: RunRecord): Map<string, number> {
  return new Map(
    placement.flatMap(({ role, rank, device }) => {
      const errorMs = devices.find(({ name }) => name === device)?.clock?.error_ms;
      return errorMs === undefined ? [] : [[`${role}-${rank}`, 2 * errorMs] as const];
    }),
  );
}

/** Of the devices that play a role, by the role. */
function loadsOf(a: OpenedRun, b: OpenedRun): Differing[] {
  const [left, right] = [loads(a), loads(b)];
  return [...left].flatMap(([instance, original]): Differing[] => {
    const replication = right.get(instance);
    if (replication === undefined || Math.abs(original - replication) < leastLoad) return [];
    const what = `${instance}: other programs on its device, of one core`;
    return [{ about: 'load', what, original: percentText(original), replication: percentText(replication) }];
  });
}

function loads(run: OpenedRun): Map<string, number> {
  const { other_load: measured } = disturbanceOf(run);
  return new Map(
    run.record.placement.flatMap(({ role, rank, device }) => {
      const percent = measured.find((one) => one.device === device)?.percent ?? null;
      return percent === null ? [] : [[`${role}-${rank}`, percent] as const];
    }),
  );
}

const msText = (ms: number) => `${Number(ms.toPrecision(2))} ms`;
const percentText = (percent: number) => `${Math.round(percent)} %`;
