import type { Engine } from '../engine/index.js';

/** As long as a role of a run has to end. */
const graceS = 10;

/**
 * Stops and removes the containers of a run that nobody follows any more, which would disturb the next one. What they logged
 * stays in their folders on the device.
 */
export async function stopLeftBehind(engine: Engine, runId: string): Promise<void> {
  const left = await engine.find({ 'collab.run': runId });
  await Promise.all(left.map((id) => engine.stop(id, graceS)));
  for (const id of left) await engine.remove(id);
}
