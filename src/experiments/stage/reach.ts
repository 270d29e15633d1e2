import type { Engine } from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { Answer, ConnectedDevice, Device } from '../../network/index.js';
import type { PlacementRecord } from '../../logs/index.js';
import type { RoleDefinition } from '../definition/index.js';
import { notPlaceable, type Pin, place, type PlaceOptions } from '../plan/index.js';

/** A device that answered and has an engine to use, or the error that says why not. */
export type Reached =
  { device: Device; connected: ConnectedDevice; engine: Engine } | { device: Device; error: CollabError };

/** A device's connection, or its error thrown. */
export function answerOf(answers: readonly Answer[], device: Device): Promise<ConnectedDevice> {
  const answer = answers.find((one) => one.device === device);
  return Promise.resolve().then(() => {
    if (answer && 'connected' in answer) return answer.connected;
    throw answer?.error as Error;
  });
}

/** What ends a run even when other devices could take the roles: a sign of somebody in between, or Ctrl-C. */
const hardStops = new Set(['host-key-changed', 'host-key-revoked', 'other-device', 'interrupted']);

/**
 * Connects to every device at once and opens its engine. A failure is a result; a changed host key, an interrupt or a
 * fault of our own is thrown, and then no connection stays open.
 */
export async function reachAll(
  devices: readonly Device[],
  connect: (device: Device) => Promise<ConnectedDevice>,
  open: (connected: ConnectedDevice) => Promise<Engine>,
): Promise<Reached[]> {
  const tried = await Promise.all(
    devices.map(async (device): Promise<Reached | { device: Device; stop: unknown }> => {
      let connected: ConnectedDevice | null = null;
      try {
        connected = await connect(device);
        return { device, connected, engine: await open(connected) };
      } catch (error) {
        await connected?.close();
        const isResult = error instanceof CollabError && !hardStops.has(error.name);
        return isResult ? { device, error } : { device, stop: error };
      }
    }),
  );
  const reached = tried.filter((one): one is Reached => !('stop' in one));
  const stop = tried.find((one) => 'stop' in one);
  if (stop === undefined) return reached;
  for (const one of reached) if ('connected' in one) await one.connected.close();
  throw stop.stop as Error;
}

/** Stands for an engine that gave no facts at set-up: whether it can be used is seen when it is opened. */
const anyEngine = {
  available: true as const,
  version: '',
  storageDriver: '',
  cgroupVersion: '',
  runtimes: ['nvidia'],
};

/**
 * Places the roles on the devices that were reached. What no device of the LAN could ever play is the experiment's
 * fault (`not-placeable`); what only the missing devices could play is theirs, and their error is thrown.
 */
export function placeOnReached(
  roles: readonly RoleDefinition[],
  reached: readonly Reached[],
  pins: readonly Pin[] = [],
  baseMisfit?: PlaceOptions['baseMisfit'],
): PlacementRecord[] {
  const options = { runtime: 'docker' as const, pins, ...(baseMisfit && { baseMisfit }) };
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
      engine: device.facts.engine.available ? device.facts.engine : anyEngine,
    },
  }));
  const ever = place(roles, everWith, options);
  if (!ever.placed) throw notPlaceable(ever);
  const now = place(
    roles,
    everWith.map((device, index) => {
      const one = reached[index];
      return { ...device, unavailable: one !== undefined && 'error' in one ? one.error.what : null };
    }),
    options,
  );
  if (now.placed) return now.placement;
  const toBlame = now.unplaced.length > 0 ? null : now.brokenPins.map((pin) => pin.device);
  const missing = reached.flatMap((one) =>
    'error' in one && (toBlame?.includes(one.device.name) ?? true) ? [one.error] : [],
  );
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
