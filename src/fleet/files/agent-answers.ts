import { z } from 'zod';

/** An answer of the agents to a question of `questions` that failed. */
export const refusal = z.object({ kind: z.literal('refused'), name: z.string(), why: z.string() });

/** Asks to remove the parts of a put that was given up. */
export const abortQuestion = z.object({ space: z.string(), ids: z.array(z.string()).max(100_000) });
/** Asks to take a keeper out that is gone: its member id. */
export const replaceQuestion = z.object({ member: z.string() });

const file = { name: z.string(), version: z.int() };

/** What a scrub tells while it reads: one JSON text per answer. `done` is the last one. */
export const scrubEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), stream: z.string(), done: z.int(), of: z.int(), bytes: z.int() }),
  /** A replica on this server lacks the part, or has it with another SHA-256. `part` is null for the file's record. */
  z.object({
    kind: z.literal('damaged'),
    name: z.string(),
    version: z.int().nullable(),
    part: z.int().nullable(),
    server: z.string(),
  }),
  z.object({ kind: z.literal('repaired'), name: z.string(), version: z.int().nullable() }),
  /** No replica has the part as it was put. */
  z.object({ kind: z.literal('lost'), ...file, part: z.int() }),
  z.object({ kind: z.literal('unread'), server: z.string(), stream: z.string(), why: z.string() }),
  z.object({
    kind: z.literal('done'),
    files: z.int(),
    versions: z.int(),
    bytes: z.int(),
    damaged: z.int(),
    repaired: z.int(),
    lost: z.int(),
  }),
  refusal,
]);
export type ScrubEvent = z.output<typeof scrubEvent>;

/** What a replacement tells: one JSON text per answer. `replaced` is the last one. */
export const replaceEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('removing'), server: z.string() }),
  /** `streams` of all do not have all their replicas yet. */
  z.object({ kind: z.literal('copying'), server: z.string(), streams: z.int(), of: z.int() }),
  z.object({ kind: z.literal('replaced'), server: z.string() }),
  refusal,
]);
export type ReplaceEvent = z.output<typeof replaceEvent>;
