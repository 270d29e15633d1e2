import { type Broker, openStore, removeFiles } from '../fleet/index.js';

const atOnce = 1000;

/** Removes what the store has of a user's job. Its content goes later, as that of all files. */
export async function removeJobFiles(
  broker: Broker,
  member: { id: string; name: string },
  { owner, folder }: { owner: string; folder: string },
  signal: AbortSignal,
): Promise<void> {
  const store = await openStore(broker, { kind: 'member', ...member, jobsOf: owner });
  let files: Parameters<typeof removeFiles>[1][number][] = [];
  for await (const file of store.list(folder, signal)) {
    files.push(file);
    if (files.length < atOnce) continue;
    await removeSome();
  }
  await removeSome();

  async function removeSome(): Promise<void> {
    signal.throwIfAborted();
    await removeFiles(store, files);
    files = [];
  }
}
