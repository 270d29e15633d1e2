import { CollabError } from '../../errors.js';
import type { Clock, Emit } from '../../events.js';
import type { LeaseSet } from '../../network/index.js';
import type { RunEvent } from '../events/index.js';
import type { ConnectedStage } from '../stage/index.js';

/** Between looks whether a device is free. */
const everyMs = 2000;

/**
 * Takes the devices of a run. With `wait`, waits for those that others hold, and says for whom.
 * @throws CollabError `device-busy` without `wait`
 */
export async function holdDevices(
  stage: ConnectedStage,
  runId: string,
  { wait, emit, clock, signal }: { wait: boolean; emit: Emit<RunEvent>; clock: Clock; signal: AbortSignal },
): Promise<LeaseSet> {
  let said = '';
  for (;;) {
    try {
      return await stage.begin(runId);
    } catch (error) {
      if (!wait || !(error instanceof CollabError) || error.name !== 'device-busy') throw error;
      if (error.what !== said) emit({ kind: 'lease.waiting', reason: error.what });
      said = error.what;
    }
    await clock.sleep(everyMs, signal);
    signal.throwIfAborted();
  }
}
