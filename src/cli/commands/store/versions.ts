import { type FleetOptions, withStore } from '../../session/index.js';
import { fileResult, versionsText } from '../../text/index.js';
import { versionsOf } from '../../../index.js';

/** `collab store versions <name>`: the versions that are kept, the newest first. */
export async function storeVersions(typed: string, flags: FleetOptions): Promise<void> {
  await withStore(typed, flags, 'result', async ({ store, name }, { say, print }) => {
    const versions = await versionsOf(store, name);
    if (!store.keepsVersions) say(`note: ${store.place} keeps the newest version only.`);
    print(versionsText(versions), {
      name,
      keeps_versions: store.keepsVersions,
      versions: versions.map(fileResult),
    });
  });
}
