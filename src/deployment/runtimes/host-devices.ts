import { programText } from '../../package-folder.js';
import type { Shell } from '../../network/index.js';

/** A device file of a host, or a folder of them. */
interface HostNode {
  kind: 'character' | 'block' | 'folder' | 'other';
  /** Permissions. */
  mode: number;
  uid: number;
  gid: number;
  /** Whether the login itself may read it, and write to it if it is no block device. */
  opens: boolean;
}

/** What exists on a device of the paths that were asked for: the path itself first, then the device files below it. */
export type HostDevices = ReadonlyMap<string, readonly HostNode[]>;

const kinds = ['character', 'block', 'folder', 'other'] as const;

/** Looks at device files on a device; a path that does not exist is not in the answer. */
export async function lookAtHostDevices(shell: Shell, paths: readonly string[]): Promise<HostDevices> {
  const found = new Map<string, HostNode[]>();
  if (paths.length === 0) return found;
  const script = programText('deployment/runtimes/host-devices.sh');
  const { stdout } = await shell.exec(['sh', '-c', script, 'sh', ...new Set(paths)]);
  for (const line of stdout.split('\n')) {
    const [path = '', kindText = '', rights = '', may] = line.split('\t');
    const kind = kinds.find((one) => one === kindText);
    if (kind === undefined) continue;
    const [mode = '', uid = '', gid = ''] = rights.split(' ');
    const node = {
      kind,
      mode: parseInt(mode, 8) || 0,
      uid: Number(uid),
      gid: Number(gid),
      opens: may === 'yes',
    };
    found.set(path, [...(found.get(path) ?? []), node]);
  }
  return found;
}

/**
 * Why a role cannot use a device file; null when it can.
 * @param as who opens it: the login itself, or its uid in a container with the groups that own the file
 */
export function judgeHostDevice(
  path: string,
  devices: HostDevices,
  as: { login: true } | { login: false; uid: number },
): string | null {
  const [first, ...below] = devices.get(path) ?? [];
  if (first === undefined) return `has no ${path}`;
  const opens = (node: HostNode) => (as.login ? node.opens : opensByGroup(node, as.uid));
  if (first.kind === 'folder') {
    if (below.length === 0) return `has no device file in ${path}`;
    if (below.some(opens)) return null;
    return `does not let the role open any device file in ${path}; a udev rule can give them a group`;
  }
  if (first.kind === 'other') return `has ${path}, which is no device file`;
  if (opens(first)) return null;
  const mode = first.mode.toString(8).padStart(3, '0');
  return `does not let the role open ${path} (mode ${mode}, user ${first.uid}, group ${first.gid}); a udev rule can give it a group`;
}

/** Ids of the groups that give rights to device files. The group root would give more than that. */
export function groupsOfHostDevices(devices: HostDevices): string[] {
  const nodes = [...devices.values()].flat().filter(({ kind }) => kind === 'character' || kind === 'block');
  const owners = nodes.filter(({ gid, mode }) => gid > 0 && (mode & 0o060) !== 0);
  return [...new Set(owners.map(({ gid }) => String(gid)))].sort();
}

/** To read, and to write as well unless it is a block device, which may be read-only. */
function opensByGroup({ kind, mode, uid, gid }: HostNode, loginUid: number): boolean {
  const needed = kind === 'block' ? 0o4 : 0o6;
  const has = (rights: number) => (rights & needed) === needed;
  if (loginUid === 0 || uid === loginUid) return has(mode >> 6);
  return (gid > 0 && has(mode >> 3)) || has(mode);
}
