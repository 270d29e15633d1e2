import type { DrillName, DrillResult, NetworkActs } from '../../src/index.js';
import { collab } from '../door.js';
import type { Bed } from './bed.js';
import { move } from './devices.js';
import type { Seen } from './row.js';

const local = 'local';

/** A fleet on the devices of the Lab, or on this machine, for one row. */
export class FleetBed {
  private readonly flags: readonly string[];

  constructor(
    readonly bed: Bed,
    private readonly onLab: boolean,
  ) {
    this.flags = onLab ? [] : ['--local'];
  }

  /** Runs `collab fleet ...` with the flags that select this fleet. */
  fleet(...words: string[]) {
    return this.bed.collab('fleet', ...words, ...this.flags);
  }

  start(...words: string[]) {
    return this.bed.start('fleet', ...words, ...this.flags);
  }

  async up(): Promise<void> {
    const { code, said } = await this.fleet('up', '--yes');
    if (code !== 0) throw new Error(`fleet up: ${said}`);
  }

  async down(): Promise<void> {
    const { code, said } = await this.fleet('down', '--purge', '--yes');
    if (code !== 0) throw new Error(`fleet down: ${said}`);
  }

  /** Does one drill in this process, so that it can also change the network of the Lab. */
  async drill(name: DrillName, connections: number): Promise<DrillResult> {
    const workspace = new collab.Workspace(this.bed.folder);
    const fleet = this.onLab ? 'faults' : local;
    const { record, credentials } = await collab.openOwnFleet(workspace, fleet);
    const context = {
      workspace,
      clock: collab.systemClock,
      emit: () => undefined,
      signal: new AbortController().signal,
    };
    const addresses = new Map(record.members.map((member) => [member.name, member.address]));
    const network = this.onLab ? new LabNetwork(this.bed, addresses) : null;
    const options = { drills: [name], connections, network };
    const { results, ended } = await collab.checkFleet(record, credentials, options, context);
    if (ended !== null) throw ended;
    const [result] = results;
    if (result === undefined) throw new Error(`${name} has no result`);
    return result;
  }

  /** Names of the members that the first that answers sees alive. */
  async alive(): Promise<string[]> {
    const { stdout } = await this.fleet('members', '--json');
    const { members = [] } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as {
      members?: { name: string; state: string }[];
    };
    return members.filter(({ state }) => state === 'alive').map(({ name }) => name);
  }
}

/** Brings a fleet up, tries something, and ends it. */
export async function onFleet(
  bed: Bed,
  onLab: boolean,
  act: (fleet: FleetBed) => Promise<Seen>,
): Promise<Seen> {
  const fleet = new FleetBed(bed, onLab);
  await fleet.up();
  try {
    return await act(fleet);
  } finally {
    await fleet.down();
  }
}

/** The network of the Lab's devices. */
class LabNetwork implements NetworkActs {
  readonly #rules = new Map<string, string[][]>();

  constructor(
    private readonly bed: Bed,
    private readonly addresses: ReadonlyMap<string, string>,
  ) {}

  move(member: string): Promise<void> {
    return move(this.bed, member);
  }

  async cut(one: readonly string[], other: readonly string[]): Promise<void> {
    for (const device of other) {
      for (const far of one) {
        const address = this.addresses.get(far) ?? '';
        await this.rule(device, ['INPUT', '-s', address, '-j', 'DROP']);
        await this.rule(device, ['OUTPUT', '-d', address, '-j', 'DROP']);
      }
    }
  }

  async heal(members: readonly string[]): Promise<void> {
    for (const device of members) {
      for (const rule of this.#rules.get(device) ?? []) await this.iptables(device, '-D', rule);
      this.#rules.delete(device);
    }
  }

  private async rule(device: string, rule: string[]): Promise<void> {
    await this.iptables(device, '-I', rule);
    this.#rules.set(device, [...(this.#rules.get(device) ?? []), rule]);
  }

  private async iptables(device: string, act: string, rule: readonly string[]): Promise<void> {
    const { code, said } = await this.bed.onDevice(device, 'iptables', '-w', act, ...rule);
    if (code !== 0) throw new Error(said);
  }
}

/** What a drill measured, in words: the range over the members. */
export function measuredText({ measured, why }: DrillResult): string {
  const kinds = new Map<string, typeof measured>();
  for (const one of measured) kinds.set(one.what, [...(kinds.get(one.what) ?? []), one]);
  const parts = [...kinds].map(([what, all]) => {
    const texts = [Math.min, Math.max].map((pick) =>
      valueText(pick(...all.map(({ value }) => value)), all[0]?.unit),
    );
    return `${what} ${[...new Set(texts)].join(' to ')}`;
  });
  return [...parts, ...why].join('; ');
}

function valueText(value: number, unit: string | undefined): string {
  if (unit === 's') return `${value.toFixed(1)} s`;
  return unit === 'bytes' ? collab.formatBytes(value) : String(value);
}
