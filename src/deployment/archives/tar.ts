import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CollabError, ExitCode } from '../../errors.js';

/**
 * A file of a build context, from a path of this machine or from memory. `name` is its path in the tar, with `/`. With
 * `sha256` (hex), packing fails when the content has changed since.
 */
export type TarFile = {
  name: string;
  executable?: boolean;
  /** Permissions, e.g. `0o600`; default 777 for executable files, otherwise 666. They are not part of a content hash. */
  mode?: number;
} & ({ path: string; sha256?: string } | { content: string });

export interface TarStyle {
  /** Only these folders and what is below them is written, not the folders above. */
  below?: readonly string[];
  /** Whether folders have entries of their own. Default: yes. */
  folders?: boolean;
  owner?: { uid: number; gid: number };
  folderMode?: number;
  mtime?: Date;
}

/**
 * A tar with the same bytes for the same content: sorted by name, times at zero, owner root, modes normalized.
 * Folders and files may be written by any user in the image, since a role runs under the login's uid.
 */
export async function tarOf(
  files: readonly TarFile[],
  {
    below = [],
    folders = true,
    owner = { uid: 0, gid: 0 },
    folderMode = 0o777,
    mtime = new Date(0),
  }: TarStyle = {},
): Promise<Readable> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  const write = async () => {
    for (const folder of folders ? foldersOf(files) : []) {
      if (below.some((top) => top.startsWith(`${folder}/`))) continue;
      tar.entry({ name: folder, type: 'directory', mode: folderMode, mtime, ...owner });
    }
    for (const file of [...files].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const mode = file.mode ?? (file.executable === true ? 0o777 : 0o666);
      const header = { name: file.name, mode, mtime, ...owner };
      if ('content' in file) {
        tar.entry(header, file.content);
        continue;
      }
      const { size } = await stat(file.path);
      const hash = createHash('sha256');
      const bytes = createReadStream(file.path).on('data', (chunk) => hash.update(chunk));
      await pipeline(bytes, tar.entry({ ...header, size }));
      if (file.sha256 !== undefined && file.sha256 !== hash.digest('hex')) throw changed(file.path);
    }
    tar.finalize();
  };
  write().catch((error: unknown) => {
    tar.destroy(error as Error);
  });
  return tar as unknown as Readable;
}

function changed(path: string): CollabError {
  return new CollabError('file-changed', {
    what: `${path} was changed while its image was being built.`,
    why: 'The content of the image would not match its tag.',
    next: 'Run again, and do not change the files until the first trial has started.',
    exitCode: ExitCode.usage,
  });
}

/** Reads a tar to its end and calls `take` for each regular file; content that `take` does not read is skipped. */
export async function eachTarFile(
  tar: Readable,
  take: (name: string, content: Readable) => Promise<void>,
): Promise<void> {
  const { extract } = await import('tar-stream');
  const files = extract();
  const read = async () => {
    for await (const entry of files) {
      if (entry.header.type === 'file') await take(entry.header.name, entry as unknown as Readable);
      (entry as unknown as Readable).resume();
    }
  };
  await Promise.all([pipeline(tar, files as unknown as Writable), read()]);
}

/** An entry of a tar. Its content must be read or skipped (`resume`) before the next entry is available. */
export interface TarEntry {
  /** As the tar has it, unchecked. */
  name: string;
  /** `file`, `directory`, `symlink`, `link` (a second name of a file), `character-device` and so on. */
  type: string;
  sizeBytes: number;
  linkName: string | null;
  content: Readable;
}

interface RawHeader {
  name: string;
  type: string | null;
  size: number;
  linkname?: string | null;
}

/** Reads a tar, entry by entry. Throws on a damaged or truncated tar. */
export async function* tarEntries(tar: Readable): AsyncGenerator<TarEntry> {
  const { extract } = await import('tar-stream');
  const entries = extract();
  const feeding = pipeline(tar, entries as unknown as Writable);
  feeding.catch(() => undefined);
  for await (const entry of entries) {
    // The library's types omit that the type can be unknown and that most entries are not links.
    const { name, type, size, linkname } = entry.header as RawHeader;
    const content = entry as unknown as Readable;
    yield { name, type: type ?? 'unknown', sizeBytes: size, linkName: linkname ?? null, content };
  }
  await feeding;
}

/** Every folder above the files, parents first. */
function foldersOf(files: readonly TarFile[]): string[] {
  const folders = new Set<string>();
  for (const { name } of files) {
    const parts = name.split('/').slice(0, -1);
    parts.forEach((_, depth) => folders.add(parts.slice(0, depth + 1).join('/')));
  }
  return [...folders].sort();
}

/** The content of a file, from memory or from disk. */
export async function contentOf(file: TarFile): Promise<string | Buffer> {
  return 'content' in file ? file.content : readFile(file.path);
}
