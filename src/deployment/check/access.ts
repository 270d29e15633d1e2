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

/** How devices that are checked are reached, and where the facts go that are read. */
export interface Access {
  connect(devices: readonly Device[]): Promise<Answer[]>;
  /** Works on each as soon as it answers; see `onEachDevice`. */
  each<T>(devices: readonly Device[], work: (answer: Answer) => Promise<T>): Promise<T[]>;
  /** @param read devices with the facts that were read now */
  keep(read: readonly Device[]): Promise<void>;
}

/** Devices of a saved LAN: one that moved is found again, and facts are saved. */
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

/** Devices that have just been logged in to and are not yet saved in the LAN of that name. */
export function accessBeforeSaving(workspace: Workspace, lan: string, signal?: AbortSignal): Access {
  const knownHosts = new KnownHosts(workspace.knownHostsOf(lan));
  const connect = (device: Device) => connectKnown(device, { knownHosts, signal });
  return {
    connect: (devices) => Promise.all(devices.map(connect)),
    each: (devices, work) => Promise.all(devices.map(async (device) => work(await connect(device)))),
    keep: () => Promise.resolve(),
  };
}
