import { randomBytes } from 'node:crypto';
import { messageOf, plainText } from '../errors.js';
import {
  bucketCount,
  bucketOf,
  bucketStream,
  bucketSubjects,
  type BrokerAdmin,
  BrokerConflict,
  type BrokerMessage,
  chunkSubject,
  type FileRecord,
  fileRecord,
  indexStream,
  indexSubjects,
  partSubjects,
  type ScrubEvent,
  versionSubjects,
} from '../fleet/index.js';
import type { AgentContext } from './duty.js';
import { bucketsOf } from './garbage.js';
import { partsIn, ReplicaCheck, type WantedPart, wholePart } from './scrub.js';
import { awayText, repairIndex, secondLookMs, splitReplicas } from './scrub-index.js';

/**
 * Reads every part of every version from the disk of each server, checks its SHA-256, and writes a version anew of which a
 * replica is bad, from a replica that is good.
 */
export class Scrubber {
  readonly #total = { files: 0, versions: 0, bytes: 0, damaged: 0, repaired: 0, lost: 0 };
  /** Versions that were dealt with: `<space>.<id>`. */
  readonly #handled = new Set<string>();

  constructor(
    private readonly broker: BrokerAdmin,
    private readonly context: Pick<AgentContext, 'clock' | 'signal'>,
    private readonly newId: () => string = () => randomBytes(16).toString('base64url'),
  ) {}

