import { z } from 'zod';

/** Files of an inference job: its queries, one in a line, and what is made of them. */
export const queryListFile = 'images.jsonl';
export const wishesFile = 'inference.json';

/** A line of the list: an image below the job's own folder, or one in the store. */
export const queryLine = z.union([
  z.object({ image: z.string(), file: z.string() }),
  z.object({ image: z.string(), store: z.string(), version: z.int().positive() }),
]);
export type QueryLine = z.output<typeof queryLine>;

/** What `wishesFile` has. */
export const wishes = z.object({ pictures: z.boolean().default(false) });
