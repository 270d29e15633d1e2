import { RoleTails, type Clock, type CollabEvent, type Emit } from '../../index.js';

const everyMs = 250;

/**
 * Adds to a run's events what its roles are doing now, read from the run's folder as it grows. Work does not wait for it.
 * @returns where the run reports, and what ends the reading
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
    if (event.kind === 'run.started' && roles === null) {
      roles = new RoleTails(event.folder);
      // A reading that fails is a gap in the view and nothing else: the log is whole.
      readOn(roles).catch(() => undefined);
    } else if (event.kind === 'run.ended') {
      over.abort();
    }
    roles?.know(event);
  };
  return { emit: pass, stop: () => over.abort() };
}
