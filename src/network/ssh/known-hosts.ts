import { readFileIfThere, writeFileAtomic } from '../../workspace/index.js';
import type { HostKey } from './host-key.js';
import { findInKnownHosts, hostName, type KnownHost } from './known-hosts-line.js';

/** Writes to one file wait for each other, also when several objects name it. */
const writing = new Map<string, Promise<void>>();

/** What a login asks of the keys that we know, and tells of a new one. */
export interface HostKeys {
  /** Of the file, for messages. */
  readonly path: string;
  readonly find: (host: string, port: number) => Promise<KnownHost[]>;
  readonly append: (host: string, port: number, key: HostKey) => Promise<void>;
}

/** For a key that is only looked at. */
export const nothingKnown: HostKeys = {
  path: 'no file',
  find: () => Promise.resolve([]),
  append: () => Promise.resolve(),
};

/** A known_hosts file in the format of OpenSSH, which `ssh -o UserKnownHostsFile=...` reads as well. */
export class KnownHosts implements HostKeys {
  constructor(readonly path: string) {}

  /** What the file says of a host, with line numbers; empty when there is no file. */
  async find(host: string, port: number): Promise<KnownHost[]> {
    return findInKnownHosts((await readFileIfThere(this.path)) ?? '', host, port);
  }

  /** Adds a host's key, unless it is there. The file is written whole, mode 0600; safe to call in parallel. */
  append(host: string, port: number, key: HostKey): Promise<void> {
    return this.#inTurn(() => this.#add(host, port, key));
  }

  /** Takes out every line that speaks of a host, for one that we know to be made anew. */
  forget(host: string, port: number): Promise<void> {
    return this.#inTurn(() => this.#drop(host, port, () => true));
  }

  /** Takes out the lines that give a host one of these keys; those with other keys stay. */
  forgetKeys(host: string, port: number, fingerprints: readonly string[]): Promise<void> {
    return this.#inTurn(() => this.#drop(host, port, ({ key }) => fingerprints.includes(key.fingerprint)));
  }

  /** Makes these the keys of a host, for a device that was found there. A revoked key stays revoked. */
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
 * Knows the keys of one device, whatever the host; only what a file marks as revoked stays so. For a login at a place
 * that is not written down before the device has proved there that it has its key.
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

/** Holds the key that a device shows against the lines that speak of it. */
export function judgeHostKey(known: readonly KnownHost[], shown: HostKey): HostKeyVerdict {
  const same = known.filter((entry) => entry.key.line === shown.line);
  const revoked = same.find((entry) => entry.revoked);
  if (revoked) return { kind: 'revoked', entry: revoked };
  if (same.length > 0) return { kind: 'known' };
  const trusted = known.filter((entry) => !entry.revoked);
  const changed = trusted.find((entry) => entry.key.type === shown.type) ?? trusted[0];
  return changed ? { kind: 'changed', entry: changed } : { kind: 'unknown' };
}
