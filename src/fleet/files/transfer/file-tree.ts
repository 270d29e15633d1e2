import type { NewFile } from '../file-store.js';

/** What a put sends: a file, or a folder with everything in it. */
export interface FileTree {
  files: readonly NewFile[];
  /** How many of them are files, and their bytes. */
  fileCount: number;
  totalBytes: number;
}

/** What has no content. */
export async function* noContent(): AsyncIterable<Uint8Array> {
  // Links and folders have none.
}

export function treeOf(sized: readonly { file: NewFile; sizeBytes: number }[]): FileTree {
  return {
    files: sized.map(({ file }) => file),
    fileCount: sized.filter(({ file }) => file.kind === 'file').length,
    totalBytes: sized.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

/** The name of what is at a path in a tree; `` is its root. */
export const nameIn = (root: string, path: string): string =>
  [root, path].filter((part) => part !== '').join('/');
