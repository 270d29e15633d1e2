import type { BoardState } from '../../logs/index.js';
import type { InstanceEvidence, RunEvidence } from './evidence.js';
import { listed, short } from './sentence.js';
import type { Check, Finding } from './finding.js';

/** Sampled values that are above 0 only if the board throttled during the role. */
const slowed = ['throttled', 'throttle_events'] as const;
/** Any system has other load below this share of one core. */
const smallLoadPercent = 10;
/** Bits of get_throttled that record events since boot. */
const remembered = 0xf_0000;

function notThrottled({ run, instances }: RunEvidence): Finding[] {
  const findings: Finding[] = [];
  const say = (device: string, seen: string) => {
    const text = `${device} was throttled ${seen}: its times are those of an overheated or underpowered board. Improve its cooling or power supply, and run again.`;
    findings.push({ check: 'throttling', level: 'doubt', text });
  };
  for (const [device, own] of byDevice(instances)) {
    const trials = own
      .filter(({ samples }) => slowed.some((name) => (samples.metrics.get(name)?.max ?? 0) > 0))
      .map(({ instance }) => String(instance.trial.number));
    if (trials.length > 0) say(device, `in trial ${listed([...new Set(trials)], 8)}`);
    else if (newlyThrottled(run, device)) say(device, 'between two samples (according to its firmware)');
  }
  return findings;
}

function newlyThrottled(run: RunEvidence['run'], name: string): boolean {
  const { before, after } = run.devices.find((device) => device.name === name)?.board ?? {};
  const [first, last] = [before?.throttled_flags ?? null, after?.throttled_flags ?? null];
  return first !== null && last !== null && (last & ~first & remembered) !== 0;
}

function noOtherLoad({ instances }: RunEvidence): Finding[] {
  const findings: Finding[] = [];
  for (const [device, own] of byDevice(instances)) {
    let worst = { percent: 0, trial: 0 };
    for (const trial of new Set(own.map(({ instance }) => instance.trial.number))) {
      const here = own.filter(({ instance }) => instance.trial.number === trial);
      const mean = (metric: string) => here.map(({ samples }) => samples.metrics.get(metric)?.mean ?? null);
      const [whole, roles] = [mean('device_cpu_percent'), mean('cpu_percent')];
      if ([...whole, ...roles].some((one) => one === null)) continue;
      const percent =
        Math.max(...whole.map(Number)) - roles.reduce<number>((sum, one) => sum + Number(one), 0);
      if (percent > worst.percent) worst = { percent, trial };
    }
    if (worst.percent < smallLoadPercent) continue;
    findings.push({
      check: 'other load',
      level: 'doubt',
      text: `Other processes used ${short(worst.percent)} % of a core of ${device}, or of the machine it runs on, in trial ${worst.trial}. Stop them and run again.`,
    });
  }
  return findings;
}

/** Settings that limit the speed of a board; they must not change during the run. */
const settings: readonly (readonly [string, (state: BoardState) => string | null])[] = [
  ['governor', ({ cpu_policies: all }) => joined(all.map(({ governor }) => governor))],
  ['maximum clock', ({ cpu_policies: all }) => joined(all.map(({ max_khz: khz }) => khz))],
  ['turbo', ({ turbo }) => (turbo === null ? null : turbo ? 'on' : 'off')],
  ['power mode', ({ nvpmodel }) => nvpmodel],
  ['platform profile', ({ platform_profile: profile }) => profile],
  ['power supply', ({ on_mains: mains }) => (mains === null ? null : mains ? 'mains' : 'battery')],
];

function boardsUnchanged({ run }: RunEvidence): Finding[] {
  return run.devices.flatMap(({ name, board }): Finding[] => {
    const { before = null, after = null } = board ?? {};
    if (before === null) return [];
    const changed = settings.flatMap(([what, of]) => {
      const [first, last] = [of(before), after === null ? null : of(after)];
      return first !== null && last !== null && first !== last ? [`${what} from ${first} to ${last}`] : [];
    });
    const findings: Finding[] = [];
    if (changed.length > 0) {
      const text = `The settings of ${name} changed during the run: ${listed(changed)}.`;
      findings.push({ check: 'board', level: 'doubt', text });
    }
    const remarks: string[] = [];
    const governor = joined(before.cpu_policies.map((policy) => policy.governor));
    if (governor !== null && governor !== 'performance') remarks.push(`it used the CPU governor ${governor}`);
    if (before.on_mains === false) remarks.push('it ran on battery');
    if (remarks.length > 0) {
      const text = `${name}: ${remarks.join(' and ')}, so its speed is not fixed.`;
      findings.push({ check: 'board', level: 'remark', text });
    }
    return findings;
  });
}

function joined(values: readonly (string | number | null)[]): string | null {
  const known = [...new Set(values)].filter((value) => value !== null);
  return known.length === 0 ? null : known.join(', ');
}

function devicesApart({ run }: RunEvidence): Finding[] {
  const findings: Finding[] = [];
  for (const { name } of run.devices) {
    const roles = run.placement.filter(({ device }) => device === name);
    if (roles.length < 2) continue;
    const names = listed(roles.map(({ role, rank }) => `${role}-${rank}`));
    const text = `${names} shared ${name}: they slow each other down, and traffic between them does not use a cable.`;
    findings.push({ check: 'roles apart', level: 'remark', text });
  }
  return findings;
}

function byDevice(instances: readonly InstanceEvidence[]): Map<string, InstanceEvidence[]> {
  const devices = new Map<string, InstanceEvidence[]>();
  for (const one of instances) {
    const own = devices.get(one.instance.device) ?? [];
    devices.set(one.instance.device, own);
    own.push(one);
  }
  return devices;
}

/** Checks whether the devices ran at full speed, and for this run only. */
export const boardChecks: readonly Check[] = [notThrottled, noOtherLoad, boardsUnchanged, devicesApart];
