import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** `member/states.json`, which the member program writes on each change, and touches each 10 s. */
const statesFile = z.object({ format: z.literal(1), states: z.record(z.string(), z.string()) });
const staleMs = 30_000;

/**
 * Members that this one's gossip does not take for alive (`suspect`, `failed`, `left`), by id.
 * @returns none if the member program does not run, or is of an earlier version: then silence alone tells who is gone
 */
export async function membersAway(state: string, now: Date): Promise<ReadonlyMap<string, string>> {
  const path = join(state, 'member/states.json');
  try {
    const { mtimeMs } = await stat(path);
    if (now.getTime() - mtimeMs > staleMs) return new Map();
    const { states } = statesFile.parse(JSON.parse(await readFile(path, 'utf8')));
    return new Map(Object.entries(states).filter(([, one]) => one !== 'alive'));
  } catch {
    return new Map();
  }
}
