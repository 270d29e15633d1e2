import {
  type Broker,
  type BrokerAdmin,
  bucketCount,
  bucketStream,
  bucketSubjects,
  indexStream,
  indexSubjects,
  leaseStream,
  leaseSubjects,
  storeStateSubject,
  storeStream,
  storeSubjects,
  type StreamSettings,
} from '../broker/index.js';
import { damaged, storeFilling, storeMissing } from './errors.js';
import { inParallel } from './in-parallel.js';
import { storeRecord, type StoreRecord } from './record.js';

/** A lease ends this long after its holder was last heard of. */
const leaseMs = 3000;
const streamsAtOnce = 4;

/** All streams of a store. */
export function storeStreams(replicas: number): StreamSettings[] {
  const settings = (name: string, subjects: string, perSubject: number | null): StreamSettings => ({
    name,
    subjects: [subjects],
    replicas,
    perSubject,
    maxAgeMs: null,
  });
  const buckets = Array.from({ length: bucketCount }, (_, bucket) =>
    // A chunk that was sent twice is kept once.
    settings(bucketStream(bucket), bucketSubjects(bucket), 1),
  );
  const leases: StreamSettings = {
    name: leaseStream,
    subjects: [leaseSubjects],
    replicas,
    perSubject: 1,
    maxAgeMs: leaseMs,
  };
  return buckets.concat(
    settings(indexStream, indexSubjects, 1),
    settings(storeStream, storeSubjects, 1),
    leases,
  );
}

/** Makes the streams of a store, and the record that says that it is there. Both may be there already: then they are changed. */
export async function makeStore(broker: BrokerAdmin, store: StoreRecord): Promise<void> {
  await inParallel(storeStreams(store.replicas), streamsAtOnce, (settings) => broker.ensureStream(settings));
  await broker.publish(storeStateSubject, Buffer.from(JSON.stringify(store)));
}

/** Null if there is no store. @throws CollabError `store-damaged`, `store-unreachable` */
export async function readStoreRecord(broker: Broker, signal?: AbortSignal): Promise<StoreRecord | null> {
  const message = await broker.last(storeStream, storeStateSubject, signal);
  if (message === null) return null;
  try {
    return storeRecord.parse(JSON.parse(Buffer.from(message.data).toString()));
  } catch {
    throw damaged(storeStateSubject, null, 'It is no record of a store.');
  }
}

/** @throws CollabError `store-missing`, `store-filling` */
export async function readyStore(broker: Broker, signal?: AbortSignal): Promise<StoreRecord> {
  const store = await readStoreRecord(broker, signal);
  if (store === null) throw storeMissing();
  if (store.state === 'filling') throw storeFilling();
  return store;
}
