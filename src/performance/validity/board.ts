import type { InstanceEvidence, RunEvidence } from './evidence.js';
import { listed, short } from './sentence.js';
import type { Check, Finding } from './validity.js';

/** Sampled flags that are above 0 while a board slows itself down. */
const slowed = /throttl|under_?voltage|frequency_capped/;
/** CPU time of the whole device, and that of the role, in percent of one core. */
const wholeDevice = 'device_cpu_percent';
/** Other load below this share of one core is what any system does. */
const smallLoadPercent = 10;

function notThrottled({ instances }: RunEvidence): Finding[] {
  const findings: Finding[] = [];
  for (const [device, own] of byDevice(instances)) {
    const names = [...new Set(own.flatMap(({ samples }) => [...samples.metrics.keys()]))].filter((name) =>
      slowed.test(name),
    );
    for (const name of names) {
      const trials = own
        .filter(({ samples }) => (samples.metrics.get(name)?.max ?? 0) > 0)
        .map(({ instance }) => String(instance.trial.number));
      if (trials.length === 0) continue;
      findings.push({
        check: 'throttling',
        level: 'doubt',
        text: `${device} slowed itself down (${name}) in trial ${listed([...new Set(trials)], 8)}: its times are those of a hot or badly powered board.`,
      });
    }
  }
  return findings;
}

function noOtherLoad({ instances }: RunEvidence): Finding[] {
  const findings: Finding[] = [];
  for (const [device, own] of byDevice(instances)) {
    let worst = { percent: 0, trial: 0 };
    for (const trial of new Set(own.map(({ instance }) => instance.trial.number))) {
      const here = own.filter(({ instance }) => instance.trial.number === trial);
      const whole = here.map(({ samples }) => samples.metrics.get(wholeDevice)?.mean ?? null);
      const roles = here.map(({ samples }) => samples.metrics.get('cpu_percent')?.mean ?? null);
      if ([...whole, ...roles].some((mean) => mean === null)) continue;
      const percent =
        Math.max(...whole.map(Number)) - roles.reduce<number>((sum, mean) => sum + Number(mean), 0);
      if (percent > worst.percent) worst = { percent, trial };
    }
    if (worst.percent < smallLoadPercent) continue;
    findings.push({
      check: 'other load',
      level: 'doubt',
      text: `Something else used ${short(worst.percent)} % of a core of ${device} in trial ${worst.trial}. Stop it, and run again.`,
    });
  }
  return findings;
}

function devicesApart({ run }: RunEvidence): Finding[] {
  const findings: Finding[] = [];
  for (const { name } of run.devices) {
    const roles = run.placement.filter(({ device }) => device === name);
    if (roles.length < 2) continue;
    findings.push({
      check: 'roles apart',
      level: 'remark',
      text: `${listed(roles.map(({ role, rank }) => `${role}-${rank}`))} shared ${name}: they disturb each other, and what goes between them crosses no cable.`,
    });
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

/** Whether the devices did what they can, for this run alone. */
export const boardChecks: readonly Check[] = [notThrottled, noOtherLoad, devicesApart];
