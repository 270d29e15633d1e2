import { plainText } from '../../../errors.js';

/** What the directory of a zip file says of an entry. */
export interface ListedEntry {
  name: string;
  /** Of a Unix file: its type and permissions; 0 where the zip file does not say them. */
  unixMode: number;
  isEncrypted: boolean;
  /** 0: stored, 8: deflated. */
  method: number;
  sizeBytes: number;
  /** Where it lies in the zip file: the least that it takes there. */
  start: number;
  leastEnd: number;
}

/** A file or folder of a zip file. */
export interface PlannedEntry<Entry> {
  /** `` for the root. */
  path: string;
  kind: 'file' | 'folder';
  mode: number;
  entry: Entry;
}

/** What cannot be taken out of a zip file, in one sentence without its end. */
export class ZipFault extends Error {}

export const maxEntries = 1_000_000;
const maxTotalBytes = 20e9;
/** A smaller one is no bomb, however well it is compressed. */
const harmlessBytes = 100e6;
const maxRatio = 200;
/** What Finder of macOS adds to each zip file. */
const macFolder = '__MACOSX';
const fileTypes: Readonly<Record<number, string>> = {
  0o120000: 'a symbolic link',
  0o010000: 'a named pipe',
  0o020000: 'a device',
  0o060000: 'a device',
  0o140000: 'a socket',
};
const folderType = 0o040000;

/**
 * The files and folders of a zip file, in its order. If everything is in one folder, that folder is the root.
 * @throws ZipFault if anything in it is not safe or cannot be read: nothing of a zip file is left out without a word
 */
export function planZip<Entry extends ListedEntry>(
  entries: readonly Entry[],
  zipBytes: number,
): PlannedEntry<Entry>[] {
  checkSizes(entries, zipBytes);
  const planned = entries
    .map((entry) => ({ ...kindOf(entry), path: pathOf(entry.name), entry }))
    .filter(({ path }) => path !== macFolder && !path.startsWith(`${macFolder}/`));
  checkPaths(planned);
  if (!planned.some(({ kind }) => kind === 'file')) throw new ZipFault('it has no files');
  const top = topFolder(planned);
  return planned
    .filter(({ path }) => path !== '')
    .map((one) => ({ ...one, path: top === null ? one.path : one.path.slice(top.length + 1) }));
}

function checkSizes(entries: readonly ListedEntry[], zipBytes: number): void {
  const totalBytes = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const total = `it would take ${(totalBytes / 1e9).toFixed(1)} GB`;
  if (totalBytes > maxTotalBytes)
    throw new ZipFault(`${total}, and at most ${maxTotalBytes / 1e9} GB are allowed`);
  if (totalBytes > harmlessBytes && totalBytes > maxRatio * zipBytes)
    throw new ZipFault(`${total}, which is more than ${maxRatio} times the size of the zip file`);
  const placed = [...entries].sort((a, b) => a.start - b.start);
  for (const [at, entry] of placed.entries())
    if (entry.leastEnd > (placed[at + 1]?.start ?? zipBytes))
      throw new ZipFault(`${shown(entry.name)} shares its bytes with what comes after it`);
}

function kindOf({ name, unixMode, isEncrypted, method, sizeBytes }: ListedEntry): {
  kind: 'file' | 'folder';
  mode: number;
} {
  const type = unixMode & 0o170000;
  const special = fileTypes[type];
  if (special !== undefined) throw new ZipFault(`${shown(name)} is ${special}`);
  if (isEncrypted) throw new ZipFault(`${shown(name)} is encrypted`);
  const isFolder = name.endsWith('/') || type === folderType;
  if (isFolder && sizeBytes > 0) throw new ZipFault(`${shown(name)} is a folder, and has content`);
  if (!isFolder && method !== 0 && method !== 8)
    throw new ZipFault(`${shown(name)} is compressed by method ${method}, and only deflate (8) is known`);
  const permissions = unixMode & 0o777;
  // The owner can always read: a task needs its files.
  if (isFolder) return { kind: 'folder', mode: permissions === 0 ? 0o755 : permissions | 0o700 };
  return { kind: 'file', mode: permissions === 0 ? 0o644 : permissions | 0o400 };
}

function pathOf(name: string): string {
  const fault = faultOf(name);
  if (fault !== null) throw new ZipFault(`the name ${shown(name)} ${fault}`);
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

function faultOf(name: string): string | null {
  if (name === '') return 'is empty';
  if (name.includes('\ufffd')) return 'is not valid UTF-8';
  if (/[\x00-\x1f\x7f-\x9f]/.test(name)) return 'has control characters';
  if (name.includes('\\')) return 'has a backslash';
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'is not relative';
  const parts = name.replace(/\/$/, '').split('/');
  if (parts.includes('..')) return 'has a part ".."';
  return parts.includes('') ? 'has an empty part' : null;
}

function checkPaths(planned: readonly { path: string; kind: string }[]): void {
  const kinds = new Map<string, string>();
  for (const { path, kind } of planned) {
    if (kinds.has(path) && path !== '') throw new ZipFault(`${shown(path)} is there twice`);
    kinds.set(path, kind);
  }
  for (const path of kinds.keys())
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      if (kinds.get(path.slice(0, end)) === 'file')
        throw new ZipFault(`${shown(path.slice(0, end))} is both a file and a folder`);
}

/** The folder that holds everything; null if there is none. */
function topFolder(planned: readonly { path: string; kind: string }[]): string | null {
  const tops = new Set(planned.map(({ path }) => path.split('/', 1)[0] ?? '').filter((top) => top !== ''));
  const [top] = tops;
  const isFile = planned.some(({ path, kind }) => path === top && kind === 'file');
  return tops.size === 1 && top !== undefined && !isFile ? top : null;
}

const shown = (name: string): string =>
  plainText(JSON.stringify(name.length <= 80 ? name : `${name.slice(0, 77)}...`));
