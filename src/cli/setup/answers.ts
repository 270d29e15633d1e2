import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { CollabError, ExitCode, messageOf } from '../../index.js';

/** A word alone stands for a list of one. */
const words = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.string().min(1)).min(1),
);
/** A device that is named: an address alone, or with more. */
const device = z.preprocess(
  (value) => (typeof value === 'string' ? { address: value } : value),
  z.strictObject({
    address: z.string().min(1),
    name: z.string().min(1).optional(),
    tags: z.array(z.string().min(1)).optional(),
    key: z.string().min(1).optional(),
  }),
);
export type DeviceAnswer = z.infer<typeof device>;

/** What a file may answer of `collab setup`; each is a flag as well, which goes before it. */
const setupAnswers = z.strictObject({
  lan: z.string().min(1).optional(),
  interfaces: words.optional(),
  scan: z.boolean().optional(),
  expect: z.int().positive().optional(),
  timeout_s: z.number().positive().max(600).optional(),
  devices: z.array(device).min(1).optional(),
  /** Names or addresses of those that answered; `all` for every one. */
  take: words.optional(),
  user: z.string().min(1).optional(),
  key: z.string().min(1).optional(),
  ssh_config: z.string().min(1).optional(),
  /** Fingerprints of host keys that are trusted; `all` for every one. */
  trust: words.optional(),
  mend: z.boolean().optional(),
});
export type SetupAnswers = z.infer<typeof setupAnswers>;

/** Reads a file of answers. Paths in it are relative to its folder. @throws CollabError `answers-file` */
export async function readAnswers(path: string): Promise<SetupAnswers> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw answersFault(path, messageOf(error));
  }
  return parseAnswers(json, path);
}

/** Pure: checks answers; every fault at once, with its place in the file. @throws CollabError `answers-file` */
export function parseAnswers(json: unknown, path: string): SetupAnswers {
  const parsed = setupAnswers.safeParse(json);
  if (!parsed.success) throw answersFault(path, parsed.error.issues.map(faultText).join('\n'));
  const answers = parsed.data;
  const pathOf = (text: string) => resolve(dirname(path), text.replace(/^~(?=\/)/, homedir()));
  return {
    ...answers,
    ...(answers.key !== undefined && { key: pathOf(answers.key) }),
    ...(answers.ssh_config !== undefined && { ssh_config: pathOf(answers.ssh_config) }),
    ...(answers.devices && {
      devices: answers.devices.map((one) => ({
        ...one,
        ...(one.key !== undefined && { key: pathOf(one.key) }),
      })),
    }),
  };
}

function faultText({ path, message }: z.core.$ZodIssue): string {
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return `${place === '' ? 'the file' : place.replace(/^\./, '')}: ${message}`;
}

function answersFault(path: string, why: string): CollabError {
  const secret = /password|secret|passphrase/i.test(why);
  return new CollabError('answers-file', {
    what: `The file of answers ${path} cannot be used.`,
    why,
    next: secret
      ? 'Secrets do not belong in this file. A password is asked on the terminal, or read by --password-stdin.'
      : 'docs/own-boards.md has an example with all keys.',
    exitCode: ExitCode.usage,
  });
}
