import { countFiles } from '../../../index.js';
import { type FleetOptions, withStore } from '../../session/index.js';
import { countText } from '../../text/index.js';

/** `collab store count [pattern]`: how many files there are, and their bytes. */
export async function storeCount(pattern: string | undefined, flags: FleetOptions): Promise<void> {
  await withStore(pattern ?? '', flags, 'result', async ({ store, name }, { signal, print }) => {
    const count = await countFiles(store, name, signal);
    const { files, folders, links, bytes } = count;
    print(countText(count), { files, folders, links, total_bytes: bytes });
  });
}
