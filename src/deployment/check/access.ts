import {
  type Answer,
  connectDevices,
  type ConnectDevicesOptions,
  connectKnown,
  type Device,
  KnownHosts,
  LanStore,
  onEachDevice,
} from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';

/** How to connect to devices for a check, and where to save the facts. */
export interface Access {
  connect(devices: readonly Device[]): Promise<Answer[]>;
  /** Calls `work` for each device as soon as it answers; see `onEachDevice`. */
  each<T>(devices: readonly Device[], work: (answer: Answer) => Promise<T>): Promise<T[]>;
  /** @param read devices with the facts that were read now */
  keep(read: readonly Device[]): Promise<void>;
}

/** For devices of a saved LAN: a device that moved is found again, and facts are saved. */
export function accessByLan(options: ConnectDevicesOptions): Access {
  return {
    connect: (devices) => connectDevices(devices, options),
    each: (devices, work) => onEachDevice(devices, options, work),
    keep: async (read) => {
      if (read.length === 0) return;
      await new LanStore(options.workspace).change(options.lan.name, (lan) => lan.refreshed(read));
    },
  };
}

/** For devices of a new LAN, before they are saved. */
export function accessBeforeSaving(workspace: Workspace, lan: string, signal?: AbortSignal): Access {
  const knownHosts = new KnownHosts(workspace.knownHostsOf(lan));
  const connect = (device: Device) => connectKnown(device, { knownHosts, signal });
  return {
    connect: (devices) => Promise.all(devices.map(connect)),
    each: (devices, work) => Promise.all(devices.map(async (device) => work(await connect(device)))),
    keep: () => Promise.resolve(),
  };
}
