import { createHash, type Hash } from 'node:crypto';
import { bucketCount, bucketOf, chunkBytes, partBytes, type VersionRecord } from '../fleet/index.js';

/** A part as its record says that it is. */
export interface WantedPart {
  subject: string;
  name: string;
  space: string;
  version: VersionRecord;
  part: number;
}

/** Chunks of a part: the last one may be shorter. */
export function chunksOf({ size_bytes }: VersionRecord, part: number): number {
  const bytes = Math.min(partBytes, size_bytes - part * partBytes);
  return Math.max(1, Math.ceil(bytes / chunkBytes));
}

/** The parts of a version in a bucket. */
export const partsIn = (bucket: number, version: VersionRecord): number[] =>
  version.parts.map((_, part) => part).filter((part) => bucketOf(version.id, part, bucketCount) === bucket);

/** What one replica has of the parts of one bucket: takes its messages in order, and says which parts are good. */
export class ReplicaCheck {
  readonly #open = new Map<string, { hash: Hash; next: number }>();
  readonly #good = new Set<string>();
  bytes = 0;

  /** @param wanted by `<space>.<id>.<part>` */
  constructor(private readonly wanted: ReadonlyMap<string, WantedPart>) {}

  see(subject: string, data: Uint8Array): void {
    const { key, chunk } = placeOf(subject);
    const part = this.wanted.get(key);
    if (part === undefined) return;
    this.bytes += data.length;
    const state = this.#open.get(key) ?? { hash: createHash('sha256'), next: 0 };
    this.#open.set(key, state);
    // One that came twice, or late, is left for a closer look.
    if (chunk !== state.next) return;
    state.hash.update(data);
    state.next += 1;
    if (state.next < chunksOf(part.version, part.part)) return;
    this.#open.set(key, { hash: createHash('sha256'), next: Infinity });
    if (state.hash.digest('hex') === part.version.parts[part.part]) this.#good.add(key);
  }

  /** Parts that are not as they should be, or whose chunks did not come in order. */
  doubtful(): WantedPart[] {
    return [...this.wanted].filter(([key]) => !this.#good.has(key)).map(([, part]) => part);
  }
}

/** `f.<bucket>.<space>.<id>.<part>.<chunk>` */
export function placeOf(subject: string): { key: string; chunk: number } {
  const [, , space = '', id = '', part = '', chunk] = subject.split('.');
  return { key: `${space}.${id}.${part}`, chunk: Number(chunk) };
}

/** The chunks of one part, put together if they are all there and have the part's SHA-256. */
export function wholePart(
  messages: readonly { subject: string; data: Uint8Array }[],
  { version, part }: Pick<WantedPart, 'version' | 'part'>,
): Uint8Array[] | null {
  const chunks = Array.from<Uint8Array | undefined>({ length: chunksOf(version, part) });
  for (const { subject, data } of messages) {
    const { chunk } = placeOf(subject);
    if (chunk < chunks.length) chunks[chunk] = data;
  }
  const hash = createHash('sha256');
  const whole: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (chunk === undefined) return null;
    hash.update(chunk);
    whole.push(chunk);
  }
  return hash.digest('hex') === version.parts[part] ? whole : null;
}
