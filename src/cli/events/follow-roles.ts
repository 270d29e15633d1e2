import { RoleTails, type Clock, type CollabEvent, type Emit } from '../../index.js';

const everyMs = 250;

/**
 * Adds the samples and the output of roles to a run's events, read from the growing files of the run's folder. The run
 * never waits for it.
 * @returns `emit`, to pass to the run, and `stop`, which ends the reading
 */
export function followRoles(emit: Emit, clock: Clock): { emit: Emit; stop: () => void } {
  const over = new AbortController();
  let roles: RoleTails | null = null;
  const readOn = async (tails: RoleTails) => {
    while (!over.signal.aborted) {
      await clock.sleep(everyMs, over.signal);
      for (const event of await tails.next()) emit(event);
    }
  };
  const pass = (event: CollabEvent) => {
    emit(event);
    if ((event.kind === 'run.started' || event.kind === 'run.resumed') && roles === null) {
      roles = new RoleTails(event.folder);
      // A failed reading leaves a gap in the live view only; the log is complete.
      readOn(roles).catch(() => undefined);
    } else if (event.kind === 'run.ended') {
      over.abort();
    }
    roles?.know(event);
  };
  return { emit: pass, stop: () => over.abort() };
}
