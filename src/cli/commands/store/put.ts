import { basename, resolve } from 'node:path';
import { putPath } from '../../../index.js';
import { type FleetOptions, withStore } from '../../session/index.js';
import { fileResult, putText } from '../../text/index.js';

export interface PutFlags extends FleetOptions {
  keep?: number;
}

/** `collab store put <local> <name>`: a file, or a folder with everything in it. A name that ends with `/` is a folder to put it in. */
export async function storePut(local: string, typed: string, flags: PutFlags): Promise<void> {
  await withStore(typed, flags, 'events', async ({ store, name: folder, isFolder }, session) => {
    const { clock, emit, signal, print } = session;
    const parts = isFolder ? [folder, basename(resolve(local))] : [folder];
    const name = parts.filter((part) => part !== '').join('/');
    const files = await putPath(store, { local, name, keep: flags.keep }, { clock, emit, signal });
    print(putText(files, name, store.place), { name, place: store.place, files: files.map(fileResult) });
  });
}
