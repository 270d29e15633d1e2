import type { Answer, ConnectedDevice, Device } from '../../network/index.js';
import { CollabError } from '../../errors.js';
import type { Engine } from './engine.js';

/** A device that answered and has an engine to use, or the error that says why not. */
export type Reached =
  { device: Device; connected: ConnectedDevice; engine: Engine } | { device: Device; error: CollabError };

/** What ends a run even when other devices could take the roles: a sign of somebody in between, or Ctrl-C. */
const hardStops = new Set(['host-key-changed', 'host-key-revoked', 'other-device', 'interrupted']);

/**
 * Opens the engine of every device that answered, all at once. A failure is a result; a changed host key, an interrupt
 * or a fault of our own is thrown, and then no connection stays open.
 */
export async function reachAll(
  answers: readonly Answer[],
  open: (connected: ConnectedDevice) => Promise<Engine>,
): Promise<Reached[]> {
  const tried = await Promise.all(answers.map((answer) => tryToOpen(answer, open)));
  const reached = tried.filter((one): one is Reached => !('stop' in one));
  const stop = tried.find((one) => 'stop' in one);
  if (stop === undefined) return reached;
  for (const one of reached) if ('connected' in one) await one.connected.close();
  throw stop.stop as Error;
}

async function tryToOpen(
  answer: Answer,
  open: (connected: ConnectedDevice) => Promise<Engine>,
): Promise<Reached | { device: Device; stop: unknown }> {
  const { device } = answer;
  const failed = (error: unknown) =>
    error instanceof CollabError && !hardStops.has(error.name) ? { device, error } : { device, stop: error };
  if ('error' in answer) return failed(answer.error);
  const { connected } = answer;
  try {
    return { device, connected, engine: await open(connected) };
  } catch (error) {
    await connected.close();
    return failed(error);
  }
}
