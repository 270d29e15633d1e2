import { readFileIfThere, writeFileAtomic } from '../../workspace/index.js';
import type { HostKey } from './host-key.js';
import { findInKnownHosts, hostName, type KnownHost } from './known-hosts-line.js';

/** Serializes the writes to each file, even if several objects use it. */
const writing = new Map<string, Promise<void>>();

/** Where a login looks up known host keys and records a new one. */
export interface HostKeys {
  /** Path of the file, for messages. */
  readonly path: string;
  readonly find: (host: string, port: number) => Promise<KnownHost[]>;
  readonly append: (host: string, port: number, key: HostKey) => Promise<void>;
}

/** No known hosts, for reading a host key without checking it. */
export const nothingKnown: HostKeys = {
  path: 'no file',
  find: () => Promise.resolve([]),
  append: () => Promise.resolve(),
};

/** A known_hosts file in the format of OpenSSH, which `ssh -o UserKnownHostsFile=...` reads as well. */
export class KnownHosts implements HostKeys {
  constructor(readonly path: string) {}

  /** The lines for a host, with line numbers; empty if the file does not exist. */
  async find(host: string, port: number): Promise<KnownHost[]> {
    return findInKnownHosts((await readFileIfThere(this.path)) ?? '', host, port);
  }

  /** Adds a host's key, unless it is already there. The file is written atomically, mode 0600. Safe to call in parallel. */
  append(host: string, port: number, key: HostKey): Promise<void> {
    return this.#inTurn(() => this.#add(host, port, key));
  }

  /** Removes all lines of a host, for a host that is known to be reinstalled. */
  forget(host: string, port: number): Promise<void> {
    return this.#inTurn(() => this.#drop(host, port, () => true));
  }

  /** Removes the lines of a host that have one of these keys. Lines with other keys are kept. */
  forgetKeys(host: string, port: number, fingerprints: readonly string[]): Promise<void> {
    return this.#inTurn(() => this.#drop(host, port, ({ key }) => fingerprints.includes(key.fingerprint)));
  }

  /** Sets the keys of a host, for a device that was found there. Revoked keys stay revoked. */
  replace(host: string, port: number, keys: readonly HostKey[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.#drop(host, port, ({ revoked }) => !revoked);
      for (const key of keys) await this.#add(host, port, key);
    });
  }

  async #drop(host: string, port: number, which: (entry: KnownHost) => boolean): Promise<void> {
    const text = (await readFileIfThere(this.path)) ?? '';
    const gone = new Set(
      findInKnownHosts(text, host, port)
        .filter(which)
        .map((entry) => entry.line),
    );
    if (gone.size === 0) return;
    const left = text.split('\n').filter((_, index) => !gone.has(index + 1));
    await writeFileAtomic(this.path, left.join('\n'), 0o600);
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const before = writing.get(this.path) ?? Promise.resolve();
    const write = before.catch(() => undefined).then(work);
    writing.set(this.path, write);
    await write;
  }

  async #add(host: string, port: number, key: HostKey): Promise<void> {
    const text = (await readFileIfThere(this.path)) ?? '';
    const known = findInKnownHosts(text, host, port);
    if (known.some((entry) => entry.key.line === key.line)) return;
    const gap = text === '' || text.endsWith('\n') ? '' : '\n';
    await writeFileAtomic(this.path, `${text}${gap}${hostName(host, port)} ${key.line}\n`, 0o600);
  }
}

/**
 * Known hosts that accept the keys of one device at any address, except keys that `file` marks as revoked. For a login at
 * a new address, which is recorded only after the device has proved its key there.
 */
export function keysOnly(keys: readonly HostKey[], file: KnownHosts): HostKeys {
  return {
    path: file.path,
    find: async (host, port) => [
      ...(await file.find(host, port)).filter(({ revoked }) => revoked),
      ...keys.map((key) => ({ line: 0, revoked: false, key })),
    ],
    append: () => Promise.resolve(),
  };
}

export type HostKeyVerdict =
  | { kind: 'known' }
  | { kind: 'unknown' }
  | { kind: 'revoked'; entry: KnownHost }
  | { kind: 'changed'; entry: KnownHost };

/** Checks the key that a device presents against its known_hosts lines. */
export function judgeHostKey(known: readonly KnownHost[], shown: HostKey): HostKeyVerdict {
  const same = known.filter((entry) => entry.key.line === shown.line);
  const revoked = same.find((entry) => entry.revoked);
  if (revoked) return { kind: 'revoked', entry: revoked };
  if (same.length > 0) return { kind: 'known' };
  const trusted = known.filter((entry) => !entry.revoked);
  const changed = trusted.find((entry) => entry.key.type === shown.type) ?? trusted[0];
  return changed ? { kind: 'changed', entry: changed } : { kind: 'unknown' };
}
