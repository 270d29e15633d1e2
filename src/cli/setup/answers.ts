import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { CollabError, ExitCode, messageOf } from '../../index.js';

/** A single word is a list of one. */
const words = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.string().min(1)).min(1),
);
/** A device: its address, or an object with more. */
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

/** What an answers file may hold for `collab setup`. Each key has a flag, which takes precedence. */
const setupAnswers = z.strictObject({
  lan: z.string().min(1).optional(),
  interfaces: words.optional(),
  scan: z.boolean().optional(),
  expect: z.int().positive().optional(),
  timeout_s: z.number().positive().max(600).optional(),
  devices: z.array(device).min(1).optional(),
  /** Names or addresses of discovered devices; `all` takes every one. */
  take: words.optional(),
  user: z.string().min(1).optional(),
  key: z.string().min(1).optional(),
  ssh_config: z.string().min(1).optional(),
  /** Fingerprints of host keys to trust; `all` trusts every one. */
  trust: words.optional(),
  fix: z.boolean().optional(),
});
export type SetupAnswers = z.infer<typeof setupAnswers>;

/** Reads an answers file. Paths in it are relative to its folder. @throws CollabError `answers-file` */
export async function readAnswers(path: string): Promise<SetupAnswers> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw answersFault(path, messageOf(error));
  }
  return parseAnswers(json, path);
}

/** `mend` is the former name of `fix`. */
function withFix(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('mend' in json) || 'fix' in json) return json;
  const { mend, ...others } = json;
  return { ...others, fix: mend };
}

/** Validates answers and reports every fault at once, with its place in the file. @throws CollabError `answers-file` */
export function parseAnswers(json: unknown, path: string): SetupAnswers {
  const parsed = setupAnswers.safeParse(withFix(json));
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
    what: `Cannot use the answers file ${path}.`,
    why,
    next: secret
      ? 'Do not store secrets in this file. Type the password at the prompt, or pass it with --password-stdin.'
      : 'For an example with all keys: collab docs own-boards',
    exitCode: ExitCode.usage,
  });
}
