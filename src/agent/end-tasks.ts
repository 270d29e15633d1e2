import type { Engine } from '../deployment/index.js';
import { taskLabel } from '../fleet/index.js';

/**
 * Ends all containers of a fleet's tasks on this device, also those in which virtual environments are made. They are of an earlier agent,
 * which was killed: nobody waits for them.
 */
export async function endTasks(engine: Pick<Engine, 'find' | 'remove'>, fleet: string): Promise<void> {
  const left = await engine.find({ [taskLabel]: fleet });
  await Promise.all(left.map((id) => engine.remove(id)));
}
