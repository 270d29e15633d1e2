import { z } from 'zod';

/** What run.json has of a job of a fleet in addition. */
export const jobOrigin = z.object({
  owner: z.string().describe('The user of the fleet who submitted it'),
  fleet: z.string().describe('Name of the fleet'),
  asked_at: z
    .string()
    .describe('When its output was fetched, by the clock of the PC that did; what came later is not here'),
});
