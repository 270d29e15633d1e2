import { z } from 'zod';

/** Control characters, breaks of lines, and marks that turn the direction of text: a label must look the same everywhere. */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const line = (most: number) =>
  z
    .string()
    .min(1)
    .max(most, `may have ${most} characters at most`)
    .refine((text) => text.trim() === text, 'begins or ends with a space')
    .refine((text) => !unprintable.test(text), 'has line breaks or control characters');

/** A name must not be taken for the id of a run, for a path or for an option. */
const runName = line(80)
  .refine((name) => !/[/\\]/.test(name) && !/^[.-]/.test(name), 'has a / or \\, or begins with . or -')
  .refine((name) => !/^\d{8}-\d{6}-\w+$/.test(name), 'looks like the id of a run');
const runTag = line(40).refine((tag) => !/[\s,]/.test(tag) && !tag.startsWith('-'), 'has a space or a comma');

/** labels.json of a run's folder. */
export const runLabels = z.object({
  name: runName.nullable().describe('Need not be unique; commands find the run by it if it is'),
  note: line(2000).nullable(),
  tags: z.array(runTag).max(30, 'may be 30 at most').describe('In alphabetical order, each once'),
});
export type RunLabels = z.infer<typeof runLabels>;

export const noLabels: RunLabels = { name: null, note: null, tags: [] };
