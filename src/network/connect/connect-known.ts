import type { ConnectedDevice, Device } from '../lan/index.js';
import type { HostKeys } from '../ssh/index.js';

/** A device with an open connection, or the error: a CollabError, or a bug in collab. */
export type Answer = { device: Device; connected: ConnectedDevice } | { device: Device; error: unknown };

/** Connects to a device at its saved address. A failure is returned, not thrown. */
export async function connectKnown(
  device: Device,
  { knownHosts, signal }: { knownHosts: HostKeys; signal: AbortSignal | undefined },
): Promise<Answer> {
  try {
    return { device, connected: await device.connect({ knownHosts, ...(signal && { signal }) }) };
  } catch (error) {
    return { device, error };
  }
}
