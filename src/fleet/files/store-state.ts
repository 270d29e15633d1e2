import { plainText } from '../../errors.js';
import {
  type Broker,
  type BrokerAdmin,
  bucketCount,
  bucketStream,
  bucketSubjects,
  fullSubject,
  indexStream,
  indexSubjects,
  jobStream,
  jobSubjects,
  leaseStream,
  leaseSubjects,
  storeStateSubject,
  storeStream,
  storeSubjects,
  type StreamSettings,
} from '../broker/index.js';
import { damaged, keeperFull, storeFilling, storeMissing } from './errors.js';
import { inParallel } from './in-parallel.js';
import { fullRecord, type FullRecord, storeRecord, type StoreRecord } from './record.js';

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
    settings(jobStream, jobSubjects, 1),
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
export async function readStoreRecord(
  broker: Pick<Broker, 'last'>,
  signal?: AbortSignal,
): Promise<StoreRecord | null> {
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

/** @throws CollabError `store-full` if a keeper has too little space left */
export async function checkSpace(broker: Broker, signal?: AbortSignal): Promise<void> {
  const message = await broker.last(storeStream, fullSubject, signal);
  if (message === null) return;
  const { keepers } = parseFull(message.data);
  if (keepers.length === 0) return;
  const mb = (bytes: number) => `${Math.floor(bytes / 1e6)} MB`;
  const lines = keepers.map(
    ({ name, free_bytes: free, reserve_bytes: reserve }) =>
      `${plainText(name)} has ${mb(free)} left, and ${mb(reserve)} are to stay free`,
  );
  throw keeperFull(`${lines.join('; ')}.`);
}

/** What cannot be read says that no keeper is full: the leader writes it anew when it finds one. */
export function parseFull(data: Uint8Array): FullRecord {
  try {
    return fullRecord.parse(JSON.parse(Buffer.from(data).toString()));
  } catch {
    return { format: 1, keepers: [] };
  }
}
