import type { Engine } from './engine.js';
import { localEngine } from './dockerode.js';
import { CollabError } from '../../errors.js';

/** This machine's engine, on which images are built, with its architecture as Docker names it. */
export interface ControllerEngine {
  engine: Engine;
  architecture: string;
}

/** Null when there is no engine here that this user may use. */
export async function controllerEngine(): Promise<ControllerEngine | null> {
  try {
    const engine = await localEngine();
    return { engine, architecture: (await engine.version()).architecture };
  } catch (error) {
    if (error instanceof CollabError && ['no-engine', 'engine-refused'].includes(error.name)) return null;
    throw error;
  }
}
