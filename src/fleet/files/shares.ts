import { holdingsOf } from './held.js';
import type { Placement } from './placement.js';
import type { FileRecord } from './record.js';

/** What one device holds of a store. */
export interface StoreShare {
  /** Id of the member. */
  member: string;
  files: number;
  versions: number;
  /** Content of these versions. */
  bytes: number;
  /** What the store's streams take on its disk, and what is free there; null where it does not answer. */
  usedBytes: number | null;
  freeBytes: number | null;
  isOffline: boolean;
}

/** What a device holds of one file. */
export interface HeldFile {
  name: string;
  versions: number;
  bytes: number;
}

/** What each device holds, by the records of all files. */
export async function sharesOf(
  records: AsyncIterable<FileRecord>,
  placement: Placement,
): Promise<StoreShare[]> {
  const shares = new Map<string, StoreShare>(
    placement.servers.map(({ member, used_bytes: used, free_bytes: free, is_offline: isOffline }) => [
      member,
      {
        member,
        files: 0,
        versions: 0,
        bytes: 0,
        usedBytes: used,
        freeBytes: free,
        isOffline,
      },
    ]),
  );
  for await (const record of records) {
    for (const [member, held] of heldOf(record, placement)) {
      const share = shares.get(member);
      if (share === undefined) continue;
      share.files += 1;
      share.versions += held.versions;
      share.bytes += held.bytes;
    }
  }
  return [...shares.values()];
}

/** What one device holds, by name. */
export async function heldByMember(
  records: AsyncIterable<FileRecord>,
  member: string,
  placement: Placement,
): Promise<HeldFile[]> {
  const files: HeldFile[] = [];
  for await (const record of records) {
    const held = heldOf(record, placement).get(member);
    if (held !== undefined) files.push(held);
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function heldOf(record: FileRecord, placement: Placement): Map<string, HeldFile> {
  const held = new Map<string, HeldFile>();
  for (const { holders } of holdingsOf(record, placement)) {
    for (const { member, bytes } of holders) {
      const before = held.get(member) ?? { name: record.name, versions: 0, bytes: 0 };
      held.set(member, { name: record.name, versions: before.versions + 1, bytes: before.bytes + bytes });
    }
  }
  return held;
}
