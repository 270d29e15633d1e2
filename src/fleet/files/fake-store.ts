import { createHash } from 'node:crypto';
import { abortable } from './abortable.js';
import { badName, noFile } from './errors.js';
import type { FileStore, FileVersion, NewFile, OpenFile, PutOptions } from './file-store.js';
import { checkFolder, checkName, type Owners, spaceOf, spacesOf } from './names.js';
import { defaultKeep } from './record.js';

interface Kept {
  file: FileVersion;
  data: Buffer;
}

/** A store in memory, for unit tests. */
export class FakeStore implements FileStore {
  readonly place = 'the fake store';
  readonly keepsVersions = true;
  /** When set, every call fails with it. */
  fault: Error | null = null;
  readonly #files: Map<string, { next: number; versions: Kept[] }>;

  constructor(
    /** Null for a device. */
    private readonly user: string | null = 'ann',
    /** Another user's store, to share its files. */
    others: FakeStore | null = null,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.#files = others === null ? new Map<string, { next: number; versions: Kept[] }>() : others.#files;
  }

  async put(
    files: Iterable<NewFile> | AsyncIterable<NewFile>,
    { keep = defaultKeep, signal = new AbortController().signal, onBytes, onFile }: PutOptions = {},
  ): Promise<readonly FileVersion[]> {
    this.#check();
    const hidden = new Map<string, { file: NewFile; data: Buffer }>();
    let bytes = 0;
    for await (const file of abortable(files, signal)) {
      const key = this.#key(file.name);
      if (hidden.has(key)) throw badName(file.name, 'It is put twice at once.');
      const pieces: Uint8Array[] = [];
      if (file.kind === 'file')
        for await (const piece of abortable(file.content(), signal)) {
          pieces.push(Uint8Array.from(piece));
          bytes += piece.length;
          onBytes?.(bytes);
        }
      hidden.set(key, { file, data: Buffer.concat(pieces) });
    }
    this.#check();
    signal.throwIfAborted();
    return [...hidden].map(([key, { file, data }]) => {
      const kept = this.#files.get(key) ?? { next: 1, versions: [] };
      const version: FileVersion = {
        name: file.name,
        version: kept.next,
        kind: file.kind,
        sizeBytes: data.length,
        sha256: file.kind === 'file' ? createHash('sha256').update(data).digest('hex') : null,
        mode: file.mode,
        owner: this.user ?? 'device',
        putAt: this.now(),
        target: file.target,
      };
      const versions = [{ file: version, data }].concat(kept.versions).slice(0, Math.max(1, keep));
      this.#files.set(key, { next: kept.next + 1, versions });
      onFile?.(version);
      return version;
    });
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection
  async open(name: string, version?: number, signal?: AbortSignal): Promise<OpenFile> {
    this.#check();
    const kept = this.#files.get(this.#key(name))?.versions ?? [];
    const found = kept.find(({ file }) => version === undefined || file.version === version);
    if (found === undefined)
      throw noFile(
        name,
        version,
        kept.map(({ file }) => file.version),
      );
    const { file, data } = found;
    return {
      file,
      async *content(from = 0) {
        await Promise.resolve();
        signal?.throwIfAborted();
        if (data.length > from) yield data.subarray(from);
      },
    };
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection
  async versions(name: string): Promise<readonly FileVersion[]> {
    this.#check();
    return (this.#files.get(this.#key(name))?.versions ?? []).map(({ file }) => file);
  }

  async *list(folder: string, signal?: AbortSignal): AsyncGenerator<FileVersion> {
    await Promise.resolve();
    this.#check();
    checkFolder(folder);
    const spaces = spacesOf(folder, this.#owners);
    for (const [key, { versions }] of this.#files) {
      signal?.throwIfAborted();
      const [newest] = versions;
      if (newest === undefined) continue;
      const { name } = newest.file;
      const isBelow = folder === '' || name === folder || name.startsWith(`${folder}/`);
      if (isBelow && spaces.some((space) => key.startsWith(`${space} `))) yield newest.file;
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection
  async remove(name: string): Promise<number> {
    this.#check();
    const kept = this.#files.get(this.#key(name));
    const count = kept?.versions.length ?? 0;
    if (kept) kept.versions = [];
    return count;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #key(name: string): string {
    checkName(name);
    return `${spaceOf(name, this.#owners)} ${name}`;
  }

  get #owners(): Owners {
    return { user: this.user, jobsOf: this.user };
  }

  #check(): void {
    if (this.fault !== null) throw this.fault;
  }
}
