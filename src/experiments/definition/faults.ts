import type { z } from 'zod';
import { type PathFault, schemaFaults as faultsOf } from '../../workspace/index.js';
import { experimentSchema } from './schema.js';

export { type Fault, formatFault, type PathFault, valueAt } from '../../workspace/index.js';

/** What the schema of experiment.yaml found, in plain words. `raw` is the value that was checked. */
export function schemaFaults(error: z.ZodError, raw: unknown): PathFault[] {
  return faultsOf(experimentSchema, error, raw);
}
