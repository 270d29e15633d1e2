import { CollabError, ExitCode, plainText } from '../../errors.js';
import { programText } from '../../package-folder.js';
import type { Shell } from '../shell/index.js';
import { excludedNames, permissionBits, type TreeEntry } from './tree.js';

/** The current contents of the destination folder on a device. */
export interface RemoteTree {
  /** Absolute path of the folder. */
  folder: string;
  home: string;
  exists: boolean;
  /** First line of `rsync --version` on the device; empty without rsync. */
  rsync: string;
  entries: TreeEntry[];
}

const timeoutMs = 300_000;

const listTree = programText('network/sync/list-tree.sh');

/**
 * Reads a folder on a device with one command. `to` is absolute, or relative to the login's home.
 * @throws CollabError `sync-unreadable` if the device cannot list it.
 */
export async function readRemoteTree(
  shell: Shell,
  to: string,
  roots: readonly string[],
  signal?: AbortSignal,
): Promise<RemoteTree> {
  const options = { timeoutMs, ...(signal && { signal }) };
  const { code, stdout, stderr } = await shell.exec(
    ['sh', '-c', listTree, 'sh', to, excludedNames.join(' '), ...roots],
    options,
  );
  if (code !== 0) {
    throw new CollabError('sync-unreadable', {
      what: `The folder ${to} on the device cannot be read.`,
      why: plainText(stderr.trim()),
      next: 'Choose another folder with --to, or give this login permission to read all of it.',
      exitCode: ExitCode.deviceUnreachable,
    });
  }
  return parseRemoteTree(stdout);
}

/** Parses the output of list-tree.sh. */
export function parseRemoteTree(printed: string): RemoteTree {
  const [folder = '', home = '', rsync = '', state = '', ...rest] = printed.split('\0');
  const end = rest.indexOf('links');
  const records = end < 0 ? [] : rest.slice(0, end);
  const pairs = end < 0 ? [] : rest.slice(end + 1, -1);
  const targets = new Map<string, string>();
  for (let index = 0; index + 1 < pairs.length; index += 2)
    targets.set(nameOf(pairs[index] ?? ''), pairs[index + 1] ?? '');
  const entries = records.flatMap((record) => entryOf(record, targets));
  return { folder, home, exists: state === 'present', rsync, entries };
}

function entryOf(record: string, targets: ReadonlyMap<string, string>): TreeEntry[] {
  const match = /^([0-9a-f]+) (\d+) (-?[\d.]+) ([^]*)$/.exec(record);
  if (!match) return [];
  const [, bits = '', size = '', modifiedAt = '', name = ''] = match;
  const path = nameOf(name);
  if (path === '.') return [];
  const raw = Number.parseInt(bits, 16);
  const kind = kindOf(raw);
  const sizeBytes = kind === 'file' ? Number(size) : 0;
  // A folder may inherit setgid from its parent; chmod with an octal mode does not remove it.
  const mode = raw & (kind === 'folder' ? permissionBits : 0o7777);
  return [{ path, kind, mode, sizeBytes, modifiedAt, target: targets.get(path) ?? null }];
}

/** See inode(7), the file type component. */
function kindOf(raw: number): TreeEntry['kind'] {
  switch (raw & 0o170000) {
    case 0o100000:
      return 'file';
    case 0o040000:
      return 'folder';
    case 0o120000:
      return 'link';
    default:
      return 'other';
  }
}

function nameOf(path: string): string {
  return path.startsWith('./') ? path.slice(2) : path;
}
