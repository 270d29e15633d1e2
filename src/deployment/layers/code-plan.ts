export interface CodeLayer {
  /** `sha256:...` of its tar. */
  diffId: string;
  sizeBytes: number;
}

/** A version of an experiment's code, and its layers. */
export interface CodeRecord {
  /** Hash of it all, as in the tag. */
  hash: string;
  /** By path in the image: hash of the content, followed by `*` for executable files. */
  files: Readonly<Record<string, string>>;
  /** The layer of the wrapper, below the others, and the hash of its files. */
  wrapper: { hash: string } & CodeLayer;
  /** Bottom first: the whole folder, then changes. */
  layers: readonly CodeLayer[];
  /** Hashes of earlier versions, oldest first; their images can share layers with this one. */
  earlier: readonly string[];
}

/** Content of the next layer of code: everything, or the changes since `since`. */
export type CodePlan =
  | { kind: 'fresh' }
  | {
      kind: 'change';
      since: CodeRecord;
      write: readonly string[];
      /** Removed paths; a folder includes its content. */
      remove: readonly string[];
    };

/** Maximum number of layers of changes. */
export const mostChanges = 10;
/** When more than this share of the files has changed, a whole layer is made. */
const largestShare = 0.5;
/** Below this size, a whole layer is as fast as a layer of changes. */
const smallBytes = 512 << 10;

/** Decides between a whole layer and a layer of changes on top of those of `since`. */
export function planCode(
  { files, wrapperHash }: { files: Readonly<Record<string, string>>; wrapperHash: string },
  since: CodeRecord | null,
): CodePlan {
  if (since === null || since.layers.length > mostChanges) return { kind: 'fresh' };
  if (since.wrapper.hash !== wrapperHash) return { kind: 'fresh' };
  if ((since.layers[0]?.sizeBytes ?? 0) < smallBytes) return { kind: 'fresh' };
  const write = Object.keys(files)
    .filter((path) => files[path] !== since.files[path])
    .sort();
  const gone = Object.keys(since.files).filter((path) => !Object.hasOwn(files, path));
  const folders = foldersOf(Object.keys(files));
  const before = foldersOf(Object.keys(since.files));
  const turned = write.some((path) => before.has(path)) || gone.some((path) => folders.has(path));
  if (turned || write.length > largestShare * Object.keys(files).length) return { kind: 'fresh' };
  return { kind: 'change', since, write, remove: endings(gone, folders) };
}

/** For each removed file, its highest removed folder, or the file itself if its folder still exists. */
function endings(gone: readonly string[], folders: ReadonlySet<string>): string[] {
  return [
    ...new Set(
      gone.map((path) => {
        const parts = path.split('/');
        const at = parts.findIndex((_, depth) => !folders.has(parts.slice(0, depth + 1).join('/')));
        return parts.slice(0, at + 1).join('/');
      }),
    ),
  ].sort();
}

function foldersOf(paths: readonly string[]): Set<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    const parts = path.split('/').slice(0, -1);
    parts.forEach((_, depth) => folders.add(parts.slice(0, depth + 1).join('/')));
  }
  return folders;
}

/** The entry of a layer that removes a path of the layers below (OCI image-spec, layer.md: whiteouts). */
export function whiteout(path: string): string {
  const parts = path.split('/');
  return [...parts.slice(0, -1), `.wh.${parts.at(-1) ?? ''}`].join('/');
}
