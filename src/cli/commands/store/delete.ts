import { planRemoval, removeFiles } from '../../../index.js';
import { agrees, type FleetOptions, withStore } from '../../session/index.js';
import { removedText } from '../../text/index.js';

export interface DeleteFlags extends FleetOptions {
  recursive?: boolean;
  force?: boolean;
  yes?: boolean;
}

/** `collab store delete <name>`: a file with all its versions, or a folder. */
export async function storeDelete(typed: string, flags: DeleteFlags): Promise<void> {
  await withStore(typed, flags, 'result', async ({ store, fleet, name }, { signal, print }) => {
    const files = await planRemoval(store, name, {
      user: fleet?.user ?? null,
      force: flags.force === true,
      recursive: flags.recursive === true,
      signal,
    });
    const what = files.length === 1 ? name : `${name} (${files.length} entries)`;
    if (
      !(await agrees(flags.yes, `Deleting ${what} needs confirmation`, `Delete ${what} with all versions?`))
    )
      return;
    const versions = await removeFiles(store, files);
    print(removedText(files, versions), { name, removed: files.map((one) => one.name), versions });
  });
}
