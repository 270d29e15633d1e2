import { parsePort, type Protocol } from './port.js';
import { parseDurationS } from '../../workspace/index.js';
import { parseCores, parseSizeBytes } from './quantities.js';
import { type InstanceCount, parseCount } from './count.js';
import type { ExperimentFile } from './schema.js';
import { intervalPattern } from './sweep-schema.js';
import type { SweepSpace } from './sweep-space.js';

/** What a device must have to play a role; null or empty asks for nothing. */
export interface DeviceConstraint {
  /** As Docker names them; null when any will do. */
  architectures: readonly string[] | null;
  /** At least. */
  memoryBytes: number | null;
  /** At least. */
  cores: number | null;
  /** The device must have all of them. */
  tags: readonly string[];
  accelerator: 'cuda' | null;
}

/** A folder of data that a role reads. */
export interface DataDefinition {
  name: string;
  /** As written: from the experiment's folder, absolute, or with `~/`. */
  path: string;
}

/** How a role is known to be ready; as role.json carries it. */
export type ReadyProbe = { log: string } | { port: string } | { helper: true };

export interface RoleDefinition {
  name: string;
  device: DeviceConstraint;
  /** Instances: ranks 0 to count - 1; at least, if `most` says how many there may be. */
  count: number;
  /** As many instances as devices of their own, up to this number; null for exactly `count`. */
  most: number | null;
  /** Whether its device may play something else too, if there are too few devices. */
  share: boolean;
  /** Roles that must be ready before this one starts. */
  after: readonly string[];
  /** Whether it gets the device's GPU; the device then has one. */
  gpu: boolean;
  /** Device files of the host that it gets, or folders of them; the device then has them. */
  devices: readonly string[];
  /** Size of its shared memory; null for as much as its memory. */
  shmBytes: number | null;
  /** Its own, and those of the experiment. */
  data: readonly DataDefinition[];
  /** Flavor of its base image. */
  base: string;
  dependencies: { apt: readonly string[]; pip: readonly string[]; requirements: string | null };
  command: readonly string[];
  /** Runs to its end before the command starts; null without one. */
  prepare: readonly string[] | null;
  /** Runs after the command has ended; null without one. */
  finalize: readonly string[] | null;
  /** Port numbers by name, as declared. */
  ports: Readonly<Record<string, number>>;
  /** Parameters that its code reads from the environment or from role.json. */
  reads: readonly string[];
  /** Protocols of the ports that name one; the others serve both. */
  portProtocols: Readonly<Record<string, Protocol>>;
  /** Its own network, or that of its device, in which nothing is published and other programs are. */
  network: 'own' | 'host';
  /** Null: ready as soon as it runs. */
  ready: { probe: ReadyProbe; timeoutS: number } | null;
  /** Program that prints the watts of the device, a number per line. */
  meter: readonly string[] | null;
  /** Stopped once the other roles are done. */
  service: boolean;
  /** A fresh process for each trial, or one that stays for the run and asks for its trials. */
  restart: 'trial' | 'run';
}

/** A result that must be the same in every lab, up to an absolute tolerance. */
export interface EqualResult {
  name: string;
  /** 0 for exactly the same. */
  within: number;
}

/** When the repeats of a combination end before there are `atMost` of them. */
export interface StopRule {
  /** `total_ms`, or `client.total_ms` for one role. */
  metric: string;
  /** Half the width of the 95 % interval, as a share of the figure. */
  interval: number;
  atLeast: number;
  atMost: number;
}

export type TrialOrder = ExperimentFile['order'];

/** experiment.yaml, resolved: defaults filled in, quantities in the unit of their name, order as declared. */
export interface ExperimentDefinition extends SweepSpace {
  name: string;
  description: string | null;
  roles: readonly RoleDefinition[];
  /** Metrics that decide when runs are compared: `total_ms`, or `client.total_ms` for one role. */
  primary: readonly string[];
  /** Results that must be the same in every lab: `accuracy`, or `client.accuracy` for one role. */
  equal: readonly EqualResult[];
  /** Those of `stopWhen`, if there is one, are counted by it. */
  repeats: number;
  warmup: number;
  stopWhen: StopRule | null;
  order: TrialOrder;
  /** Of the random order; null for one that each run draws. */
  seed: number | null;
  samplingS: number;
  /** Metrics that are only read when asked for. */
  metrics: readonly string[];
  /** How long power is measured before the command, where there is a sensor. */
  idleS: number;
  timeoutS: number;
  /** Null for what suits the number of trials. */
  onFailure: 'continue' | 'stop' | null;
  onLoss: 'stop' | 'continue' | 'wait';
}

