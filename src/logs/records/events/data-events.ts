import { z } from 'zod';

const aboutData = { device: z.string(), name: z.string() };

/** What happens while a run's data gets onto its devices. `hash` is over paths and contents of the folder's files. */
export const dataEvents = [
  z.strictObject({
    kind: z.literal('data.present'),
    ...aboutData,
    path: z.string(),
    hash: z.string(),
    size_bytes: z.number(),
  }),
  z.strictObject({
    kind: z.literal('data.sending'),
    ...aboutData,
    path: z.string(),
    files: z.number().int(),
    total_bytes: z.number(),
  }),
  z.strictObject({
    kind: z.literal('data.sent'),
    ...aboutData,
    hash: z.string(),
    sent_bytes: z.number(),
    seconds: z.number(),
  }),
] as const;

export type JournaledDataEvent = z.infer<(typeof dataEvents)[number]>;
