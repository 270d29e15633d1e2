import { join } from 'node:path';
import { deviceRunFolder, type RolePlace, type RunningRole } from '../../deployment/index.js';
import { attemptName, orderIn, roleFiles, roleFolder } from '../../logs/index.js';
import type { ConnectedDevice } from '../../network/index.js';
import { readFileIfThere } from '../../workspace/index.js';
import type { ExperimentDefinition } from '../definition/index.js';
import { Pause } from './pause.js';
import { RoleWatch } from './role-watch.js';
import type { TrialContext } from './trial-context.js';

/** A role instance that another controller started, as far as the journal tells. */
export interface StartedRole {
  role: string;
  rank: number;
  device: string;
  /** Whether the journal has that it was ready, and that it ended. */
  ready: boolean;
  ended: boolean;
}

/** An attempt that another controller began, and did not end. */
export interface BegunAttempt {
  trial: number;
  attempt?: number | undefined;
  /** Those that were started, or that were about to be. */
  started: readonly StartedRole[];
}

/** What it takes to look after the roles of another controller; `definition` null where it does not matter. */
export type FindContext = Pick<
  TrialContext,
  'runId' | 'runFolder' | 'runtime' | 'connected' | 'copyCommand' | 'record' | 'clock' | 'signal'
> & { definition: ExperimentDefinition | null };

/** Watches what is left of an attempt's roles on their devices, and a pause that their news end. */
export async function findRoles(
  { trial, attempt, started }: BegunAttempt,
  { definition, runId, runFolder, runtime, connected, clock, signal }: FindContext,
): Promise<{ watches: RoleWatch[]; pause: Pause }> {
  const pause = new Pause(clock, signal);
  const found = await Promise.all(
    started.map(async ({ role, rank, device, ready, ended }): Promise<RoleWatch[]> => {
      const place: RolePlace = { run_id: runId, trial, attempt, role, rank };
      const running = await runtime.adopt(connected(device), place);
      const local = roleFolder(runFolder, { trial, attempt }, role, rank);
      const found = running ?? (await collectedRole(local, connected(device)));
      if (found === null) return [];
      const service = definition?.roles.find(({ name }) => name === role)?.service ?? false;
      const nowMs = () => clock.now().getTime();
      const watch = new RoleWatch(found, device, service, local, nowMs, pause.hurry);
      watch.reportedReady = ready;
      watch.reportedEnd = ended;
      return [watch];
    }),
  );
  return { watches: found.flat(), pause };
}

/**
 * A role that was collected and removed from its device before its controller could say so: a device keeps a role until all of
 * it is here. Null if it had not ended.
 */
async function collectedRole(local: string, connected: ConnectedDevice): Promise<RunningRole | null> {
  const order = orderIn((await readFileIfThere(join(local, roleFiles.role))) ?? '');
  if (order === null || (await readFileIfThere(join(local, roleFiles.exit))) === null) return null;
  const nothing = () => Promise.resolve();
  return {
    connected,
    order,
    // It is not there any more, so that nothing is copied.
    folder: `${deviceRunFolder(connected, order.run_id)}/${attemptName(order)}/${order.role}-${order.rank}`,
    alive: () => Promise.resolve({ alive: false, reason: null }),
    waitForEnd: nothing,
    stop: nothing,
    release: nothing,
    remove: nothing,
  };
}
