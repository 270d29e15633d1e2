import {
  BrokerConflict,
  type BrokerAdmin,
  bucketCount,
  bucketStream,
  bucketSubjects,
  indexStream,
  indexSubjects,
  jobStream,
  jobSubjects,
} from '../broker/index.js';
import { CollabError, ExitCode } from '../../errors.js';

/** Content that is under way between two brokers at once. */
const windowBytes = 16 * 1024 * 1024;

export interface CopyProgress {
  copiedBytes: number;
  ofBytes: number;
}

const contents = Array.from({ length: bucketCount }, (_, at) => ({
  stream: bucketStream(at),
  filter: bucketSubjects(at),
}));
const records = [
  { stream: indexStream, filter: indexSubjects },
  { stream: jobStream, filter: jobSubjects },
];

/**
 * Copies all jobs, and all files with all versions from one set of keepers to another, whose streams are there. What is there already is
 * not sent again, so a copy that was interrupted goes on. The first pass lets others write; the second one has the store frozen,
 * and copies what came meanwhile. The store that is copied from stays frozen.
 * @throws CollabError `store-copy-incomplete` if anything is missing afterwards
 */
export async function copyStore(
  from: BrokerAdmin,
  to: BrokerAdmin,
  { onProgress, signal }: { onProgress: (progress: CopyProgress) => void; signal: AbortSignal },
): Promise<void> {
  const streams = contents.concat(records).map(({ stream }) => stream);
  await copyOnce(from, to, { onProgress, signal });
  try {
    for (const stream of streams) await from.freeze(stream, true);
    await copyOnce(from, to, { onProgress, signal });
    const missing = await missingIn(from, to);
    if (missing > 0) throw incomplete(missing);
  } catch (error) {
    for (const stream of streams) await from.freeze(stream, false);
    throw error;
  }
}

function incomplete(missing: number): CollabError {
  return new CollabError('store-copy-incomplete', {
    what: 'The files could not be copied to the new keepers.',
    why: `${missing} messages are missing there. The earlier keepers still have everything.`,
    next: 'Run collab fleet up again: it goes on where this copy ended.',
    exitCode: ExitCode.deviceUnreachable,
  });
}

async function copyOnce(
  from: BrokerAdmin,
  to: BrokerAdmin,
  { onProgress, signal }: { onProgress: (progress: CopyProgress) => void; signal: AbortSignal },
): Promise<void> {
  const states = await from.streams();
  const ofBytes = states.reduce((sum, { bytes }) => sum + bytes, 0);
  let copiedBytes = 0;
  const count = (bytes: number) => onProgress({ copiedBytes: (copiedBytes += bytes), ofBytes });
  for (let at = 0; at < bucketCount; at++) {
    await copyContent(from, to, { bucket: at, count, signal });
  }
  for (const { stream, filter } of records) await copyRecords(from, to, { stream, filter, count, signal });
}

/** Subjects of content have one message each, which never changes. */
async function copyContent(
  from: BrokerAdmin,
  to: BrokerAdmin,
  { bucket, count, signal }: { bucket: number; count: (bytes: number) => void; signal: AbortSignal },
): Promise<void> {
  const stream = bucketStream(bucket);
  const there = await to.subjects(stream, bucketSubjects(bucket));
  const underway = new Set<Promise<void>>();
  let bytesUnderway = 0;
  let failure: Error | undefined;
  const send = async (subject: string, data: Uint8Array) => {
    bytesUnderway += data.length;
    try {
      await to.publish(subject, data, { expectLast: 0, signal });
    } catch (error) {
      if (!(error instanceof BrokerConflict)) failure ??= error as Error;
    }
    bytesUnderway -= data.length;
    count(data.length);
  };
  for await (const { subject, data } of from.scan(stream, bucketSubjects(bucket), signal)) {
    if (there.has(subject)) continue;
    while (bytesUnderway > windowBytes && failure === undefined) await Promise.race(underway);
    if (failure !== undefined) break;
    const one: Promise<void> = send(subject, data).finally(() => underway.delete(one));
    underway.add(one);
  }
  await Promise.all(underway);
  if (failure !== undefined) throw failure;
}

/** Records change: the copy gets the last one of each, and loses those that the original has lost. */
async function copyRecords(
  from: BrokerAdmin,
  to: BrokerAdmin,
  {
    stream,
    filter,
    count,
    signal,
  }: { stream: string; filter: string; count: (bytes: number) => void; signal: AbortSignal },
): Promise<void> {
  const gone = new Set((await to.subjects(stream, filter)).keys());
  const had = new Map<string, { data: Uint8Array; sequence: number }>();
  if (gone.size > 0) for await (const one of to.scan(stream, filter, signal)) had.set(one.subject, one);
  for await (const { subject, data } of from.scan(stream, filter, signal)) {
    gone.delete(subject);
    count(data.length);
    const before = had.get(subject);
    if (before !== undefined && Buffer.compare(before.data, data) === 0) continue;
    await to.publish(subject, data, { expectLast: before?.sequence ?? 0, signal });
  }
  for (const subject of gone) await to.purge(stream, subject);
}

async function missingIn(from: BrokerAdmin, to: BrokerAdmin): Promise<number> {
  let missing = 0;
  for (const { stream, filter } of contents.concat(records)) {
    const there = await to.subjects(stream, filter);
    for (const subject of (await from.subjects(stream, filter)).keys()) if (!there.has(subject)) missing++;
  }
  return missing;
}
