/** An entry of a folder, on this machine or on a device. */
export interface TreeEntry {
  /** Relative to the folder, with `/`. */
  path: string;
  kind: 'file' | 'folder' | 'link' | 'other';
  /** Permission bits, as chmod takes them. */
  mode: number;
  sizeBytes: number;
  /** Seconds since 1970 with nine decimals, `1700000000.123456789`; whole seconds if the device has no fractions. */
  modifiedAt: string;
  /** The target of a link; null for other kinds. */
  target: string | null;
}

/** What to send: a local folder, all or parts of it. */
export interface SyncSource {
  folder: string;
  /** The folders in it to compare; `.` is all of it. */
  roots: readonly string[];
}

/** Names that are neither sent nor removed, at any depth: version control, private and generated files. */
export const excludedNames: readonly string[] = ['.git', '.collab', 'node_modules', '__pycache__'];

/**
 * Whether a path is excluded: it contains one of `excludedNames`, or (on the device) a name that is not valid UTF-8, which
 * cannot be passed back to it.
 */
export function isExcluded(path: string): boolean {
  return path.includes('\ufffd') || path.split('/').some((name) => excludedNames.includes(name));
}

/** The permission bits to keep, without setuid, setgid and sticky. */
export const permissionBits = 0o777;
