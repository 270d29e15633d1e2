import type { FleetRecord } from './record.js';

/** Keepers whose servers belong together: they have one store. */
export interface KeeperSet {
  generation: number;
  ids: readonly string[];
}

type Keepers = FleetRecord['keepers'];

/**
 * The next keepers of a fleet. Three or five keepers can become other three or five by adding servers to their cluster and
 * removing others, and their files move by themselves. A server that is alone has no cluster to add to, and one that is started
 * with a store of a cluster cannot go on alone: there the new keepers are a set of their own, and the files are copied.
 * @param hasFiles whether there is a store to keep
 */
export function nextKeepers(before: Keepers, ids: readonly string[], hasFiles: boolean): Keepers {
  const isCluster = before.ids.length > 1 && ids.length > 1;
  const isSame = isCluster && hasFiles;
  const generation = isSame ? before.generation : before.generation + 1;
  const from = hasFiles ? { generation: before.generation, ids: [...before.ids] } : null;
  return { generation, round: isSame ? before.round + 1 : 1, ids: [...ids], from };
}

/** Whether the files must be copied to servers of their own. */
export const isCopied = ({ generation, from }: Keepers): boolean =>
  from !== null && from.generation !== generation;

/**
 * The set whose server a member runs, or null. While the keepers change, those of before go on. A member that is in both
 * sets, of which one has a single keeper, runs the server of that one: the others of the larger set are a majority without it.
 */
export function keeperSetOf({ keepers }: Pick<FleetRecord, 'keepers'>, id: string): KeeperSet | null {
  const { generation, ids, from } = keepers;
  const own = { generation, ids };
  if (from === null) return ids.includes(id) ? own : null;
  if (from.generation === generation) {
    const all = { generation, ids: [...new Set([...from.ids, ...ids])] };
    return all.ids.includes(id) ? all : null;
  }
  const sets = [own, from].filter((set) => set.ids.includes(id));
  return sets.find((set) => set.ids.length === 1) ?? sets[0] ?? null;
}

/** The fleet as a member's programs know it: with the set of keepers whose server the member runs, and no change under way. */
export function viewOf(record: FleetRecord, id: string): FleetRecord {
  const { generation, ids } = keeperSetOf(record, id) ?? record.keepers;
  return { ...record, keepers: { ...record.keepers, generation, ids: [...ids], from: null } };
}

/** All members that run a server now. */
export const serverIds = ({ keepers }: Pick<FleetRecord, 'keepers'>): string[] => [
  ...new Set([...keepers.ids, ...(keepers.from?.ids ?? [])]),
];

/** Servers of a set that run while the keepers change: all, but the one that serves the other set. */
export const runningOf = (record: Pick<FleetRecord, 'keepers'>, set: KeeperSet): string[] =>
  set.ids.filter((id) => keeperSetOf(record, id)?.generation === set.generation);
