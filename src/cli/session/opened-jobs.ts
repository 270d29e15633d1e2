import { type FleetJobs, type KnownFleet, openFleet, openFleetJobs } from '../../index.js';
import { chosenFleet, type FleetOptions } from './chosen-fleet.js';
import { openSession, type Session } from './session.js';
import { untilAborted } from './until-aborted.js';

/**
 * Carries out a command on the jobs of the chosen fleet, and closes the connection afterwards.
 * @param onStop as of `openSession`
 */
export async function withJobs(
  flags: FleetOptions,
  output: 'events' | 'result',
  work: (jobs: FleetJobs, session: Session, known: KnownFleet) => Promise<void>,
  onStop?: string,
): Promise<void> {
  const session = openSession(flags, output, onStop);
  const { workspace, clock, signal } = session;
  const known = await openFleet(workspace, await chosenFleet(workspace, flags));
  const context = { clock, random: () => Math.random() };
  await using jobs = await untilAborted(openFleetJobs(known, context), signal);
  await work(jobs, session, known);
}
