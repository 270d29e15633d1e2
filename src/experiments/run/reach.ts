import type { Engine } from '../../deployment/engine/engine.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { ConnectedDevice, Device } from '../../network/device.js';
import type { PlacementRecord } from '../../logs/run-record.js';
import type { RoleDefinition } from '../definition/resolve.js';
import { notPlaceable, place } from '../placement.js';

/** A device that answered and has an engine to use, or the error that says why not. */
export type Reached =
  { device: Device; connected: ConnectedDevice; engine: Engine } | { device: Device; error: CollabError };

/** Faults that end a run even when other devices could take the roles: somebody may be listening in between. */
const hardStops = new Set(['host-key-changed', 'host-key-revoked']);

/** Connects to every device at once and opens its engine; a failure is a result, but a changed host key is thrown. */
export async function reachAll(
  devices: readonly Device[],
  connect: (device: Device) => Promise<ConnectedDevice>,
  open: (connected: ConnectedDevice) => Promise<Engine>,
): Promise<Reached[]> {
  const reached = await Promise.all(
    devices.map(async (device): Promise<Reached> => {
      let connected: ConnectedDevice | null = null;
      try {
        connected = await connect(device);
        return { device, connected, engine: await open(connected) };
      } catch (error) {
        await connected?.close();
        if (error instanceof CollabError) return { device, error };
        throw error;
      }
    }),
  );
  const stop = reached.find((one) => 'error' in one && hardStops.has(one.error.name));
  if (stop !== undefined && 'error' in stop) {
    for (const one of reached) if ('connected' in one) await one.connected.close();
    throw stop.error;
  }
  return reached;
}

/**
 * Places the roles on the devices that were reached. What no device of the LAN could ever play is the experiment's
 * fault (`not-placeable`); what only the missing devices could play is theirs, and their error is thrown.
 */
export function placeOnReached(
  roles: readonly RoleDefinition[],
  reached: readonly Reached[],
): PlacementRecord[] {
  const facts = reached.map((one) => ({
    name: one.device.name,
    tags: one.device.tags,
    facts: one.device.facts,
    unavailable: null,
  }));
  const everWith = facts.map((device) => ({
    ...device,
    facts: {
      ...device.facts,
      engine: { available: true as const, version: '', storageDriver: '', cgroupVersion: '', runtimes: [] },
    },
  }));
  const ever = place(roles, everWith, { runtime: 'docker' });
  if (!ever.placed) throw notPlaceable(ever);
  const now = place(
    roles,
    everWith.map((device, index) => {
      const one = reached[index];
      return { ...device, unavailable: one !== undefined && 'error' in one ? one.error.what : null };
    }),
    { runtime: 'docker' },
  );
  if (now.placed) return now.placement;
  const missing = reached.flatMap((one) => ('error' in one ? [one.error] : []));
  const [first] = missing;
  if (first === undefined) throw notPlaceable(now);
  if (missing.length === 1) throw first;
  throw new CollabError('devices-missing', {
    what: `${missing.length} devices that the experiment needs cannot be used.`,
    why: missing.map((error) => [error.what, error.why].filter(Boolean).join('\n  ')).join('\n'),
    next: first.next,
    exitCode: ExitCode.deviceUnreachable,
  });
}
