import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { LAN } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import { type Secret, shortestSecret } from './secret-scan.js';

/** Larger files of `.collab/` are caches and logs; keys and credentials are small. */
const maxFileBytes = 200_000;
const secretName = /token|secret|passw|passphrase|key|credential|cookie|auth|seed/i;
const seedOfNats = /\bS[UANOCX][A-Z2-7]{50,}/g;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----([\s\S]*?)-----END/g;

/** What this workspace and this process know that no bundle may hold. */
export async function knownSecrets(
  workspace: Workspace,
  lans: readonly LAN[],
  env: NodeJS.ProcessEnv,
): Promise<Secret[]> {
  const paths = [
    ...(await filesOf(workspace.private)),
    ...lans.flatMap(({ devices }) => devices.flatMap(({ keyPath }) => keyPath ?? [])),
  ];
  const files = await Promise.all(
    [...new Set(paths)].map(async (path) => {
      const text = await textOf(path);
      return text === null ? [] : secretsInFile(nameOf(path, workspace), text);
    }),
  );
  const all = [...files.flat(), ...secretsInEnvironment(env)];
  return [...new Map(all.map((one) => [one.bytes.toString('latin1'), one])).values()];
}

/** The secrets of a private file: keys, host keys, tokens, seeds and passwords. */
export function secretsInFile(name: string, text: string): Secret[] {
  const secret = (value: string): Secret => ({ what: `a secret of ${name}`, bytes: Buffer.from(value) });
  const found = [...text.matchAll(privateKey)].flatMap(([, body = '']) => piecesOfKey(body).map(secret));
  if (found.length > 0) return found;
  if (name.endsWith('known_hosts')) return hostKeysIn(text).map(secret);
  if (text.includes('-----BEGIN ')) return [];
  const seeds = [...text.matchAll(seedOfNats)].map(([seed]) => secret(seed));
  if (name.endsWith('.json')) return [...seeds, ...valuesIn(parsed(text)).map(secret)];
  const isPrivate = name.includes('fleets/') || secretName.test(basename(name));
  const lines = isPrivate && !name.endsWith('.pub') ? text.split('\n') : [];
  return [
    ...seeds,
    ...lines
      .map((line) => line.trim())
      .filter((line) => line.length >= 16)
      .map(secret),
  ];
}

/** Values of variables whose names look secret, and logins of proxies. */
export function secretsInEnvironment(env: NodeJS.ProcessEnv): Secret[] {
  return Object.entries(env).flatMap(([name, value = '']): Secret[] => {
    const what = `the value of the environment variable ${name}`;
    const login = /^[a-z]+:\/\/([^/@\s]+)@/i.exec(value)?.[1];
    if (login !== undefined) {
      const password = login.slice(login.indexOf(':') + 1);
      return [login, password, decoded(password)]
        .filter((one) => one.length >= shortestSecret)
        .map((one) => ({ what: `the login in the environment variable ${name}`, bytes: Buffer.from(one) }));
    }
    if (!secretName.test(name) || value.length < shortestSecret) return [];
    // Such as the socket of an agent.
    if (value.startsWith('/') && existsSync(value)) return [];
    return [{ what, bytes: Buffer.from(value) }];
  });
}

/**
 * Pieces of a key's Base64 text that are found however its lines are broken, from 60 characters on: every 32 characters
 * from every sixteenth on. Its beginning is the same in all keys of its kind.
 */
function piecesOfKey(body: string): string[] {
  const text = body.replace(/^.*:.*$/gm, '').replace(/\s/g, '');
  const from = text.startsWith('b3BlbnNzaC1rZXkt') ? 160 : 48;
  const pieces: string[] = [];
  for (let at = Math.min(from, Math.max(0, text.length - 32)); at + 32 <= text.length; at += 16)
    pieces.push(text.slice(at, at + 32));
  return pieces;
}

const hostKeysIn = (text: string): string[] =>
  text.split('\n').flatMap((line) => {
    const key = line.split(/\s+/).find((word) => word.startsWith('AAAA'));
    return key === undefined ? [] : [key];
  });

/** Texts of a JSON value whose keys look secret. */
function valuesIn(value: unknown, isSecret = false): string[] {
  if (typeof value === 'string')
    return isSecret && value.length >= 16 && !value.startsWith('/') ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    // A path to a key is no key, a public one no secret, and a key that is a path says nothing of its value.
    valuesIn(one, (isSecret || secretName.test(key)) && !/path|public|\//i.test(key)),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  // Files of other exports and imports that are under way.
  return files.filter((path) => !/^(?:export|import)-/.test(relative(folder, path)));
}

async function textOf(path: string): Promise<string | null> {
  try {
    return (await stat(path)).size > maxFileBytes ? null : await readFile(path, 'utf8');
  } catch {
    return null;
  }
}

function nameOf(path: string, { root }: Workspace): string {
  return path.startsWith(root + sep) ? relative(root, path) : path;
}
