import type { TrialRecord } from '../../logs/index.js';
import { neverStarted, type InstanceEvidence, type RunEvidence } from './evidence.js';
import type { Check, Finding } from './finding.js';
import { grouped } from './grouped.js';
import { memberOf, type OtherLoad, otherLoads, readingErrorS, share } from './machine-load.js';
import { sampledLoads } from './sampled-load.js';
import { samplingOf } from './sampling.js';
import { listed, plural, short } from './sentence.js';

/** In shares of one core, for the mean over trials; docs/metrics.md, "Other load", says how both limits were found. */
const smallShare = 0.1;
/** For a single trial: on a quiet machine, what the kernel and the engine do in one trial reached 0.18. */
const loudShare = 0.25;
/** The mean of fewer trials is judged by the limit for a single one. */
const enoughTrials = 5;
const check = 'other load';

/** Devices that are parts of one machine, with what other programs used of it. */
interface Machine {
  readonly devices: Set<string>;
  readonly loads: OtherLoad[];
}

/** Did other programs than the roles use the machines, so that the roles had to wait for a processor, a cache or memory? */
function noOtherLoad(evidence: RunEvidence): Finding[] {
  const { instances, run } = evidence;
  const isJob = run.job !== undefined;
  const unread = new Map<string, Set<string>>();
  for (const { instance } of instances) {
    if (!instance.trial.warmup) noteUnread(instance, unread);
  }
  return [
    ...machinesOf(evidence).flatMap((machine) => judgeMachine(machine, isJob ? ofJob : ofRun)),
    ...sampledLoads(
      instances.filter(({ instance }) => !instance.trial.warmup),
      smallShare,
    ),
    ...[...unread].map(([reason, devices]): Finding => {
      const text = `Could not check whether other programs ran on ${listed([...devices])}: ${reason}.`;
      return { check, level: 'doubt', text };
    }),
  ];
}

/** Other load of a trial: that of the machine with the largest, and of each machine that has a reading. */
export interface TrialOtherLoad extends OtherLoad {
  readonly machines: readonly { readonly devices: ReadonlySet<string>; readonly load: OtherLoad }[];
}

/** The largest load by other programs in each measured trial that has a reading, by number. */
export function otherLoadOf(evidence: RunEvidence): ReadonlyMap<number, TrialOtherLoad> {
  const all = machinesOf(evidence).flatMap(({ devices, loads }) =>
    onePerTrial(loads).map((load) => ({ devices, load })),
  );
  return new Map(
    [...grouped(all, ({ load: { trial } }) => trial)].flatMap(([trial, machines]) =>
      onePerTrial(machines.map(({ load }) => load)).map((load) => [trial, { ...load, machines }] as const),
    ),
  );
}

/** The largest load of each trial: the roles of a trial have a reading each, of the same machine at the same time. */
function onePerTrial(loads: readonly OtherLoad[]): OtherLoad[] {
  return [...grouped(loads, ({ trial }) => trial).values()].map((own) =>
    own.reduce((most, one) => (share(one) > share(most) ? one : most)),
  );
}

function machinesOf({ run, instances }: RunEvidence): Machine[] {
  const machines = new Map<string, Machine>();
  const samplingS = samplingOf(run.experiment.definition) ?? 0.1;
  const byTrial = grouped(instances, ({ instance }) => instance.trial.number);
  for (const trial of run.trials) {
    if (trial.warmup) continue;
    const own = byTrial.get(trial.number) ?? [];
    for (const [key, members] of grouped(own, machineOf)) {
      const machine = machines.get(key) ?? { devices: new Set(), loads: [] };
      machines.set(key, machine);
      for (const { instance } of members) machine.devices.add(instance.device);
      const readings = members.map(memberOf).filter((one) => one !== null);
      if (readings.length < members.length) continue;
      machine.loads.push(...otherLoads(trial.number, readings, loadsOf(trial, key, members), samplingS));
    }
  }
  return [...machines.values()];
}

/** A device on which a role ended, but that could not be read. */
function noteUnread({ exit, device }: InstanceEvidence['instance'], unread: Map<string, Set<string>>): void {
  const reason = exit?.device_load?.reason;
  if (reason === undefined || (exit !== null && neverStarted(exit))) return;
  unread.set(reason, (unread.get(reason) ?? new Set()).add(device));
}

/** The boot of its kernel; the device if that is not known. */
const machineOf = ({ instance: { exit, device } }: InstanceEvidence): string =>
  exit?.device_load?.boot_id ?? `device ${device}`;

