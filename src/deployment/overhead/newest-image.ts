import type { Engine } from '../engine/index.js';

/** The id of the newest image that a run has delivered to an engine; null if there is none. */
export async function newestImage(engine: Engine): Promise<string | null> {
  const images = await engine.listImages({ 'collab.image': 'code' });
  return images.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0]?.id ?? null;
}
