/** One thing in a folder, here or on a device. */
export interface TreeEntry {
  /** Relative to the folder, with `/`. */
  path: string;
  kind: 'file' | 'folder' | 'link' | 'other';
  /** Permission bits, as chmod takes them. */
  mode: number;
  sizeBytes: number;
  /** Seconds since 1970 with nine decimals, `1700000000.123456789`; without them where the device has none. */
  modifiedAt: string;
  /** Where a link points; null of all else. */
  target: string | null;
}

/** What is sent: a folder of this machine, whole or some folders of it. */
export interface SyncSource {
  folder: string;
  /** Folders of it that are looked at, here and on the device; `.` is all of it. */
  roots: readonly string[];
}

/** Names that are neither sent nor removed, at any depth: histories, private things, what is made from other files. */
export const leftOutNames: readonly string[] = ['.git', '.collab', 'node_modules', '__pycache__'];

/**
 * Whether a path is left alone: one of `leftOutNames`, or on the device a name that is no UTF-8, which could not be
 * named back to it.
 */
export function isLeftOut(path: string): boolean {
  return path.includes('\ufffd') || path.split('/').some((name) => leftOutNames.includes(name));
}

/** Permission bits that are kept: what sets user, group or stickiness is not. */
export const permissionBits = 0o777;
