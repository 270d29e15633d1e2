import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { CollabError } from '../../errors.js';
import { type Broker, question } from '../broker/index.js';
import { abortable } from './abortable.js';
import { ByteWindow } from './byte-window.js';
import { badName } from './errors.js';
import type { FileVersion, NewFile, PutOptions } from './file-store.js';
import { checkName, type Owners, spaceOf } from './names.js';
import { inParallel } from './in-parallel.js';
import { Pace } from './pace.js';
import type { FileRecord, VersionRecord } from './record.js';
import { changeRecord, fileVersion, withVersion, withVersions } from './records.js';
import { checkSpace } from './store-state.js';
import { type Place, upload } from './upload.js';

/** Who puts, and with what. */
export interface Putter {
  broker: Broker;
  /** In subjects. */
  identity: string;
  /** Name in records. */
  owner: string;
  /** Whose files it can put. */
  owners: Owners;
  keep: number;
  now: () => Date;
}

/** A file whose content is on its way or safe, and that cannot be seen yet. */
interface Hidden {
  name: string;
  place: Place;
  version: Omit<VersionRecord, 'n'>;
  /** Whether the store may have something of its content. */
  isSent: boolean;
}

const windowBytes = 16 * 1024 * 1024;
/** So many records are replaced at once. */
const recordsAtOnce = 32;
/** Contents that no record names are removed after an hour: files of a longer put are shown before. */
const longestHiddenMs = 30 * 60_000;
/** Of one question to keepers. */
const idsAtOnce = 10_000;
const spaceEveryMs = 2000;
const settleMs = 2000;
const takeBackMs = 10_000;

/** One call of `FileStore.put`. */
export class Put {
  readonly #window = new ByteWindow(windowBytes);
  readonly #failed = new AbortController();
  readonly #signal: AbortSignal;
  readonly #underWay = new Set<Promise<void>>();
  readonly #names = new Set<string>();
  #hidden: Hidden[] = [];
  /** Files of which the record was changed, or may have been. */
  #begun: readonly Hidden[] = [];
  #shown: readonly FileVersion[] = [];
  #oldestMs = performance.now();
  #bytes = 0;
  readonly #pace: Pace;

