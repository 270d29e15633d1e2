import { CollabError, drainsOf, type KnownFleet, openFleetJobs, systemClock } from '../../index.js';

const patienceMs = 1500;

/** The ids of the members that get no tasks; null if nobody says, as where the keepers do not answer. */
export async function drainedMembers(fleet: KnownFleet, signal: AbortSignal): Promise<Set<string> | null> {
  try {
    const context = { clock: systemClock, random: () => Math.random() };
    await using jobs = await openFleetJobs(fleet, context, { patienceMs });
    const drains = await drainsOf(jobs, signal);
    return drains && new Set(drains.map(({ member }) => member));
  } catch (error) {
    if (!(error instanceof CollabError) || error.name === 'interrupted') throw error;
    return null;
  }
}
