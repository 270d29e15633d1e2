import type { Engine } from '../engine/index.js';

/** As long as a role of a run has to end. */
const graceS = 8;

/**
 * Stops and removes the containers of runs that nobody follows any more, which would disturb the next one. What they logged
 * stays in their folders on the device. Call it while the device's lease is held.
 * @param isAbandoned whether a run, given by its id, has no controller any more; runs of others are not
 */
export async function stopLeftBehind(
  engine: Engine,
  isAbandoned: (runId: string) => Promise<boolean>,
): Promise<void> {
  const left: string[] = [];
  for (const id of await engine.find({ 'collab.run': '' })) {
    const run = (await engine.inspect(id))?.labels['collab.run'];
    if (run !== undefined && (await isAbandoned(run))) left.push(id);
  }
  await Promise.all(left.map((id) => engine.stop(id, graceS)));
  for (const id of left) await engine.remove(id);
}