  async *run(): AsyncGenerator<ScrubEvent> {
    const of = bucketCount + 1;
    for await (const event of repairIndex(this.broker, this.context)) yield this.#counted(event);
    for await (const { record } of this.#records()) {
      this.#total.files += record.versions.length > 0 ? 1 : 0;
      this.#total.versions += record.versions.length;
    }
    yield { kind: 'progress', stream: indexStream, done: 1, of, bytes: this.#total.bytes };
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      for await (const event of this.#bucket(bucket)) yield this.#counted(event);
      const stream = bucketStream(bucket);
      yield { kind: 'progress', stream, done: bucket + 2, of, bytes: this.#total.bytes };
    }
    yield { kind: 'done', ...this.#total };
  }

  #counted(event: ScrubEvent): ScrubEvent {
    if (event.kind === 'damaged' || event.kind === 'repaired' || event.kind === 'lost')
      this.#total[event.kind] += 1;
    return event;
  }

  async *#bucket(bucket: number): AsyncGenerator<ScrubEvent> {
    const wanted = new Map<string, WantedPart>();
    for await (const { message, record } of this.#records())
      for (const version of record.versions)
        for (const part of partsIn(bucket, version)) {
          const space = message.subject.split('.')[1] ?? '';
          const { subject } = message;
          wanted.set(`${space}.${version.id}.${part}`, { subject, space, name: record.name, version, part });
        }
    if (wanted.size === 0) return;
    const stream = bucketStream(bucket);
    const { servers, away } = await this.#servers(stream);
    for (const server of away) yield { kind: 'unread', server, stream, why: awayText };
    const bad = new Map<WantedPart, string[]>();
    for (const server of servers) {
      const check = new ReplicaCheck(wanted);
      try {
        const { signal } = this.context;
        for await (const { subject, data } of this.broker.scanReplica(
          stream,
          server,
          bucketSubjects(bucket),
          signal,
        ))
          check.see(subject, data);
      } catch (error) {
        yield { kind: 'unread', server, stream, why: plainText(messageOf(error)) };
        continue;
      }
      this.#total.bytes += check.bytes;
      for (const part of check.doubtful()) {
        if (await this.#isGood(part, bucket, server)) continue;
        bad.set(part, [...(bad.get(part) ?? []), server]);
      }
    }
    for (const [part, badServers] of bad) yield* this.#repair(part, badServers);
  }

  /** A closer look at one part of one replica: twice, if the first finds it bad. */
  async #isGood(part: WantedPart, bucket: number, server: string): Promise<boolean> {
    if ((await this.#read(part, bucket, server)) !== null) return true;
    const { clock, signal } = this.context;
    await clock.sleep(secondLookMs, signal);
    return (await this.#read(part, bucket, server)) !== null;
  }

  async #read({ space, version, part }: WantedPart, bucket: number, server: string) {
    const filter = partSubjects(bucket, { space, id: version.id }, part);
    const messages: BrokerMessage[] = [];
    for await (const message of this.broker.scanReplica(
      bucketStream(bucket),
      server,
      filter,
      this.context.signal,
    ))
      messages.push(message);
    return wholePart(messages, { version, part });
  }

  async *#repair(bad: WantedPart, servers: readonly string[]): AsyncGenerator<ScrubEvent> {
    const { name, space, version } = bad;
    // It was removed meanwhile, or is whole again under another id.
    if (!(await this.#record(bad.subject))?.record.versions.some(({ id }) => id === version.id)) return;
    for (const server of servers)
      yield { kind: 'damaged', name: plainText(name), version: version.n, part: bad.part, server };
    if (this.#handled.has(`${space}.${version.id}`)) return;
    this.#handled.add(`${space}.${version.id}`);
    const id = this.newId();
    for (const part of version.parts.keys())
      if (!(await this.#copyPart({ ...bad, part }, id))) {
        await this.#purge(space, id, part + 1);
        yield { kind: 'lost', name: plainText(name), version: version.n, part };
        return;
      }
    if (await this.#rename(bad, id)) {
      await this.#purge(space, version.id, version.parts.length);
      yield { kind: 'repaired', name: plainText(name), version: version.n };
    } else await this.#purge(space, id, version.parts.length);
  }

  /** Publishes a part under another id, from any replica that has it as it was put. @returns whether one has */
  async #copyPart(part: WantedPart, id: string): Promise<boolean> {
    const from = bucketOf(part.version.id, part.part, bucketCount);
    const to = bucketOf(id, part.part, bucketCount);
    const { servers } = await this.#servers(bucketStream(from));
    for (const server of servers) {
      const chunks = await this.#read(part, from, server).catch(() => null);
      if (chunks === null) continue;
      for (const [chunk, data] of chunks.entries())
        await this.broker.publish(chunkSubject(to, { space: part.space, id }, part.part, chunk), data, {
          signal: this.context.signal,
        });
      return true;
    }
    return false;
  }

  /** Lets the record name the new id in place of the old. @returns false if the version was removed meanwhile */
  async #rename({ subject, version }: WantedPart, id: string): Promise<boolean> {
    for (;;) {
      const now = await this.#record(subject);
      if (now?.record.versions.some((one) => one.id === version.id) !== true) return false;
      const versions = now.record.versions.map((one) => (one.id === version.id ? { ...one, id } : one));
      try {
        const data = Buffer.from(JSON.stringify({ ...now.record, versions }));
        await this.broker.publish(subject, data, { expectLast: now.sequence, signal: this.context.signal });
        return true;
      } catch (error) {
        if (!(error instanceof BrokerConflict)) throw error;
      }
    }
  }

  async #record(subject: string): Promise<{ record: FileRecord; sequence: number } | null> {
    const message = await this.broker.last(indexStream, subject, this.context.signal);
    const record = message === null ? null : recordOf(message);
    return message === null || record === null ? null : { record, sequence: message.sequence };
  }

  async #purge(space: string, id: string, parts: number): Promise<void> {
    for (const bucket of bucketsOf(id, parts))
      await this.broker.purge(bucketStream(bucket), versionSubjects(bucket, { space, id }));
  }

  async #servers(stream: string) {
    return splitReplicas((await this.broker.stream(stream))?.replicas ?? []);
  }

  async *#records() {
    for await (const message of this.broker.scan(indexStream, indexSubjects, this.context.signal)) {
      const record = recordOf(message);
      if (record !== null) yield { message, record };
    }
  }
}

/** Null if it cannot be read. */
function recordOf({ data }: Pick<BrokerMessage, 'data'>): FileRecord | null {
  try {
    return fileRecord.parse(JSON.parse(Buffer.from(data).toString()));
  } catch {
    return null;
  }
}
