import { z } from 'zod';

/** A line of the journal: the controller's time, the kind, and the fields of that kind. `events/` has the schema of each kind. */
export const eventRecord = z
  .object({ time: z.string(), kind: z.string().describe('What happened, such as `trial.started`') })
  .catchall(z.unknown().describe('A field of that kind'));
export type EventRecord = z.infer<typeof eventRecord>;
