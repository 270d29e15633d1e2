import { posix } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { isExcluded, type TreeEntry } from './tree.js';

/** One change on a device. */
export type SyncStep =
  | { kind: 'folder'; path: string; mode: number }
  | {
      kind: 'file';
      path: string;
      why: 'new' | 'changed';
      sizeBytes: number;
      mode: number;
      modifiedAt: string;
    }
  | { kind: 'link'; path: string; why: 'new' | 'changed'; target: string }
  /** The content is the same; the mode or the time differs. */
  | { kind: 'attributes'; path: string; mode: number; modifiedAt: string | null }
  /** `inTheWay` is removed first, because an entry of another kind replaces it. */
  | { kind: 'remove'; path: string; folder: boolean; inTheWay: boolean };

export interface SyncPlan {
  steps: SyncStep[];
  /** Total bytes of the files to send. */
  totalBytes: number;
  /** Files and links that are already up to date. */
  unchanged: number;
}

/** Files with the same size and different times, whose contents must be compared. */
export function filesToCompare(local: readonly TreeEntry[], remote: readonly TreeEntry[]): string[] {
  const there = new Map(remote.map((entry) => [entry.path, entry]));
  return local.flatMap((entry) => {
    const other = there.get(entry.path);
    const isUncertain =
      entry.kind === 'file' &&
      other?.kind === 'file' &&
      entry.sizeBytes === other.sizeBytes &&
      entry.modifiedAt !== other.modifiedAt;
    return isUncertain ? [entry.path] : [];
  });
}

/**
 * The changes that make the device's folder equal to the local one.
 * @param same paths of compared files with the same content
 * @throws CollabError `sync-in-the-way` if this requires a removal that was not requested
 */
export function planSync(
  local: readonly TreeEntry[],
  remote: readonly TreeEntry[],
  same: ReadonlySet<string>,
  { remove }: { remove: boolean },
): SyncPlan {
  const ours = new Map(local.map((entry) => [entry.path, entry]));
  const theirs = new Map(remote.map((entry) => [entry.path, entry]));
  const steps: SyncStep[] = [];
  const blocked = new Set<string>();
  let unchanged = 0;
  for (const entry of local) {
    const there = theirs.get(entry.path);
    const clash = there !== undefined && (entry.kind === 'folder') !== (there.kind === 'folder');
    if (clash) blocked.add(entry.path);
    const step = stepFor(entry, clash ? undefined : there, same);
    if (step) steps.push(step);
    if (entry.kind !== 'folder' && (step === null || step.kind === 'attributes')) unchanged += 1;
  }
  const removals = removalsOf(remote, ours, blocked);
  const stuck = [...blocked].filter((path) => !removals.some((step) => step.path === path));
  if (blocked.size > 0 && (!remove || stuck.length > 0)) throw inTheWay(remove ? stuck : [...blocked]);
  const first = removals.filter((step) => step.inTheWay);
  const last = remove ? removals.filter((step) => !step.inTheWay) : [];
  const totalBytes = steps.reduce((sum, step) => sum + (step.kind === 'file' ? step.sizeBytes : 0), 0);
  return { steps: [...first, ...steps, ...last], totalBytes, unchanged };
}

function stepFor(entry: TreeEntry, there: TreeEntry | undefined, same: ReadonlySet<string>): SyncStep | null {
  const { path, mode, sizeBytes, modifiedAt } = entry;
  const why = there ? 'changed' : 'new';
  if (entry.kind === 'folder') {
    if (!there) return { kind: 'folder', path, mode };
    return there.mode === mode ? null : { kind: 'attributes', path, mode, modifiedAt: null };
  }
  if (entry.kind === 'link') {
    const { target } = entry;
    return there?.target === target ? null : { kind: 'link', path, why, target: target ?? '' };
  }
  const sameTime = there?.modifiedAt === modifiedAt;
  const sameContent = there?.kind === 'file' && there.sizeBytes === sizeBytes && (sameTime || same.has(path));
  if (!sameContent) return { kind: 'file', path, why, sizeBytes, mode, modifiedAt };
  // A device with busybox stores whole seconds, so the time cannot be set more precisely.
  const asGood = sameTime || there.modifiedAt === modifiedAt.split('.', 1)[0];
  return asGood && there.mode === mode ? null : { kind: 'attributes', path, mode, modifiedAt };
}

type Removal = Extract<SyncStep, { kind: 'remove' }>;

/** The entries that exist on the device only, children first. A folder with an excluded name in it is kept. */
function removalsOf(
  remote: readonly TreeEntry[],
  ours: ReadonlyMap<string, TreeEntry>,
  blocked: ReadonlySet<string>,
): Removal[] {
  const protectedFolders = new Set(
    remote.filter(({ path }) => isExcluded(path)).flatMap(({ path }) => foldersAbove(path)),
  );
  return remote
    .filter(
      ({ path }) =>
        !isExcluded(path) && !protectedFolders.has(path) && (!ours.has(path) || blocked.has(path)),
    )
    .sort((a, b) => (a.path < b.path ? 1 : -1))
    .map(({ path, kind }) => ({
      kind: 'remove',
      path,
      folder: kind === 'folder',
      inTheWay: [path, ...foldersAbove(path)].some((one) => blocked.has(one)),
    }));
}

function foldersAbove(path: string): string[] {
  const above = posix.dirname(path);
  return above === '.' ? [] : [above, ...foldersAbove(above)];
}

function inTheWay(paths: readonly string[]): CollabError {
  return new CollabError('sync-in-the-way', {
    what: `On the device, ${paths.join(', ')} ${paths.length === 1 ? 'is' : 'are'} of another kind. Nothing was sent.`,
    why: 'A file cannot replace an existing folder, and a folder cannot replace an existing file or link.',
    next: `Check it on the device. --delete removes it, unless it contains a name that collab excludes.`,
    exitCode: ExitCode.usage,
  });
}
