import { chmod, copyFile, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { checkBaseFile } from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { RunRecord } from '../../logs/index.js';
import type { Workspace } from '../../workspace/index.js';
import { type FolderExperiment, readFolder } from '../definition/index.js';
import { type Asks, asksOf } from './asks.js';
import { badBundle, bundleLimits, type BundleManifest, imagesEntry } from './bundle-file.js';
import { checkRun } from './check-run.js';
import { clone, isGitAddress } from './clone.js';
import type { BundleEvent } from './events.js';
import { findExperiment } from './find-experiment.js';
import { collisionIn, pathFault } from './path-rules.js';
import { readBundle } from './read-bundle.js';

/** Something to import: checked, unpacked in a temporary folder, and not in the workspace yet. Dispose of it at the end. */
export interface OpenedSource extends AsyncDisposable {
  from: 'bundle' | 'folder' | 'git';
  /** What `--trust` names: of the file, or the id of the experiment of a folder or of a repository. */
  hash: string;
  commit: string | null;
  made: BundleManifest['made'] | null;
  experiment: FolderExperiment;
  asks: Asks;
  run: { record: RunRecord; folder: string } | null;
  /** The file of images, and the names of what is in it. */
  images: { file: string; refs: string[] } | null;
  files: number;
  sizeBytes: number;
}

export interface SourceRequest {
  workspace: Workspace;
  /** A file, a folder, or the address of a git repository. */
  source: string;
  /** Folder of the experiment, where there are several. */
  path: string | undefined;
  env: NodeJS.ProcessEnv;
  emit: Emit<BundleEvent>;
  signal: AbortSignal;
}

/**
 * Fetches and checks all of what is to be imported, in a temporary folder below `.collab/`.
 * @throws CollabError `bad-bundle`, `nothing-there`, and those of cloning and of reading an experiment
 */
export async function openSource(request: SourceRequest): Promise<OpenedSource> {
  const folder = await mkdtemp(join(await request.workspace.openPrivate(), 'import-'));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    const opened = await fetchInto(folder, request);
    request.signal.throwIfAborted();
    return { ...opened, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

type Opened = Omit<OpenedSource, keyof AsyncDisposable>;

async function fetchInto(folder: string, request: SourceRequest): Promise<Opened> {
  const { source, path, env, emit, signal } = request;
  const local = resolve(source);
  const found = await stat(local).catch(() => null);
  if (found?.isFile() === true) {
    emit({ kind: 'bundle.checking', file: local, size_bytes: found.size });
    return ofBundle(local, folder, signal);
  }
  if (found?.isDirectory() === true) return ofFolder(await findExperiment(local, path), folder, null);
  if (!isGitAddress(source)) throw nothingThere(source);
  emit({ kind: 'bundle.cloning', address: source });
  const copy = join(folder, 'clone');
  const commit = await clone(source, copy, env, signal);
  return ofFolder(await findExperiment(copy, path), folder, commit);
}

async function ofBundle(file: string, folder: string, signal: AbortSignal): Promise<Opened> {
  const { manifest, sha256 } = await readBundle(file, folder, bundleLimits, signal);
  const experiment = await readFolder(join(folder, 'experiment')).catch((error: unknown) => {
    if (error instanceof CollabError && error.name === 'experiment-missing')
      throw badBundle('it has no experiment.yaml');
    throw error;
  });
  const listed = manifest.entries.flatMap(({ path }) =>
    path.startsWith('experiment/') ? [path.slice('experiment/'.length)] : [],
  );
  const foreign = listed.find((path) => !experiment.files.includes(path));
  if (foreign !== undefined) throw badBundle(`${JSON.stringify(foreign)} does not belong to its experiment`);
  if (experiment.name !== manifest.experiment.name || experiment.id !== manifest.experiment.id)
    throw badBundle('its experiment is not the one that its manifest names');
  const run = join(folder, 'run');
  const record = await checkRun(run, manifest);
  const images = manifest.entries.some(({ path }) => path === imagesEntry) ? join(folder, imagesEntry) : null;
  const refs =
    images === null ? [] : (await checkBaseFile(images, signal)).manifest.bases.map(({ ref }) => ref);
  const hashes = new Map(manifest.asks.data.map(({ path, hash }) => [path, hash]));
  return {
    from: 'bundle',
    hash: sha256,
    commit: null,
    made: manifest.made,
    experiment,
    // What the experiment asks for is read from it: its manifest may say anything.
    asks: asksOf(experiment.definition, (path) => hashes.get(path) ?? null),
    run: record && { record, folder: run },
    images: images === null ? null : { file: images, refs },
    files: manifest.entries.length,
    sizeBytes: manifest.entries.reduce((sum, one) => sum + one.size_bytes, 0),
  };
}

/** Copies the files of an experiment, without its data and without links: a link inside is copied as its file. */
async function ofFolder(home: string, folder: string, commit: string | null): Promise<Opened> {
  const { files, id } = await readFolder(home);
  for (const file of files) {
    const fault = pathFault(file);
    if (fault !== null) throw badName(`the name ${JSON.stringify(file)} ${fault}`);
  }
  const collision = collisionIn(files);
  if (collision !== null) throw badName(collision);
  const copy = join(folder, 'experiment');
  let sizeBytes = 0;
  for (const file of files) {
    const to = join(copy, file);
    await mkdir(dirname(to), { recursive: true });
    await copyFile(join(home, file), to);
    const { mode, size } = await stat(to);
    await chmod(to, (mode & 0o100) === 0 ? 0o644 : 0o755);
    sizeBytes += size;
  }
  const experiment = await readFolder(copy);
  if (experiment.id !== id) throw badName('its files changed while they were read');
  return {
    from: commit === null ? 'folder' : 'git',
    hash: experiment.id,
    commit,
    made: null,
    experiment,
    asks: asksOf(experiment.definition),
    run: null,
    images: null,
    files: files.length,
    sizeBytes,
  };
}

function badName(why: string): CollabError {
  return new CollabError('bad-experiment-files', {
    what: 'This experiment cannot be imported. Nothing was changed.',
    why: `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
    next: 'Rename what is named, or leave it out with .collabignore.',
    exitCode: ExitCode.usage,
  });
}

function nothingThere(source: string): CollabError {
  return new CollabError('nothing-there', {
    what: `There is no file or folder ${source}.`,
    next: 'Give a file that collab export wrote, a folder with an experiment, or the address of a git repository.',
    exitCode: ExitCode.usage,
  });
}