  constructor(
    private readonly putter: Putter,
    private readonly options: PutOptions,
  ) {
    const { signal } = options;
    this.#pace = new Pace(putter.now);
    this.#signal = signal ? AbortSignal.any([signal, this.#failed.signal]) : this.#failed.signal;
    // Each message that is under way may wait for it.
    setMaxListeners(0, this.#signal);
  }

  async run(files: Iterable<NewFile> | AsyncIterable<NewFile>): Promise<readonly FileVersion[]> {
    await checkSpace(this.putter.broker, this.#signal);
    const sent = new AbortController();
    void this.#watchSpace(sent.signal);
    try {
      for await (const file of abortable(files, this.#signal)) {
        await this.#send(file);
        if (performance.now() - this.#oldestMs > longestHiddenMs) await this.#show(false);
      }
      await this.#show(this.#begun.length === 0);
    } catch (error) {
      this.#failed.abort(error);
      await this.#takeBack();
      throw error;
    } finally {
      sent.abort();
    }
    return this.#shown;
  }

  /** Ends the put when a keeper's disk fills up meanwhile, until the signal aborts. */
  async #watchSpace(signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await pause(spaceEveryMs, undefined, { signal, ref: false });
        await checkSpace(this.putter.broker, signal);
      } catch (error) {
        // Where the keepers do not answer, what is sent fails by itself.
        if (error instanceof CollabError && error.name === 'store-full') this.#failed.abort(error);
        if (signal.aborted || this.#failed.signal.aborted) return;
      }
    }
  }

  async #send(file: NewFile): Promise<void> {
    const { name, kind, mode, target } = file;
    this.#signal.throwIfAborted();
    checkName(name);
    if (this.#names.has(name)) throw badName(name, 'It is put twice at once.');
    this.#names.add(name);
    const { owners, owner, now, broker } = this.putter;
    const place = { space: spaceOf(name, owners), id: randomBytes(16).toString('base64url') };
    const version: Hidden['version'] = {
      id: place.id,
      kind,
      size_bytes: 0,
      sha256: null,
      mode,
      owner,
      put_at: now().toISOString(),
      target,
      parts: [],
    };
    if (this.#hidden.length === 0) {
      this.#oldestMs = performance.now();
      this.#pace.reset();
    }
    const hidden: Hidden = { name, place, version, isSent: false };
    this.#hidden.push(hidden);
    if (kind !== 'file') return;
    const { sizeBytes, sha256, parts } = await upload(broker, place, file.content(), {
      window: this.#window,
      signal: this.#signal,
      send: (safe, bytes) => {
        hidden.isSent = true;
        this.#track(safe, bytes);
      },
    });
    version.size_bytes = sizeBytes;
    version.sha256 = sha256;
    version.parts = parts;
  }

  #track(safe: Promise<void>, bytes: number): void {
    const tracked = safe
      .then(() => {
        this.#pace.step();
        this.#bytes += bytes;
        this.options.onBytes?.(this.#bytes);
      })
      .catch((error: unknown) => this.#failed.abort(error))
      .finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }

  /** Lets the new versions be seen, after all contents are safe. */
  async #show(isAll: boolean): Promise<void> {
    await Promise.all(this.#underWay);
    this.#signal.throwIfAborted();
    const hidden = this.#hidden;
    this.#hidden = [];
    this.#begun = this.#begun.concat(hidden);
    const keep = this.options.keep ?? this.putter.keep;
    // What is seen of several files can be taken back: before all are seen, nothing older is dropped.
    const keepNow = isAll && hidden.length === 1 ? keep : Infinity;
    const shown: FileVersion[] = [];
    const grown: Hidden[] = [];
    await inParallel(hidden, recordsAtOnce, async (one, index) => {
      this.#pace.step();
      const record = await this.#change(
        one,
        (found) => withVersion(found, one.version, keepNow),
        this.#signal,
      );
      // Then what was named may be gone: it is taken back.
      this.#pace.step();
      const [added] = record.versions.filter(({ id }) => id === one.place.id);
      if (added === undefined) return;
      const file = fileVersion(one.name, added);
      shown[index] = file;
      if (record.versions.length > keep) grown.push(one);
      this.options.onFile?.(file);
    });
    this.#shown = this.#shown.concat(shown);
    // If this fails, the next put does it.
    await inParallel(grown, recordsAtOnce, async (one) => {
      await this.#change(one, (found) => withVersions(found, found.versions.slice(0, Math.max(1, keep))));
    }).catch(() => undefined);
  }

  /** Of a change whose acknowledgement was lost, the version is there already. */
  #change(
    { name, place: { space, id } }: Hidden,
    change: (found: FileRecord) => FileRecord | null,
    signal?: AbortSignal,
  ): Promise<FileRecord> {
    const isAdded = (found: FileRecord) => found.versions.some((version) => version.id === id);
    return changeRecord(
      this.putter.broker,
      { space, name },
      (found) => (signal && isAdded(found) ? null : change(found)),
      signal,
    );
  }

  /** After an error or an abort: what can be seen is removed again, and keepers are asked to remove the contents. */
  async #takeBack(): Promise<void> {
    await Promise.race([Promise.allSettled(this.#underWay), after(settleMs)]);
    const hide = inParallel(this.#begun, recordsAtOnce, async (one) => {
      await this.#change(one, (found) =>
        withVersions(
          found,
          found.versions.filter(({ id }) => id !== one.place.id),
        ),
      );
    });
    await Promise.race([hide.catch(() => undefined), after(takeBackMs)]);
    await Promise.race([this.#askToRemove(), after(settleMs)]);
  }

  async #askToRemove(): Promise<void> {
    const { broker, identity } = this.putter;
    const idsBySpace = new Map<string, string[]>();
    for (const { place, isSent } of this.#begun.concat(this.#hidden)) {
      if (!isSent) continue;
      const ids = idsBySpace.get(place.space) ?? [];
      ids.push(place.id);
      idsBySpace.set(place.space, ids);
    }
    try {
      for (const [space, ids] of idsBySpace)
        for (let at = 0; at < ids.length; at += idsAtOnce) {
          const asked = Buffer.from(JSON.stringify({ space, ids: ids.slice(at, at + idsAtOnce) }));
          const answers = broker.ask(question(identity, 'abort'), asked)[Symbol.asyncIterator]();
          while ((await answers.next()).done !== true);
        }
    } catch {
      // Nobody is there to ask. What no record names is removed later anyway.
    }
  }
}

const after = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms).unref();
  });
