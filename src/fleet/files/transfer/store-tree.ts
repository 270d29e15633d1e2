import type { FileStore, FileVersion, NewFile } from '../file-store.js';
import { inParallel } from '../in-parallel.js';
import { type FileTree, nameIn, noContent, treeOf } from './file-tree.js';
import { linkStaysInside } from './inside.js';
import { notPut } from './local-tree.js';
import { lookUp } from './look-up.js';

/** Of files from programs that keep no modes. */
const usualModes = { file: 0o644, folder: 0o755, link: 0o777 };
const opensAtOnce = 16;

/**
 * A file or folder of a store, to be put elsewhere. The versions are those of now, and contents are read when their turn comes.
 * @param root the new name
 * @throws CollabError `store-no-file`, `store-not-put`, and those of `FileStore.list`
 */
export async function readStoreTree(
  store: FileStore,
  name: string,
  root: string,
  signal?: AbortSignal,
): Promise<FileTree> {
  const found = await lookUp(store, name, signal);
  const skipped = found.name === '' ? 0 : found.name.length + 1;
  const inside = ({ name: whole }: FileVersion) => (found.file === null ? whole.slice(skipped) : '');
  const leading = found.entries.filter(
    (entry) => entry.kind === 'link' && !linkStaysInside(inside(entry), entry.target ?? ''),
  );
  if (leading.length > 0)
    throw notPut(
      `${store.place}/${found.name}`,
      leading.map((entry) => `${inside(entry)}: the link leads out of the folder, to ${entry.target ?? ''}`),
    );
  const { entries } = found;
  const sized: { file: NewFile; sizeBytes: number }[] = [];
  await inParallel(entries, opensAtOnce, async (entry, index) => {
    const name = nameIn(root, inside(entry));
    sized[index] = { sizeBytes: entry.sizeBytes, file: await newFile(store, entry, name, signal) };
  });
  return treeOf(sized);
}

async function newFile(
  store: FileStore,
  entry: FileVersion,
  name: string,
  signal?: AbortSignal,
): Promise<NewFile> {
  const { kind, target, version } = entry;
  const open = () => store.open(entry.name, version, signal);
  // A listing of S3 does not tell modes. What was opened is what is read, even if it was replaced since.
  const opened = kind === 'file' && entry.mode === null ? await open() : null;
  const mode = entry.mode ?? opened?.file.mode ?? usualModes[kind];
  const content = async function* () {
    yield* (opened ?? (await open())).content();
  };
  return { name, kind, mode, target, content: kind === 'file' ? content : noContent };
}