function loadsOf({ load = [] }: TrialRecord, bootId: string, members: readonly InstanceEvidence[]) {
  const devices = new Set(members.map(({ instance }) => instance.device));
  return load.filter(
    ({ boot_id: boot, device }) => boot === bootId || (device !== null && devices.has(device)),
  );
}

/** A loud trial is a doubt by itself; others are judged by their mean. */
function judgeMachine({ devices, loads }: Machine, words: Words): Finding[] {
  const where = listed([...devices]);
  const machine = devices.size === 1 ? `${where} (or the machine it runs on)` : `the machine of ${where}`;
  const precise = ({ errorS, seconds }: OtherLoad) => errorS / seconds <= smallShare / 2;
  const long = onePerTrial(loads.filter(precise));
  const loud = [
    ...long.filter((one) => share(one) > loudShare),
    ...loads.filter((one) => !precise(one) && share(one) - one.errorS / one.seconds > smallShare),
  ];
  const worst = loud.reduce<OtherLoad | null>(
    (most, one) => (most === null || share(one) > share(most) ? one : most),
    null,
  );
  if (worst !== null) {
    const trials = [...new Set(loud.map(({ trial }) => trial))];
    const others =
      trials.length > 1 ? ` (and more than the limit in ${plural(trials.length - 1, 'other trial')})` : '';
    const text = `${words.others} used ${percent(share(worst))} % of a core of ${machine} in trial ${worst.trial}${others}. ${adviceOn([worst], words)}`;
    return [{ check, level: 'doubt', text }];
  }
  return [
    ...judgeMean(long, machine, words),
    ...judgeBrief(onePerTrial(loads.filter((one) => !precise(one))), machine, words),
  ];
}

/** The mean over trials that are long enough for a reading each. */
function judgeMean(long: readonly OtherLoad[], machine: string, words: Words): Finding[] {
  const most = Math.max(...long.map(share));
  if (long.length === 0 || most <= smallShare) return [];
  const mean = long.reduce((sum, one) => sum + share(one), 0) / long.length;
  const figure = `${words.others} used ${percent(mean)} % of a core of ${machine} on average over ${plural(long.length, 'trial')}, at most ${percent(most)} %.`;
  const isDoubt = mean > smallShare && long.length >= enoughTrials;
  return [{ check, level: isDoubt ? 'doubt' : 'remark', text: `${figure} ${adviceOn(long, words)}` }];
}

/** Short trials: only many together have a reading that is precise enough. */
function judgeBrief(brief: readonly OtherLoad[], machine: string, words: Words): Finding[] {
  if (brief.length === 0) return [];
  const seconds = brief.reduce((sum, one) => sum + one.seconds, 0);
  const otherS = brief.reduce((sum, one) => sum + one.otherS, 0);
  const systematicS = brief.reduce((sum, { errorS }) => sum + Math.max(0, errorS - readingErrorS), 0);
  const errorShare = (readingErrorS * Math.sqrt(brief.length) + systematicS) / seconds;
  const together = otherS / seconds;
  if (together + errorShare <= smallShare) return [];
  const many = plural(new Set(brief.map(({ trial }) => trial)).size, 'short trial');
  const figure = `${percent(together)} +- ${percent(errorShare)} % of a core of ${machine}`;
  if (together - errorShare > smallShare) {
    const text = `${words.others} used ${figure} over ${many}. ${adviceOn(brief, words)}`;
    return [{ check, level: 'doubt', text }];
  }
  const text = `Could not check whether other programs used more than ${smallShare * 100} % of a core: ${many} of ${short(seconds)} s together are too short. They used ${figure}.`;
  return [{ check, level: together > smallShare ? 'doubt' : 'remark', text }];
}

/** Who may have used a machine besides the roles, and what to do about it; null: it depends on the reading. */
interface Words {
  readonly others: string;
  readonly advice: string | null;
}
const ofRun: Words = { others: 'Other programs', advice: null };
const ofJob: Words = {
  others: 'Other programs, or other tasks,',
  advice: 'A job does not have its devices to itself: use collab run where this matters.',
};

const withOwn =
  "This includes collab's own use, such as starting a container, which could not be separated. Let the role run for longer, or stop other programs, and run again.";

const withChildren =
  " They may be the role's own child processes: without a cgroup, those that it did not wait for are not counted as its own.";

function adviceOn(loads: readonly OtherLoad[], { advice: own }: Words): string {
  const advice = own ?? (loads.some((one) => one.withOwn) ? withOwn : 'Stop them and run again.');
  return `${advice}${loads.some((one) => one.withChildren) ? withChildren : ''}`;
}

const percent = (value: number) => short(Math.max(0, value) * 100);

/** Checks whether the roles had their devices to themselves. */
export const loadChecks: readonly Check[] = [noOtherLoad];
