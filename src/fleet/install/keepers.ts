import { CollabError, ExitCode } from '../../errors.js';
import { nextKeepers } from './keeper-sets.js';
import type { FleetMember, FleetRecord } from './record.js';

type Candidate = Pick<FleetMember, 'id' | 'name' | 'architecture' | 'memory_bytes'>;

/** How many keepers a fleet can have: a majority of them must be there to write. */
const counts = [1, 3, 5];

/** Debian has no nats-server that was tried on 32-bit ARM, so the image for it has the member program only. */
const canKeep = ({ architecture }: Candidate) => architecture !== 'arm';

/**
 * Chooses which members hold files and jobs: those named, else those of before while they are members, else the three
 * with the most memory, and one where there are fewer than three.
 * @param named names of devices; empty for a choice of our own
 * @param hasFiles whether there is a store, whose files move to other keepers
 * @throws CollabError `fleet-keepers`
 */
export function chooseKeepers(
  members: readonly Candidate[],
  named: readonly string[],
  before: FleetRecord['keepers'] | null,
  hasFiles: boolean,
): FleetRecord['keepers'] {
  const able = members.filter(canKeep);
  const ids = named.length > 0 ? namedKeepers(members, named) : (kept(able, before) ?? chosen(able));
  const isSame = before !== null && [...ids].sort().join() === [...before.ids].sort().join();
  if (isSame) return before;
  if (before === null) return { generation: 1, round: 1, ids, from: null };
  if (before.from !== null) throw underWay(members, before);
  return nextKeepers(before, ids, hasFiles);
}

function namedKeepers(members: readonly Candidate[], named: readonly string[]): string[] {
  const names = [...new Set(named)];
  const unknown = names.filter((name) => !members.some((one) => one.name === name));
  if (unknown.length > 0) {
    throw wrong(
      `${unknown.join(', ')} ${unknown.length === 1 ? 'is' : 'are'} not in the fleet.`,
      `Its members are ${members.map(({ name }) => name).join(', ')}.`,
    );
  }
  const unable = members.filter((one) => names.includes(one.name) && !canKeep(one));
  if (unable.length > 0) {
    throw wrong(
      `${unable.map(({ name }) => name).join(', ')} cannot be a keeper.`,
      'A keeper runs nats-server, and the image for 32-bit ARM has none.',
    );
  }
  if (!counts.includes(names.length)) {
    throw wrong(
      `A fleet cannot have ${names.length} keepers.`,
      'It has 1, 3 or 5: a majority of them must answer, and an even number outlives no more failures than one fewer.',
    );
  }
  return names.map((name) => members.find((one) => one.name === name)?.id ?? '');
}

const kept = (able: readonly Candidate[], before: FleetRecord['keepers'] | null) =>
  before?.ids.every((id) => able.some((one) => one.id === id)) === true ? before.ids : null;

function chosen(able: readonly Candidate[]): string[] {
  const byMemory = [...able].sort((a, b) => (b.memory_bytes ?? 0) - (a.memory_bytes ?? 0));
  return byMemory.slice(0, able.length >= 3 ? 3 : 1).map(({ id }) => id);
}

function underWay(members: readonly Candidate[], { ids }: FleetRecord['keepers']): CollabError {
  const names = members.filter(({ id }) => ids.includes(id)).map(({ name }) => name);
  return new CollabError('fleet-keepers-moving', {
    what: 'The keepers cannot be changed now.',
    why: `A change to ${names.join(', ')} has begun and is not finished.`,
    next: `Finish it first: collab fleet up --keepers ${names.join(',')}`,
    exitCode: ExitCode.usage,
  });
}

function wrong(what: string, why: string): CollabError {
  return new CollabError('fleet-keepers', {
    what,
    why,
    next: 'Name 1, 3 or 5 always-on devices of the fleet: collab fleet up --keepers nano1,nano2,nano3',
    exitCode: ExitCode.usage,
  });
}
