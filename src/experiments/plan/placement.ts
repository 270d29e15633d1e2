import { type RuntimeName, runtimes } from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { PlacementRecord } from '../../logs/index.js';
import type { DeviceFacts } from '../../network/index.js';
import { type DeviceConstraint, formatBytes, type RoleDefinition } from '../definition/index.js';
import { chooseDevices } from './choose-devices.js';
import { pinOf, pinText, type Pin } from './pins.js';

/** A device as placement sees it. */
export interface PlaceableDevice {
  name: string;
  tags: readonly string[];
  /** Null when it could not be asked; `unavailable` then says why. */
  facts: DeviceFacts | null;
  /** Why it cannot be used now (does not answer, refuses the key); null when it can. */
  unavailable: string | null;
}

/** Why a device cannot play a role. */
export interface Misfit {
  role: string;
  device: string;
  reason: string;
}

/**
 * `reasons` names every device that does not fit a role; `unplaced` the roles that no device fits, `brokenPins` the
 * pins that cannot be kept, `tooFew` the roles that want devices alone if there are not enough for that.
 */
export type PlacementResult =
  | { placed: true; placement: PlacementRecord[]; reasons: Misfit[] }
  | { placed: false; unplaced: string[]; brokenPins: Pin[]; tooFew: string[]; reasons: Misfit[] };

export interface PlaceOptions {
  /** Says what a device must have. */
  runtime: RuntimeName;
  /** Instances that only one device may play; it must fit the role like any other. */
  pins?: readonly Pin[];
  /** Why a role's base image has nothing for a device; null when it has. Without it, every base fits. */
  baseMisfit?: (role: RoleDefinition, facts: DeviceFacts) => string | null;
  /** Why a role cannot use the device files of a device that it asks for; null when it can. */
  hostDeviceMisfit?: (role: RoleDefinition, device: string) => string | null;
}

/**
 * Decides which device plays which role. Deterministic: roles and devices in their given order.
 * Every instance gets a separate device while there are enough, so that a role that any device can play leaves the only
 * fitting device to the role that needs it. Otherwise instances share devices, as evenly as possible, but not with a role
 * that wants its device alone (`share: false`). Then roles with a count such as 1..n get further instances, each on a
 * device on which nothing is placed.
 */
export function place(
  roles: readonly RoleDefinition[],
  devices: readonly PlaceableDevice[],
  options: PlaceOptions,
): PlacementResult {
  const reasons: Misfit[] = [];
  const fitting = new Map<string, number[]>();
  for (const role of roles) {
    const fits: number[] = [];
    devices.forEach((device, index) => {
      const reason = misfit(role, device, options);
      if (reason === null) fits.push(index);
      else reasons.push({ role: role.name, device: device.name, reason });
    });
    fitting.set(role.name, fits);
  }
  const { pins = [] } = options;
  const indexOf = (name: string) => devices.findIndex((device) => device.name === name);
  const unplaced = roles.map((role) => role.name).filter((name) => fitting.get(name)?.length === 0);
  const brokenPins = pins.filter(({ role, device }) => !fitting.get(role)?.includes(indexOf(device)));
  for (const { role, device } of brokenPins) {
    if (indexOf(device) < 0) reasons.push({ role, device, reason: 'is not among the devices of this run' });
  }
  if (unplaced.length + brokenPins.length > 0)
    return { placed: false, unplaced, brokenPins, tooFew: [], reasons };

  const chosen = chooseDevices(
    roles,
    pins,
    (role, pin) => (pin ? [indexOf(pin.device)] : (fitting.get(role) ?? [])),
    devices.length,
  );
  if (chosen === null) {
    const tooFew = roles.filter(({ share }) => !share).map(({ name }) => name);
    for (const role of tooFew)
      for (const device of fitting.get(role) ?? [])
        reasons.push({
          role,
          device: devices[device]?.name ?? '',
          reason: 'fits, if nothing else must play on it',
        });
    return { placed: false, unplaced: [], brokenPins: [], tooFew, reasons };
  }
  const placement = chosen.map(({ role, rank, device: index }) => {
    const device = devices[index];
    const { gpu, devices: hostDevices, network, restart } = role;
    return {
      role: role.name,
      rank,
      device: device?.name ?? '',
      ...(pinOf(pins, role.name, rank) && { pinned: true as const }),
      ...(gpu && { gpu: gpuName(device) }),
      ...(hostDevices.length > 0 && { devices: [...hostDevices] }),
      ...(network === 'host' && { network: 'host' as const }),
      ...(restart === 'run' && { restart: 'run' as const }),
    };
  });
  return { placed: true, placement, reasons };
}

