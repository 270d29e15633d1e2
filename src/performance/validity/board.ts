import type { BoardState } from '../../logs/index.js';
import { neverStarted, type InstanceEvidence, type RunEvidence } from './evidence.js';
import { grouped } from './grouped.js';
import { listed } from './sentence.js';
import type { Check, Finding } from './finding.js';

/** Sampled values that are above 0 only if the board throttled during the role. */
const slowed = ['throttled', 'throttle_events'] as const;
/** Bits of get_throttled that record events since boot. */
const remembered = 0xf_0000;

function notThrottled({ run, instances }: RunEvidence): Finding[] {
  const findings: Finding[] = [];
  const say = (device: string, seen: string) => {
    const text = `${device} was throttled ${seen}: its times are those of an overheated or underpowered board. Improve its cooling or power supply, and run again.`;
    findings.push({ check: 'throttling', level: 'doubt', text });
  };
  const unread = new Map<string, string>();
  for (const [device, own] of grouped(instances, ({ instance }) => instance.device)) {
    const trials = own
      .filter(({ samples }) => slowed.some((name) => (samples.metrics.get(name)?.max ?? 0) > 0))
      .map(({ instance }) => String(instance.trial.number));
    if (trials.length > 0) say(device, `in trial ${listed([...new Set(trials)], 8)}`);
    else if (newlyThrottled(run, device)) say(device, 'between two samples (according to its firmware)');
    else if (!throttlingKnown(run, device, own)) unread.set(device, whyNoThrottling(own));
  }
  for (const [reason, devices] of grouped(unread.keys(), (device) => unread.get(device) ?? '')) {
    const text = `Could not check whether ${listed(devices)} ${devices.length === 1 ? 'was' : 'were'} throttled: ${reason}.`;
    findings.push({ check: 'throttling', level: 'remark', text });
  }
  return findings;
}

/** Every role that ran there has samples of it, or the firmware's memory was read before and after. */
function throttlingKnown(run: RunEvidence['run'], name: string, own: readonly InstanceEvidence[]): boolean {
  const { before, after } = run.devices.find((device) => device.name === name)?.board ?? {};
  if (before?.throttled_flags != null && after?.throttled_flags != null) return true;
  const ran = own.filter(({ instance }) => instance.exit !== null && !neverStarted(instance.exit));
  return ran.every(({ samples }) => slowed.some((metric) => (samples.metrics.get(metric)?.n ?? 0) > 0));
}

function whyNoThrottling(own: readonly InstanceEvidence[]): string {
  const states = own.flatMap(({ instance }) => instance.states);
  const said = states.find(({ metric, reason }) => metric === 'throttled' && reason !== undefined);
  return said?.reason ?? 'there are no samples of it';
}

function newlyThrottled(run: RunEvidence['run'], name: string): boolean {
  const { before, after } = run.devices.find((device) => device.name === name)?.board ?? {};
  const [first, last] = [before?.throttled_flags ?? null, after?.throttled_flags ?? null];
  return first !== null && last !== null && (last & ~first & remembered) !== 0;
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
  const findings = run.devices.flatMap(boardUnchanged);
  const unread = run.devices.filter(({ board }) => board?.before == null || board.after == null);
  const unknown = run.devices.filter(
    (device) => !unread.includes(device) && joined(governorsOf(device.board?.before)) === null,
  );
  const say = (devices: RunEvidence['run']['devices'], what: string, why: string) => {
    if (devices.length === 0) return;
    const text = `Could not check whether ${what} of ${listed(devices.map(({ name }) => name))} ${why}.`;
    findings.push({ check: 'board', level: 'remark', text });
  };
  if (run.state !== 'running')
    say(unread, 'the settings', 'changed: they were not read both before and after the run');
  say(unknown, 'the CPU clock', 'is fixed: there is no CPU governor to read');
  return findings;
}

const governorsOf = (state: BoardState | null | undefined) =>
  state?.cpu_policies.map(({ governor }) => governor) ?? [];

function boardUnchanged({ name, board }: RunEvidence['run']['devices'][number]): Finding[] {
  const { before = null, after = null } = board ?? {};
  if (before === null || after === null) return [];
  const changed = settings.flatMap(([what, of]) => {
    const [first, last] = [of(before), of(after)];
    return first !== null && last !== null && first !== last ? [`${what} from ${first} to ${last}`] : [];
  });
  const findings: Finding[] = [];
  if (changed.length > 0) {
    const text = `The settings of ${name} changed during the run: ${listed(changed)}.`;
    findings.push({ check: 'board', level: 'doubt', text });
  }
  const lost = settings.flatMap(([what, of]) => (of(before) !== null && of(after) === null ? [what] : []));
  if (lost.length > 0) {
    const text = `Could not check whether settings of ${name} changed: ${listed(lost)} could not be read after the run.`;
    findings.push({ check: 'board', level: 'remark', text });
  }
  const remarks: string[] = [];
  const governor = joined(governorsOf(before));
  if (governor !== null && governor !== 'performance') remarks.push(`it used the CPU governor ${governor}`);
  if (before.on_mains === false) remarks.push('it ran on battery');
  if (remarks.length > 0) {
    const text = `${name}: ${remarks.join(' and ')}, so its speed is not fixed.`;
    findings.push({ check: 'board', level: 'remark', text });
  }
  return findings;
}

function joined(values: readonly (string | number | null)[]): string | null {
  const known = [...new Set(values)].filter((value) => value !== null);
  return known.length === 0 ? null : known.join(', ');
}

function devicesApart({ run, instances }: RunEvidence): Finding[] {
  // Tasks of a job do not know each other; `tasks apart` tells which of them ran at the same time.
  if (run.job !== undefined) return [];
  const findings: Finding[] = [];
  for (const [boot, own] of grouped(
    instances,
    ({ instance }) => instance.exit?.device_load?.boot_id ?? null,
  )) {
    const devices = [...new Set(own.map(({ instance }) => instance.device))];
    if (boot === null || devices.length < 2) continue;
    const text = `${listed(devices)} are parts of one machine: their roles slow each other down, and traffic between them does not use a cable.`;
    findings.push({ check: 'roles apart', level: 'remark', text });
  }
  for (const { name } of run.devices) {
    const roles = run.placement.filter(({ device }) => device === name);
    if (roles.length < 2) continue;
    const names = listed(roles.map(({ role, rank }) => `${role}-${rank}`));
    const text = `${names} shared ${name}: they slow each other down, and traffic between them does not use a cable.`;
    findings.push({ check: 'roles apart', level: 'remark', text });
  }
  return findings;
}

/** Checks whether the devices ran at full speed, and for this run only. */
export const boardChecks: readonly Check[] = [notThrottled, boardsUnchanged, devicesApart];
