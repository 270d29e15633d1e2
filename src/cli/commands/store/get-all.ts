import { filesMatching, getFiles } from '../../../index.js';
import { type FleetOptions, withStore } from '../../session/index.js';
import { gotText } from '../../text/index.js';

/** `collab store get-all <pattern> <folder>`: every file that matches, under its whole name. */
export async function storeGetAll(pattern: string, folder: string, flags: FleetOptions): Promise<void> {
  await withStore(pattern, flags, 'events', async ({ store, name }, { clock, emit, signal, print }) => {
    const files = await filesMatching(store, name, signal);
    const got = await getFiles(store, files, { folder, label: pattern }, { clock, emit, signal });
    print(gotText(got, folder), { folder, files: got.files, total_bytes: got.totalBytes, left: got.left });
  });
}
