import { type Broker, indexBelow, indexStream, memberIdentity, userIdentity } from '../broker/index.js';
import { noFile } from './errors.js';
import type { FileStore, FileVersion, NewFile, OpenFile, PutOptions } from './file-store.js';
import { checkFolder, checkName, type Owners, spaceOf, spacesOf } from './names.js';
import { Put } from './put.js';
import { readContent } from './read.js';
import type { FileRecord, StoreRecord } from './record.js';
import {
  changeRecord,
  fileVersion,
  type FoundRecord,
  parseRecord,
  readRecord,
  withVersions,
} from './records.js';
import { readyStore } from './store-state.js';

/** Who uses a store: a person, or a device on behalf of what runs on it. */
export type StoreUser =
  | { kind: 'user'; name: string }
  /** `jobsOf`: the user whose job it runs. */
  | { kind: 'member'; id: string; name: string; jobsOf?: string };

/**
 * The store of a fleet. It takes the connection over.
 * @throws CollabError `store-missing`, `store-filling`, `store-unreachable`
 */
export async function openStore(
  broker: Broker,
  user: StoreUser,
  now: () => Date = () => new Date(),
): Promise<JetStreamStore> {
  return new JetStreamStore(broker, user, await readyStore(broker), now);
}

export class JetStreamStore implements FileStore {
  readonly keepsVersions = true;

  constructor(
    private readonly broker: Broker,
    private readonly who: StoreUser,
    private readonly store: StoreRecord,
    private readonly now: () => Date,
  ) {}

  get place(): string {
    return `the fleet ${this.store.fleet}`;
  }

  async put(
    files: Iterable<NewFile> | AsyncIterable<NewFile>,
    options: PutOptions = {},
  ): Promise<readonly FileVersion[]> {
    const putter = {
      broker: this.broker,
      identity: this.#identity,
      owner: this.who.name,
      owners: this.#owners,
      keep: this.store.keep,
      now: this.now,
    };
    return new Put(putter, options).run(files);
  }

  async open(name: string, version?: number, signal?: AbortSignal): Promise<OpenFile> {
    const { space, record } = await this.record(name, signal);
    const found = record.versions.find(({ n }) => version === undefined || n === version);
    if (found === undefined)
      throw noFile(
        name,
        version,
        record.versions.map(({ n }) => n),
      );
    return {
      file: fileVersion(name, found),
      content: (from) => readContent(this.broker, { space, name }, found, { signal, from }),
    };
  }

  async versions(name: string): Promise<readonly FileVersion[]> {
    const { record } = await this.record(name);
    return record.versions.map((version) => fileVersion(name, version));
  }

  async *list(folder: string, signal?: AbortSignal): AsyncGenerator<FileVersion> {
    for await (const { record } of this.records(folder, signal)) {
      const [newest] = record.versions;
      if (newest) yield fileVersion(record.name, newest);
    }
  }

  async remove(name: string): Promise<number> {
    const space = this.#spaceOf(name);
    let count = 0;
    await changeRecord(this.broker, { space, name }, (record) => {
      count = record.versions.length;
      return withVersions(record, []);
    });
    return count;
  }

  /** The record of a name; without versions if there is no such file. */
  async record(name: string, signal?: AbortSignal): Promise<FoundRecord> {
    return readRecord(this.broker, this.#spaceOf(name), name, signal);
  }

  /** The records of a folder, as in `list`: each says where all its versions lie. */
  async *records(
    folder: string,
    signal?: AbortSignal,
  ): AsyncGenerator<{ space: string; record: FileRecord }> {
    if (checkFolder(folder)) {
      const { space, record } = await this.record(folder, signal);
      if (record.versions.length > 0) yield { space, record };
    }
    for (const space of spacesOf(folder, this.#owners)) {
      // A record that is replaced meanwhile comes once more, at the end.
      const seen = new Set<string>();
      for await (const message of this.broker.scan(indexStream, indexBelow(space, folder), signal)) {
        const record = parseRecord(space, message);
        if (record === null || record.versions.length === 0 || seen.has(record.name)) continue;
        seen.add(record.name);
        yield { space, record };
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.broker[Symbol.asyncDispose]();
  }

  get #identity(): string {
    return this.who.kind === 'user' ? userIdentity(this.who.name) : memberIdentity(this.who.id);
  }

  get #owners(): Owners {
    const { who } = this;
    return who.kind === 'user'
      ? { user: who.name, jobsOf: who.name }
      : { user: null, jobsOf: who.jobsOf ?? null };
  }

  #spaceOf(name: string): string {
    checkName(name);
    return spaceOf(name, this.#owners);
  }
}
