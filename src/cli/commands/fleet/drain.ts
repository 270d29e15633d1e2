import {
  CollabError,
  type DrainStatus,
  durationInstead,
  ExitCode,
  type FleetJobs,
  parseDurationS,
} from '../../../index.js';
import { type FleetOptions, type Session, withJobs } from '../../session/index.js';
import { drainedText, leftText } from '../../text/index.js';

export interface DrainFlags extends FleetOptions {
  undo?: boolean;
  deadline?: string;
  wait: boolean;
}

/** `collab fleet drain <member>`: gives a member no more tasks, and waits until nothing runs there; with --undo, tasks again. */
export async function fleetDrain(name: string, flags: DrainFlags): Promise<void> {
  const deadlineS = flags.deadline === undefined ? null : secondsOf(flags.deadline);
  await withJobs(
    flags,
    'result',
    async (jobs, session, { name: fleet }) => {
      const { signal, print, say } = session;
      const id = jobs.store.memberNamed(name);
      if (flags.undo === true) {
        const wasDrained = await jobs.drains.undo(id, { signal });
        const text = wasDrained ? `${name} takes tasks again.` : `${name} was not drained.`;
        print(text, { fleet, name, member: id, drained: false, was_drained: wasDrained });
        return;
      }
      const begun = await jobs.drains.drain(id, deadlineS, { signal });
      const isKeeper = await keeps(jobs, id, signal);
      if (isKeeper)
        say(
          `${name} is a keeper: it still keeps files and jobs. Once it is gone: collab fleet replace ${name}`,
        );
      const last = flags.wait ? await untilIdle(jobs, { begun, name }, session) : begun;
      const isDrained = last !== null;
      const text = isDrained ? drainedText(last, name) : `${name} takes tasks again: its drain was undone.`;
      print(text, { fleet, name, keeper: isKeeper, drained: isDrained, ...(last ?? begun) });
    },
    'Stops waiting.',
  );
}

/** Tells what is left while it waits. @returns null if somebody has undone it meanwhile */
async function untilIdle(
  jobs: FleetJobs,
  { begun, name }: { begun: DrainStatus; name: string },
  { signal, say }: Session,
): Promise<DrainStatus | null> {
  let last = begun;
  try {
    for await (const now of jobs.drains.follow(begun.member, { signal })) {
      if (now.holds.length > 0) say(leftText(now, name));
      last = now;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CollabError('interrupted', {
      what: `Interrupted. ${name} stays drained.`,
      next: `See what runs there: collab job assignments. To give it tasks again: collab fleet drain ${name} --undo`,
      exitCode: ExitCode.interrupted,
      cause: error,
    });
  }
  return last.holds.length === 0 ? last : null;
}

/** Whether it holds files and jobs, as far as the keepers say. */
async function keeps({ store }: FleetJobs, id: string, signal: AbortSignal): Promise<boolean> {
  const { servers } = await store.placement(signal);
  return servers.some(({ member }) => member === id);
}

function secondsOf(text: string): number {
  const seconds = parseDurationS(text);
  if (seconds !== null) return seconds;
  throw new CollabError('bad-duration', {
    what: `--deadline ${text} is not a valid duration.`,
    next: `Write it with one unit, for example --deadline ${durationInstead(text) ?? '10m'}, or 0s for at once.`,
    exitCode: ExitCode.usage,
  });
}
