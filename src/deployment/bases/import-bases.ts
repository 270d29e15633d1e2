import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CollabError, ExitCode } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { Workspace } from '../../workspace/index.js';
import type { Engine } from '../engine/index.js';
import { tarEntries } from '../archives/index.js';
import { badBaseFile, type BaseFileManifest } from './base-file.js';
import { checkBaseFile } from './check-base-file.js';
import type { BasesEvent } from './events.js';
import { newFlavors, writeFlavor } from './flavor-folders.js';

export interface ImportRequest {
  engine: Engine;
  workspace: Workspace;
  file: string;
  emit: Emit<BasesEvent>;
  signal: AbortSignal;
}

/**
 * Imports a file of base images: checks all of it first, then loads all images or none.
 * @returns the images that the engine has now
 * @throws CollabError `bad-base-file`, `flavor-differs`, or the engine's
 */
export async function importBases(request: ImportRequest): Promise<BaseFileManifest['bases']> {
  const { engine, workspace, emit, signal } = request;
  const file = resolve(request.file);
  const found = await stat(file).catch(() => null);
  if (found?.isFile() !== true) throw noFile(file);
  emit({ kind: 'bases.checking', file, size_bytes: found.size });
  const checked = await checkBaseFile(file, signal);
  const wanted = await newFlavors(checked, workspace);
  const taken: string[] = [];
  try {
    await load(file, checked.manifest, engine, taken, { emit, signal });
    for (const name of wanted) {
      const folder = await writeFlavor(name, checked, workspace);
      emit({ kind: 'bases.flavor', name, folder });
    }
  } catch (error) {
    for (const ref of taken) await engine.removeImage(ref).catch(() => undefined);
    throw error;
  }
  return checked.manifest.bases;
}

/** Loads the missing images and verifies each. `taken` collects what must be removed after a failure. */
async function load(
  file: string,
  { bases }: BaseFileManifest,
  engine: Engine,
  taken: string[],
  { emit, signal }: Pick<ImportRequest, 'emit' | 'signal'>,
): Promise<void> {
  for await (const { name, content } of tarEntries(createReadStream(file))) {
    signal.throwIfAborted();
    const base = bases.find(({ entry }) => entry === name);
    if (base === undefined) {
      content.resume();
      continue;
    }
    const { ref, size_bytes: sizeBytes } = base;
    const before = await engine.image(ref);
    if (before?.content === base.content) {
      emit({ kind: 'bases.present', ref });
      content.resume();
      continue;
    }
    emit({ kind: 'bases.loading', ref, size_bytes: sizeBytes });
    if (before === null) taken.push(ref);
    await loadOne(engine, content, signal);
    if ((await engine.image(ref))?.content !== base.content)
      throw badBaseFile(`${ref} is not the image that it claims to be`);
    emit({ kind: 'bases.loaded', ref });
  }
}

async function loadOne(engine: Engine, content: Readable, signal: AbortSignal): Promise<void> {
  const tar = new PassThrough();
  const [loaded] = await Promise.allSettled([engine.load(tar), pipeline(content, tar, { signal })]);
  signal.throwIfAborted();
  if (loaded.status === 'rejected') throw loaded.reason as Error;
}

function noFile(file: string): CollabError {
  return new CollabError('no-file', {
    what: `There is no file ${file}.`,
    next: 'Pass a file that collab images export wrote.',
    exitCode: ExitCode.usage,
  });
}
