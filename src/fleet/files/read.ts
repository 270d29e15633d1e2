import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Broker, streamOf } from '../broker/index.js';
import { damaged, removedMeanwhile } from './errors.js';
import { chunkBytes, partBytes, type VersionRecord } from './record.js';
import { readRecord } from './records.js';
import { subjectOf } from './upload.js';

/** Chunks of 1 MiB that are asked for ahead of the reader. */
const chunksAhead = 6;
/** A replica may lag behind the others; after this, a chunk is not there. */
const missingMs = 5000;

interface Chunk {
  part: number;
  chunk: number;
  sizeBytes: number;
  /** Its first byte in the whole. */
  at: number;
}

/**
 * The content of a version; checked as it comes.
 * @param from the first byte. Chunks before it are not fetched, and then the SHA-256 of the whole cannot be checked
 * @throws CollabError `store-damaged`, `store-no-file`, `store-unreachable`
 */
export async function* readContent(
  broker: Broker,
  { space, name }: { space: string; name: string },
  version: VersionRecord,
  { signal, from = 0 }: { signal?: AbortSignal | undefined; from?: number | undefined } = {},
): AsyncGenerator<Uint8Array> {
  if (from > 0 && from >= version.size_bytes) return;
  const left = new AbortController();
  const either = signal ? AbortSignal.any([signal, left.signal]) : left.signal;
  const ahead: Promise<Uint8Array | null>[] = [];
  const wanted = chunksOf(version.size_bytes, from);
  const hash = createHash('sha256');
  const fault = async (why: string) => {
    // Who removes a version removes its content soon after.
    const { record } = await readRecord(broker, space, name, signal);
    const isThere = record.versions.some(({ id }) => id === version.id);
    return isThere ? damaged(name, version.n, why) : removedMeanwhile(name, version.n);
  };
  const askNext = () => {
    const next = wanted.next();
    if (next.done === true) return;
    const { part, chunk } = next.value;
    const data = chunkOf(broker, subjectOf({ space, id: version.id }, part, chunk), either);
    // It is awaited later, or never.
    data.catch(() => undefined);
    ahead.push(data);
  };
  try {
    for (const { part, chunk, sizeBytes, at } of chunksOf(version.size_bytes, from)) {
      while (ahead.length < chunksAhead) {
        const before = ahead.length;
        askNext();
        if (ahead.length === before) break;
      }
      const data = await ahead.shift();
      signal?.throwIfAborted();
      if (data?.length !== sizeBytes)
        throw await fault(`Chunk ${chunk} of part ${part} ${data ? 'has another length' : 'is missing'}.`);
      hash.update(data);
      yield at < from ? data.subarray(from - at) : data;
    }
    if (from < chunkBytes && hash.digest('hex') !== version.sha256)
      throw await fault('Its SHA-256 is another one.');
  } finally {
    left.abort();
  }
}

/** Those from the one on that has a byte. */
function* chunksOf(sizeBytes: number, from: number): Generator<Chunk> {
  for (let at = from - (from % chunkBytes); at < sizeBytes; at += chunkBytes) {
    const inPart = at % partBytes;
    const end = Math.min(at + chunkBytes, sizeBytes);
    yield {
      part: Math.floor(at / partBytes),
      chunk: inPart / chunkBytes,
      sizeBytes: end - at,
      at,
    };
  }
}

/** Null if it is not there, also after a while. */
async function chunkOf(broker: Broker, subject: string, signal: AbortSignal): Promise<Uint8Array | null> {
  const end = performance.now() + missingMs;
  for (let count = 0; ; count += 1) {
    const message = await broker.last(streamOf(subject), subject, signal);
    if (message !== null || performance.now() > end) return message?.data ?? null;
    await pause(Math.min(50 * 2 ** count, 1000), undefined, { signal });
  }
}
