import { setTimeout as pause } from 'node:timers/promises';
import {
  type Broker,
  BrokerConflict,
  type BrokerMessage,
  indexStream,
  indexSubject,
} from '../broker/index.js';
import { damaged, tooManyWriters } from './errors.js';
import type { FileVersion } from './file-store.js';
import { fileRecord, type FileRecord, maxRecordBytes, type VersionRecord } from './record.js';

/** A record and where it lies. */
export interface FoundRecord {
  space: string;
  record: FileRecord;
  /** Of its message; 0 if there is none. */
  sequence: number;
}

/** For how long a record is read again that others replace all the time. */
const conflictPatienceMs = 30_000;

/** The record of a name; an empty one if there is none. @throws CollabError `store-damaged` */
export async function readRecord(
  broker: Broker,
  space: string,
  name: string,
  signal?: AbortSignal,
): Promise<FoundRecord> {
  const message = await broker.last(indexStream, indexSubject(space, name), signal);
  if (message === null) return { space, record: { format: 1, name, next: 1, versions: [] }, sequence: 0 };
  const record = parseRecord(space, message);
  if (record === null) throw damaged(name, null, 'What is there is no record of this file.');
  return { space, record, sequence: message.sequence };
}

/** Null if the message is no record of the name that its subject says: everybody in the fleet may write any message there. */
export function parseRecord(space: string, { subject, data }: BrokerMessage): FileRecord | null {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(data).toString());
  } catch {
    return null;
  }
  const record = fileRecord.safeParse(json);
  return record.success && indexSubject(space, record.data.name) === subject ? record.data : null;
}

/**
 * Replaces a record by compare-and-set: if another one came first, the change is made to that.
 * @param change gives the versions that there shall be; null if nothing is to be done
 * @returns the record that is there now
 */
export async function changeRecord(
  broker: Broker,
  { space, name }: { space: string; name: string },
  change: (record: FileRecord) => FileRecord | null,
  signal?: AbortSignal,
): Promise<FileRecord> {
  const end = performance.now() + conflictPatienceMs;
  for (let count = 1; ; count += 1) {
    const { record, sequence } = await readRecord(broker, space, name, signal);
    const changed = change(record);
    if (changed === null) return record;
    try {
      const data = Buffer.from(JSON.stringify(changed));
      await broker.publish(indexSubject(space, name), data, { expectLast: sequence, signal });
      return changed;
    } catch (error) {
      if (!(error instanceof BrokerConflict)) throw error;
      if (performance.now() > end) throw tooManyWriters(name);
      // The replica that was read may lag a little; and of many writers, each shall come to its turn.
      await pause(Math.random() * Math.min(20 * count, 500), undefined, { signal });
    }
  }
}

/**
 * The record with one more version. Older versions that there is no room for are dropped.
 * @param keep Infinity for all
 */
export function withVersion(record: FileRecord, version: Omit<VersionRecord, 'n'>, keep: number): FileRecord {
  const newest: VersionRecord = { n: record.next, ...version };
  const versions = [newest].concat(record.versions).slice(0, Math.max(1, keep));
  const grown: FileRecord = { format: 1, name: record.name, next: record.next + 1, versions };
  while (versions.length > 1 && Buffer.byteLength(JSON.stringify(grown)) > maxRecordBytes) versions.pop();
  return grown;
}

/** The record with these of its versions; null if it has no others. */
export function withVersions(record: FileRecord, versions: FileRecord['versions']): FileRecord | null {
  if (versions.length === record.versions.length) return null;
  return { format: 1, name: record.name, next: record.next, versions };
}

/** What users see of a version. */
export function fileVersion(name: string, record: VersionRecord): FileVersion {
  return {
    name,
    version: record.n,
    kind: record.kind,
    sizeBytes: record.size_bytes,
    sha256: record.sha256,
    mode: record.mode,
    owner: record.owner,
    putAt: new Date(record.put_at),
    target: record.target,
  };
}
