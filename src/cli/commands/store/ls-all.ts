import { filesMatching } from '../../../index.js';
import { type FleetOptions, withStore } from '../../session/index.js';
import { fileResult, filesText } from '../../text/index.js';

/** `collab store ls-all [pattern]`: files, sorted by name. */
export async function storeLsAll(pattern: string | undefined, flags: FleetOptions): Promise<void> {
  await withStore(pattern ?? '', flags, 'result', async ({ store, name }, { signal, print }) => {
    const files = await filesMatching(store, name, signal);
    print(filesText(files, store.keepsVersions), { place: store.place, files: files.map(fileResult) });
  });
}
