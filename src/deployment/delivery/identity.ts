import type { Engine } from '../engine/engine.js';
import type { ImageIdentity } from './plan.js';

/** An image as an engine has it; null when it does not. */
export async function identityOf(engine: Engine, ref: string): Promise<ImageIdentity | null> {
  const [imageId, content] = [await engine.imageId(ref), await engine.imageContent(ref)];
  return imageId === null || content === null ? null : { imageId, content };
}
