import { posix } from 'node:path';
import type { FileStore, FileVersion } from '../file-store.js';
import { noFile } from '../no-file.js';

/** What a name stands for: a file, or a folder with everything in it. */
export interface Found {
  /** The name, after following links. */
  name: string;
  /** Null if it is a folder. */
  file: FileVersion | null;
  /** Everything in the folder, and its own entry if it has one. */
  entries: readonly FileVersion[];
}

const linksAtMost = 8;

/** @throws CollabError `store-no-file`, and those of `FileStore.list` */
export async function lookUp(store: FileStore, name: string, signal?: AbortSignal): Promise<Found> {
  let at = name;
  for (let links = 0; links <= linksAtMost; links += 1) {
    const entries: FileVersion[] = [];
    for await (const entry of store.list(at, signal)) {
      // The name itself comes first where it is a file: what may lie below it is not asked for.
      if (entry.name === at && entry.kind === 'file') return { name: at, file: entry, entries: [entry] };
      entries.push(entry);
    }
    const own = entries.find((entry) => entry.name === at) ?? null;
    if (own?.kind !== 'link') {
      if (entries.length === 0 && at !== '') throw noFile(store.place, at);
      return { name: at, file: null, entries };
    }
    at = posix.join(posix.dirname(at), own.target ?? '');
  }
  throw noFile(store.place, name, 'It is a link to a link, and so on.');
}