type RoleFile = ExperimentFile['roles'][string];

/**
 * Resolves the content of a valid file.
 * @param space its parameters as they were written; the file has numbers as doubles
 */
export function resolveDefinition(file: ExperimentFile, space: SweepSpace): ExperimentDefinition {
  return {
    name: file.name,
    description: file.description ?? null,
    roles: Object.entries(file.roles).map(([name, role]) => resolveRole(name, role, file.data)),
    ...space,
    primary: [...new Set([file.primary ?? []].flat())],
    equal: equalResults(file.equal),
    repeats: file.repeats,
    warmup: file.warmup,
    stopWhen: file.stop_when === undefined ? null : stopRule(file.stop_when),
    order: file.order,
    seed: file.seed ?? null,
    samplingS: seconds(file.sampling),
    metrics: [...new Set(file.metrics)],
    idleS: seconds(file.idle),
    timeoutS: seconds(file.timeout),
    onFailure: file.on_failure ?? null,
    onLoss: file.on_loss,
  };
}

function stopRule(file: NonNullable<ExperimentFile['stop_when']>): StopRule {
  const percent = Number(intervalPattern.exec(file.interval)?.[1]);
  return { metric: file.metric, interval: percent / 100, atLeast: file.at_least, atMost: file.at_most };
}

function resolveRole(name: string, role: RoleFile, shared: ExperimentFile['data']): RoleDefinition {
  const { arch, memory, cores, tags } = role.device;
  const { least, most }: InstanceCount = parseCount(role.count) ?? { least: 1, most: null };
  const gpu = role.gpu || role.device.accelerator === 'cuda';
  return {
    name,
    device: {
      architectures: arch === undefined ? null : Array.isArray(arch) ? arch : [arch],
      memoryBytes: typeof memory === 'string' ? parseSizeBytes(memory) : (memory ?? null),
      cores: typeof cores === 'string' ? parseCores(cores) : (cores ?? null),
      tags,
      accelerator: gpu ? 'cuda' : null,
    },
    count: least,
    most,
    share: role.share,
    after: [...new Set(role.after)],
    gpu,
    devices: [...new Set(role.devices)],
    shmBytes: typeof role.shm === 'string' ? parseSizeBytes(role.shm) : (role.shm ?? null),
    data: [...shared, ...role.data],
    base: role.base,
    dependencies: {
      apt: role.dependencies.apt,
      pip: role.dependencies.pip,
      requirements: role.dependencies.requirements ?? null,
    },
    command: role.command,
    prepare: role.prepare ?? null,
    finalize: role.finalize ?? null,
    ...portsOf(role.ports),
    network: role.network,
    reads: [...new Set(role.reads)],
    ready:
      role.ready === undefined ? null : { probe: probeOf(role.ready), timeoutS: seconds(role.ready.timeout) },
    meter: role.meter ?? null,
    service: role.service,
    restart: role.restart,
  };
}

/** The schema has checked the ports. */
function portsOf(declared: RoleFile['ports']): Pick<RoleDefinition, 'ports' | 'portProtocols'> {
  const ports: Record<string, number> = {};
  const portProtocols: Record<string, Protocol> = {};
  for (const [name, port] of Object.entries(declared)) {
    const { number, protocol } = parsePort(port) ?? { number: 0, protocol: null };
    ports[name] = number;
    if (protocol !== null) portProtocols[name] = protocol;
  }
  return { ports, portProtocols };
}

function probeOf(ready: NonNullable<RoleFile['ready']>): ReadyProbe {
  if (ready.log !== undefined) return { log: ready.log };
  if (ready.port !== undefined) return { port: ready.port };
  return { helper: true };
}

/** The schema has checked the text, so it is a duration. */
function seconds(text: string): number {
  const valueS = parseDurationS(text);
  if (valueS === null) throw new TypeError(`not a duration: ${text}`);
  return valueS;
}

/** A result that is named twice is one, with the smaller tolerance. */
function equalResults(named: ExperimentFile['equal']): EqualResult[] {
  const withins = new Map<string, number>();
  for (const one of [named ?? []].flat()) {
    const { name, within = 0 } = typeof one === 'string' ? { name: one } : one;
    withins.set(name, Math.min(within, withins.get(name) ?? Infinity));
  }
  return [...withins].map(([name, within]) => ({ name, within }));
}
