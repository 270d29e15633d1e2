import { mkdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { FileStore, FileVersion } from '../file-store.js';
import { noFile } from '../no-file.js';
import type { TransferContext } from './context.js';
import { writeWhole } from './write-file.js';

/** The line before each version, where several are in one file. */
function separatorOf({ name, version, owner, putAt, sizeBytes }: FileVersion): string {
  const time = `${putAt.toISOString().slice(0, 19)}Z`;
  return `--- ${name} version ${version}, ${owner}, ${time}, ${sizeBytes} bytes ---`;
}

/**
 * The last versions of a file, the oldest first, as it is read best: into one file with a line before each, or each into a file
 * of its own (`model.v3.pt`).
 * @returns the versions, the oldest first, with the file that each is in
 * @throws CollabError `store-no-file`, and those of `FileStore.open`
 */
export async function getVersions(
  store: FileStore,
  { name, count }: { name: string; count: number },
  out: { file: string } | { into: string },
  { signal }: Pick<TransferContext, 'signal'>,
): Promise<{ version: FileVersion; path: string }[]> {
  const kept = (await store.versions(name)).filter(({ kind }) => kind === 'file');
  if (kept.length === 0) throw noFile(store.place, name);
  const versions = kept.slice(0, count).reverse();
  if ('file' in out) {
    await writeWhole(out.file, joinedVersions(store, versions, signal), { mode: null, signal });
    return versions.map((version) => ({ version, path: out.file }));
  }
  await mkdir(out.into, { recursive: true });
  const got: { version: FileVersion; path: string }[] = [];
  for (const version of versions) {
    const extension = extname(name);
    const path = join(out.into, `${basename(name, extension)}.v${version.version}${extension}`);
    const opened = await store.open(version.name, version.version, signal);
    await writeWhole(path, opened.content(), { mode: opened.file.mode, signal });
    got.push({ version, path });
  }
  return got;
}

/** All of them as one text. A version that does not end its last line gets a line end, so that the next line stands alone. */
export async function* joinedVersions(
  store: FileStore,
  versions: readonly FileVersion[],
  signal?: AbortSignal,
): AsyncIterable<Uint8Array> {
  for (const version of versions) {
    yield Buffer.from(`${separatorOf(version)}\n`);
    let last: number | undefined;
    const opened = await store.open(version.name, version.version, signal);
    for await (const chunk of opened.content()) {
      yield chunk;
      last = chunk.at(-1) ?? last;
    }
    if (last !== undefined && last !== 0x0a) yield Buffer.from('\n');
  }
}
