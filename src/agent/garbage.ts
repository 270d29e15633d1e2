import { bucketCount, bucketOf, type FileRecord } from '../fleet/index.js';

/** The content of a version in the streams. */
export interface Content {
  space: string;
  /** Of the version. */
  id: string;
}

/** Content that a record named, and how many parts it has. */
export interface OnceNamed extends Content {
  parts: number;
}

/** Content that lies in the streams and that no record names. */
export interface Unnamed extends Content {
  /** Numbers of the parts of which something is there. */
  parts: ReadonlySet<number>;
  /** Chunks that are there. */
  chunks: number;
}

/** A put that sends nothing for this long is given up. Puts stop themselves before: see `Pace` of `fleet/files`. */
export const abandonedMs = 3_600_000;
/** The record of a removed file stays this long, so that its version numbers are not used again at once. */
export const removedRecordMs = 86_400_000;

/**
 * Says which content that no record names is left from puts that ended without a word. It must have been seen to stay as it is,
 * by one leader and its monotonic clock: the times in the streams come from the clocks of other devices, which may be wrong by
 * years. A put of many files names its versions at its end, so its first files may be old: nothing goes while anything happens
 * to unnamed content of the same space.
 *
 * This is also the rule for versions that a leader was about to purge when it lost the lease. The next leader cannot tell them
 * from those of a put under way, which has sent them and not named them yet, so they wait as long.
 */
export class QuietContent {
  readonly #seen = new Map<string, Content & { chunks: number }>();
  /** By space: when something happened in it for the last time. */
  readonly #activeMs = new Map<string, number>();

  /**
   * @param unnamed all content that no record names now
   * @param nowMs of a monotonic clock
   */
  see(unnamed: readonly Unnamed[], nowMs: number): Unnamed[] {
    const there = new Set(unnamed.map(keyOf));
    for (const [key, { space }] of this.#seen) {
      if (there.has(key)) continue;
      // A record names it now, so its put is under way.
      this.#seen.delete(key);
      this.#activeMs.set(space, nowMs);
    }
    for (const content of unnamed) {
      const { space, id, chunks } = content;
      const known = this.#seen.get(keyOf(content));
      if (known !== undefined && chunks <= known.chunks) continue;
      this.#seen.set(keyOf(content), { space, id, chunks });
      this.#activeMs.set(space, nowMs);
    }
    return unnamed.filter(({ space }) => nowMs - (this.#activeMs.get(space) ?? nowMs) >= abandonedMs);
  }

  /** It is purged. */
  forget(content: Content): void {
    this.#seen.delete(keyOf(content));
  }
}

/** The buckets in which a version with this many parts has some. */
export const bucketsOf = (id: string, parts: number): number[] => [
  ...new Set(Array.from({ length: parts }, (_, part) => bucketOf(id, part, bucketCount))),
];

/** Which content all records name: what was seen of the index so far. */
export class NamedContent {
  /** By the subject of the record. */
  readonly #bySubject = new Map<string, readonly OnceNamed[]>();
  readonly #keys = new Set<string>();
  readonly #unclear = new Set<string>();
  /** Sequence of the last message that was seen. */
  sequence = 0;

  /**
   * @param message the next one in the index: those that were seen already are passed over
   * @param record null if it cannot be read: nobody knows then what it names
   * @returns what the record named before and does not name any more
   */
  see(message: { subject: string; sequence: number }, record: FileRecord | null): OnceNamed[] {
    if (message.sequence <= this.sequence) return [];
    this.sequence = message.sequence;
    const space = message.subject.split('.')[1] ?? '';
    if (record === null) {
      this.#unclear.add(space);
      return [];
    }
    const before = this.#bySubject.get(message.subject) ?? [];
    const now = record.versions
      .filter(({ parts }) => parts.length > 0)
      .map(({ id, parts }) => ({ space, id, parts: parts.length }));
    if (now.length === 0) this.#bySubject.delete(message.subject);
    else this.#bySubject.set(message.subject, now);
    const dropped = before.filter(({ id }) => !now.some((one) => one.id === id));
    for (const one of dropped) this.#keys.delete(keyOf(one));
    for (const one of now) this.#keys.add(keyOf(one));
    return dropped;
  }

  /** Whether no record names it, and none that cannot be read could. */
  lacks(content: Content): boolean {
    return !this.#keys.has(keyOf(content)) && !this.#unclear.has(content.space);
  }

  has(content: Content): boolean {
    return this.#keys.has(keyOf(content));
  }
}

const keyOf = ({ space, id }: Content): string => `${space}.${id}`;
