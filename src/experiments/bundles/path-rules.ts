import { isUtf8 } from '../../workspace/index.js';

const maxPathLength = 1000;
/** Of the usual file systems. */
const maxNameBytes = 255;
/** Folders whose content makes other programs run something, or that are collab's own. */
const forbidden = /^(?:\.git|git~\d+|\.hg|\.svn|\.collab)$/;
/** Control characters, halves of surrogate pairs, and marks that turn the direction of text. */
const unprintable = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

/** Why a path may not be in a bundle; null if it may. Paths are relative, with `/`. */
export function pathFault(path: string): string | null {
  if (path.length > maxPathLength) return `is longer than ${maxPathLength} characters`;
  if (!isUtf8(path)) return 'is not valid UTF-8';
  if (unprintable.test(path)) return 'has control characters';
  if (path.includes('\\')) return 'has a backslash';
  if (path.startsWith('/')) return 'is absolute';
  for (const part of path.split('/')) {
    if (part === '') return 'has an empty part';
    if (/^[. ]+$/.test(part)) return 'has a part of dots only';
    if (/^[A-Za-z]:/.test(part)) return 'names a drive';
    if (Buffer.byteLength(part) > maxNameBytes) return `has a name of more than ${maxNameBytes} bytes`;
    if (forbidden.test(folded(part))) return `has a part ${JSON.stringify(part)}`;
  }
  return null;
}

/**
 * Why some paths cannot all be unpacked on every machine: one twice, a file that is a folder too, or two that differ by
 * case or by the form of their Unicode characters only. Null if they can.
 */
export function collisionIn(paths: readonly string[]): string | null {
  const seen = new Map<string, { path: string; isFile: boolean }>();
  const take = (path: string, isFile: boolean): string | null => {
    const key = folded(path);
    const before = seen.get(key);
    if (before === undefined) {
      seen.set(key, { path, isFile });
      return null;
    }
    if (before.path !== path)
      return `${JSON.stringify(before.path)} and ${JSON.stringify(path)} are one name on some machines`;
    if (before.isFile !== isFile) return `${JSON.stringify(path)} is a file and a folder`;
    return isFile ? `${JSON.stringify(path)} is there twice` : null;
  };
  for (const path of paths) {
    const parts = path.split('/');
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const found = take(parts.slice(0, depth).join('/'), depth === parts.length);
      if (found !== null) return found;
    }
  }
  return null;
}

const folded = (path: string): string => path.normalize('NFKC').toLowerCase().normalize('NFKC');
