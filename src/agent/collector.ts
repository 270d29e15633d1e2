import {
  bucketCount,
  bucketOf,
  bucketStream,
  bucketSubjects,
  type BrokerAdmin,
  indexStream,
  partSubjects,
  readStoreRecord,
  versionSubjects,
} from '../fleet/index.js';
import type { AgentContext } from './duty.js';
import {
  type Content,
  NamedContent,
  type OnceNamed,
  QuietContent,
  removedRecordMs,
  type Unnamed,
} from './garbage.js';
import { type Indexed, IndexScan } from './index-scan.js';

/** Parts (of 32 MiB) that are purged at the same time: the servers have other things to do, and so has our connection. */
const purgesAtOnce = 4;
/** The index is read again for news after so many versions. */
const versionsAtOnce = 50;

/** A part in its bucket. */
interface Part extends Content {
  bucket: number;
  part: number;
}

/** Removes content that no record names. Only the leader does. What it is asked for is done one after the other. */
export class Collector {
  #named: NamedContent | null = null;
  #quiet = new QuietContent();
  /** Versions that a record named and does not name any more. Ids are used once, so no record will name them again. */
  #dropped: OnceNamed[] = [];
  #last: Promise<unknown> = Promise.resolve();
  readonly #index: IndexScan;

  /** @param nowMs a monotonic clock */
  constructor(
    private readonly broker: BrokerAdmin,
    private readonly context: AgentContext,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.#index = new IndexScan(broker, context);
  }

  /** Looks at what changed in the index since the last look, and removes the content of versions that are gone. */
  look(): Promise<void> {
    return this.#alone(async () => {
      if (!(await this.#isReady())) return;
      await this.#see((from) => this.#index.any(from));
      await this.#purgeDropped();
    });
  }

  /** Reads the whole index and the names of all content, and removes what puts left that ended without a word. */
  sweep(): Promise<void> {
    return this.#alone(async () => {
      if (!(await this.#isReady())) return;
      const found = new Map<string, Found>();
      for (let bucket = 0; bucket < bucketCount; bucket++) await this.#unnamedIn(bucket, found);
      // The index comes after the content: what was named meanwhile is known to be.
      const named = await this.#index.named();
      const oldMs = this.context.clock.now().getTime() - removedRecordMs;
      for (const { subject, sequence, time } of named.removed)
        if (time.getTime() < oldMs) await this.#purge(indexStream, subject, sequence + 1);
      const unnamed = [...found.values()].filter((content) => named.lacks(content));
      const garbage = this.#quiet.see(unnamed, this.nowMs());
      for (let at = 0; at < garbage.length; at += versionsAtOnce)
        await this.#purgeUnnamed(garbage.slice(at, at + versionsAtOnce));
      if (garbage.length > 0) this.context.log(`removed what ${garbage.length} puts left that did not end`);
    });
  }

  /** Removes what a put left that was given up: of these ids, those that no record names. */
  abort(space: string, ids: readonly string[]): Promise<number> {
    return this.#alone(async () => {
      if (!(await this.#isReady())) return 0;
      let count = 0;
      for (let at = 0; at < ids.length; at += versionsAtOnce) {
        const found: Unnamed[] = [];
        for (const id of ids.slice(at, at + versionsAtOnce)) found.push(await this.#content(space, id));
        count += await this.#purgeUnnamed(found);
      }
      return count;
    });
  }

  /** Two at once could take a version for dropped that one of them has just seen to be named. */
  #alone<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => {
      this.context.signal.throwIfAborted();
      return act();
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** While files are copied from other keepers, their content is here before their records: nothing of that time is of use. */
  async #isReady(): Promise<boolean> {
    if ((await readStoreRecord(this.broker, this.context.signal))?.state === 'ready') return true;
    this.#named = null;
    this.#quiet = new QuietContent();
    this.#dropped = [];
    return false;
  }

  async #see(read: (from: number) => AsyncIterable<Indexed>): Promise<NamedContent> {
    const named = (this.#named ??= new NamedContent());
    for await (const { message, record } of read(named.sequence + 1))
      this.#dropped.push(...named.see(message, record));
    return named;
  }

  async #purgeDropped(): Promise<void> {
    for (let next = this.#dropped[0]; next !== undefined; next = this.#dropped[0]) {
      await this.#purgeParts(next, new Set(Array.from({ length: next.parts }, (_, part) => part)));
      // What fails is done by the next look.
      this.#dropped.shift();
    }
  }

  /** Those of which the leader of the index still knows no record. @returns how many */
  async #purgeUnnamed(contents: readonly Unnamed[]): Promise<number> {
    const named = await this.#see((from) => this.#index.leader(from));
    if (!(await this.#isReady())) return 0;
    const unnamed = contents.filter((content) => named.lacks(content));
    for (const content of unnamed) {
      await this.#purgeParts(content, content.parts);
      this.#quiet.forget(content);
    }
    return unnamed.length;
  }

  async #purgeParts({ space, id }: Content, parts: ReadonlySet<number>): Promise<void> {
    const all: Part[] = [...parts].map((part) => ({
      space,
      id,
      part,
      bucket: bucketOf(id, part, bucketCount),
    }));
    for (let at = 0; at < all.length; at += purgesAtOnce)
      await Promise.all(
        all
          .slice(at, at + purgesAtOnce)
          .map(({ bucket, part }) =>
            this.#purge(bucketStream(bucket), partSubjects(bucket, { space, id }, part)),
          ),
      );
  }

  /** Not after the lease is lost. */
  async #purge(stream: string, filter: string, before?: number): Promise<void> {
    this.context.signal.throwIfAborted();
    await this.broker.purge(stream, filter, before);
  }

  async #content(space: string, id: string): Promise<Unnamed> {
    const found = new Found(space, id);
    for (let bucket = 0; bucket < bucketCount; bucket++)
      for (const subject of (
        await this.broker.subjects(bucketStream(bucket), versionSubjects(bucket, { space, id }))
      ).keys())
        found.add(subject);
    return found;
  }

  /** Adds the content in a bucket that is not known to be named. */
  async #unnamedIn(bucket: number, found: Map<string, Found>): Promise<void> {
    for (const subject of (await this.broker.subjects(bucketStream(bucket), bucketSubjects(bucket))).keys()) {
      const [, , space = '', id = ''] = subject.split('.');
      if (this.#named?.has({ space, id }) === true) continue;
      const known = found.get(`${space}.${id}`) ?? new Found(space, id);
      found.set(`${space}.${id}`, known);
      known.add(subject);
    }
  }
}

/** Content, from the subjects of its chunks. */
class Found implements Unnamed {
  readonly parts = new Set<number>();
  chunks = 0;

  constructor(
    readonly space: string,
    readonly id: string,
  ) {}

  add(subject: string): void {
    this.parts.add(Number(subject.split('.')[4]));
    this.chunks += 1;
  }
}
