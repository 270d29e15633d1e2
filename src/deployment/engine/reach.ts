import type { Answer, ConnectedDevice, Device } from '../../network/index.js';
import { CollabError } from '../../errors.js';
import type { Engine } from './engine.js';

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
