import type { Checked, Unlocked } from '../../index.js';
import type { KnownDevice, LanEntry } from '../live/index.js';
import { type CheckedWith, DeviceChecks } from './device-checks.js';
import type { Route } from './routes.js';

/** What a check tells while it runs. */
export interface CheckTold {
  /** These devices are not where they were, and are looked for. */
  readonly onSearching: (names: readonly string[]) => void;
  readonly onChecked: (checked: Checked) => void;
}

export interface KnownLan extends Omit<LanEntry, 'devices'> {
  readonly devices: readonly KnownDevice[];
}

/** The devices of the workspace. Nothing but a check and the end of a lease asks a device. */
export interface DashboardDevices {
  /** The saved LANs, including those with a broken file. */
  readonly lans: () => Promise<readonly KnownLan[]>;
  /**
   * Names of the devices of a LAN; with a device, its name.
   * @throws CollabError `unknown-lan`, `unknown-device`, and others of a LAN file
   */
  readonly names: (lan: string, device: string | null) => Promise<readonly string[]>;
  /** Checks devices as `collab device check` does, and keeps their facts. @throws CollabError why none is checked */
  readonly check: (lan: string, names: readonly string[], told: CheckTold) => Promise<void>;
  /** Ends this user's lock; with `kick`, any lease. @throws CollabError `device-busy`, or why it is not reached */
  readonly unlock: (lan: string, device: string, kick: boolean) => Promise<Unlocked>;
}

/** The routes of the view of devices. Checks go on when the browser is gone, and what they found is kept. */
export async function deviceRoutes(devices: DashboardDevices, parts: CheckedWith): Promise<Route[]> {
  const checks = await DeviceChecks.open(devices, parts);
  const check = async (lan: string, device: string | null) => ({
    json: { devices: await checks.start(lan, device) },
  });
  return [
    { method: 'GET', path: '/lans', answer: async () => ({ json: { lans: await checks.lans() } }) },
    { method: 'POST', path: '/lans/:lan/check', answer: (asked) => check(asked.part('lan'), null) },
    {
      method: 'POST',
      path: '/lans/:lan/devices/:device/check',
      answer: (asked) => check(asked.part('lan'), asked.part('device')),
    },
    {
      method: 'POST',
      path: '/lans/:lan/devices/:device/unlock',
      answer: async (asked) => {
        const [lan, device] = [asked.part('lan'), asked.part('device')];
        const { how, holder } = await devices.unlock(lan, device, asked.query('kick') === '1');
        await checks.start(lan, device);
        return { json: { how, who: holder?.who ?? null, host: holder?.host ?? null } };
      },
    },
  ];
}
