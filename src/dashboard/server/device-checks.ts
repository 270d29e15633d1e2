import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, CollabError, messageOf, writeFileAtomic } from '../../index.js';
import type { CheckEntry, DeviceEntry, FaultEntry, LanEntry } from '../live/index.js';
import { checkEntry } from './check-entry.js';
import type { DashboardDevices } from './devices.js';

/** Changes when what is kept of a check changes: older files are left out then. */
const format = 1;

export interface CheckedWith {
  /** Where the last check of each device is kept; only this user can read it. */
  readonly folder: string;
  readonly clock: Clock;
  /** One line of the log. */
  readonly log: (line: string) => void;
}

/** Checks devices when it is asked to, and keeps the last check of each. */
export class DeviceChecks {
  private readonly stages = new Map<string, NonNullable<DeviceEntry['checking']>>();
  private readonly faults = new Map<string, FaultEntry>();
  /** Checks of one LAN follow each other, because each writes its file: the end of the last one. */
  private readonly turns = new Map<string, Promise<void>>();

  private constructor(
    private readonly devices: DashboardDevices,
    private readonly parts: CheckedWith,
    private readonly kept: Map<string, CheckEntry>,
  ) {}

  static async open(devices: DashboardDevices, parts: CheckedWith): Promise<DeviceChecks> {
    return new DeviceChecks(devices, parts, await keptChecks(fileIn(parts)));
  }

  async lans(): Promise<LanEntry[]> {
    const known = await this.devices.lans();
    return known.map((lan) => ({
      ...lan,
      devices: lan.devices.map((device) => ({
        ...device,
        checking: this.stages.get(keyOf(lan.name, device.name)) ?? null,
        check: this.kept.get(keyOf(lan.name, device.id)) ?? null,
        fault: this.faults.get(keyOf(lan.name, device.name)) ?? null,
      })),
    }));
  }

  /**
   * Begins to check a device, or all of a LAN; those that are being checked are left out.
   * @returns their names
   * @throws CollabError as `DashboardDevices.names` does
   */
  async start(lan: string, device: string | null): Promise<string[]> {
    const named = await this.devices.names(lan, device);
    const names = named.filter((name) => !this.stages.has(keyOf(lan, name)));
    if (names.length === 0) return names;
    for (const name of names) this.stages.set(keyOf(lan, name), 'waiting');
    const before = this.turns.get(lan) ?? Promise.resolve();
    this.turns.set(
      lan,
      before.then(() => this.check(lan, names)),
    );
    return names;
  }

  private async check(lan: string, names: readonly string[]): Promise<void> {
    const keys = names.map((name) => keyOf(lan, name));
    for (const key of keys) this.stages.set(key, 'asking');
    try {
      await this.devices.check(lan, names, {
        onSearching: (those) => {
          for (const name of those) this.stages.set(keyOf(lan, name), 'searching');
        },
        onChecked: (checked) => {
          const { id, name } = checked.device;
          this.stages.delete(keyOf(lan, name));
          this.faults.delete(keyOf(lan, name));
          this.kept.set(keyOf(lan, id), checkEntry(checked, this.parts.clock.now().getTime()));
        },
      });
      const text = JSON.stringify({ format, checks: Object.fromEntries(this.kept) });
      await writeFileAtomic(fileIn(this.parts), text, 0o600);
    } catch (error) {
      const fault = faultOf(error);
      for (const key of keys) if (this.stages.has(key)) this.faults.set(key, fault);
      if (!(error instanceof CollabError)) this.parts.log(`Checks of LAN ${lan}: ${messageOf(error)}`);
    } finally {
      for (const key of keys) this.stages.delete(key);
    }
  }
}

const fileIn = ({ folder }: CheckedWith): string => join(folder, 'checks.json');
/** Names of LANs have no slash. @param device its name, or for what is kept its id */
const keyOf = (lan: string, device: string): string => `${lan}/${device}`;

async function keptChecks(path: string): Promise<Map<string, CheckEntry>> {
  try {
    const kept = JSON.parse(await readFile(path, 'utf8')) as {
      format: number;
      checks: Record<string, CheckEntry>;
    };
    return new Map(kept.format === format ? Object.entries(kept.checks) : []);
  } catch {
    return new Map();
  }
}

function faultOf(error: unknown): FaultEntry {
  if (error instanceof CollabError) {
    const { name, what, why, next } = error;
    return { name, what, why: why ?? null, next };
  }
  const what = 'The device was not checked.';
  return { name: 'not-checked', what, why: messageOf(error), next: 'Try: collab device check' };
}