/** Why a device does not fit, all reasons on one line; null when it does. */
function misfit(role: RoleDefinition, device: PlaceableDevice, options: PlaceOptions): string | null {
  const asks: DeviceConstraint = role.device;
  const { needs } = runtimes[options.runtime];
  if (device.unavailable !== null) return device.unavailable;
  const { facts } = device;
  if (facts === null) return 'its facts are not known';
  const reasons: string[] = [];
  if (asks.architectures !== null && !asks.architectures.includes(facts.architecture)) {
    reasons.push(`is ${facts.architecture}, the role asks for ${asks.architectures.join(' or ')}`);
  }
  if (asks.memoryBytes !== null && facts.memoryBytes < asks.memoryBytes) {
    const [has, wanted] = apart(facts.memoryBytes, asks.memoryBytes);
    reasons.push(`has ${has} of memory, the role asks for at least ${wanted}`);
  }
  if (asks.cores !== null && facts.cores < asks.cores) {
    reasons.push(
      `has ${facts.cores} core${facts.cores === 1 ? '' : 's'}, the role asks for at least ${asks.cores}`,
    );
  }
  const tags = asks.tags.filter((tag) => !device.tags.includes(tag));
  if (tags.length > 0) reasons.push(`has no tag ${tags.join(', ')}`);
  if (asks.accelerator !== null && !facts.accelerators.includes(asks.accelerator)) {
    reasons.push(`has no ${asks.accelerator} accelerator`);
  }
  if (needs.engine && !facts.engine.available) {
    reasons.push(`has no usable Docker Engine: ${facts.engine.reason}`);
  }
  if (needs.python && facts.python === null)
    reasons.push('has no python3, which a role without an engine needs');
  const isJetson = facts.jetson !== null;
  const lacksNvidia = facts.engine.available && !facts.engine.runtimes.includes('nvidia');
  if (needs.engine && role.gpu && isJetson && lacksNvidia) {
    reasons.push(
      'its Docker Engine has no nvidia runtime, which gives a Jetson its GPU (sudo apt-get install nvidia-container, then collab setup again)',
    );
  }
  const base = needs.image ? (options.baseMisfit?.(role, facts) ?? null) : null;
  if (base !== null) reasons.push(base);
  const lacks = options.hostDeviceMisfit?.(role, device.name) ?? null;
  if (lacks !== null) reasons.push(lacks);
  return reasons.length === 0 ? null : reasons.join('; ');
}

function gpuName(device: PlaceableDevice | undefined): string {
  const names = device?.facts?.cudaDevices ?? [];
  return names.length === 0 ? 'NVIDIA GPU' : names.join(', ');
}

/** Two sizes written so that they differ when the numbers do. */
function apart(a: number, b: number): [string, string] {
  for (const decimals of [1, 3, 6]) {
    const texts: [string, string] = [formatBytes(a, decimals), formatBytes(b, decimals)];
    if (texts[0] !== texts[1]) return texts;
  }
  return [`${a} B`, `${b} B`];
}

/** The error for a placement that failed: each role that no device fits, with the reason of every device. */
export function notPlaceable(result: {
  unplaced: readonly string[];
  brokenPins: readonly Pin[];
  tooFew: readonly string[];
  reasons: readonly Misfit[];
}): CollabError {
  const { unplaced, brokenPins, tooFew, reasons } = result;
  if (unplaced.length === 0)
    return tooFew.length > 0 ? tooFewAlone(tooFew, reasons) : brokenPin(brokenPins, reasons);
  const lines = unplaced.flatMap((role) => {
    const own = reasons.filter((misfit) => misfit.role === role);
    if (own.length === 0) return [`${role}: there are no devices`];
    return [`${role}:`, ...own.map((misfit) => `  ${misfit.device}: ${misfit.reason}`)];
  });
  const many = unplaced.length > 1;
  return new CollabError('not-placeable', {
    what: `No device fits the role${many ? 's' : ''} ${unplaced.join(', ')}.`,
    why: lines.join('\n'),
    next: 'Add a device that fits (collab setup), fix the ones listed, or loosen `device:` of the role in experiment.yaml.',
    exitCode: ExitCode.usage,
  });
}

/** The error for pins that cannot be kept, each with the reason of its device. */
function brokenPin(pins: readonly Pin[], reasons: readonly Misfit[]): CollabError {
  const lines = pins.map(({ role, device }) => {
    const own = reasons.find((misfit) => misfit.role === role && misfit.device === device);
    return `${device}: ${own?.reason ?? 'does not fit'}`;
  });
  return new CollabError('not-placeable', {
    what: `The pin${pins.length > 1 ? 's' : ''} ${pins.map(pinText).join(', ')} cannot be kept.`,
    why: [...new Set(lines)].join('\n'),
    next: 'Pin it to another device (collab device list shows them), or leave --place out.',
    exitCode: ExitCode.usage,
  });
}

/** The error for roles with `share: false`. */
function tooFewAlone(roles: readonly string[], reasons: readonly Misfit[]): CollabError {
  const lines = roles.flatMap((role) => [
    `${role}:`,
    ...reasons.filter((one) => one.role === role).map(({ device, reason }) => `  ${device}: ${reason}`),
  ]);
  return new CollabError('not-placeable', {
    what: `No way was found to give ${roles.join(', ')} a device that plays nothing else (share: false).`,
    why: lines.join('\n'),
    next: 'Add a device that fits (collab setup), or let them share one: remove share: false in experiment.yaml.',
    exitCode: ExitCode.usage,
  });
}
