export interface CodeLayer {
  /** `sha256:...` of its tar. */
  diffId: string;
  sizeBytes: number;
}

/** The code of an image at one time, and the layers that it was put into. */
export interface CodeRecord {
  /** Hash of it all, as in the tag. */
  hash: string;
  /** Of each file, by its path in the image: hash of its content, `*` after it when it may be executed. */
  files: Readonly<Record<string, string>>;
  /** The layer of the wrapper, below the others, and the hash of its files. */
  wrapper: { hash: string } & CodeLayer;
  /** Bottom first: the folder as it was once, then what has changed since. */
  layers: readonly CodeLayer[];
  /** Hashes of the code before, oldest first: images of it may have layers that this has too. */
  earlier: readonly string[];
}

/** What the next layer of code holds: everything, or what has changed since `since`. */
export type CodePlan =
  | { kind: 'fresh' }
  | {
      kind: 'change';
      since: CodeRecord;
      write: readonly string[];
      /** Paths that end here; a folder goes with all that it held. */
      remove: readonly string[];
    };

/** So many layers of changes at most, one on the other. */
export const mostChanges = 10;
/** Changed files of more than this share of all, by their number, are not worth a layer of their own. */
const largestShare = 0.5;
/** Below so many bytes a whole layer is as quick as a change. */
const smallBytes = 512 << 10;

/** Whether the code becomes a layer of its own, or one with what has changed on top of those of `since`. */
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

/** The highest folder that is gone with a file, or the file itself where its folder stays. */
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

/** The entry of a layer that ends a path of the layers below (OCI image-spec, layer.md: whiteouts). */
export function whiteout(path: string): string {
  const parts = path.split('/');
  return [...parts.slice(0, -1), `.wh.${parts.at(-1) ?? ''}`].join('/');
}
