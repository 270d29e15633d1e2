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
import { newFlavours, writeFlavour } from './flavour-folders.js';

export interface ImportRequest {
  engine: Engine;
  workspace: Workspace;
  file: string;
  emit: Emit<BasesEvent>;
  signal: AbortSignal;
}

/**
 * Takes in a file of base images: read to its end and checked first, then loaded, all or none.
 * @returns what is there now
 * @throws CollabError `bad-base-file`, `flavour-differs`, or the engine's
 */
export async function importBases(request: ImportRequest): Promise<BaseFileManifest['bases']> {
  const { engine, workspace, emit, signal } = request;
  const file = resolve(request.file);
  const found = await stat(file).catch(() => null);
  if (found?.isFile() !== true) throw noFile(file);
  emit({ kind: 'bases.checking', file, size_bytes: found.size });
  const checked = await checkBaseFile(file, signal);
  const wanted = await newFlavours(checked, workspace);
  const taken: string[] = [];
  try {
    await load(file, checked.manifest, engine, taken, { emit, signal });
    for (const name of wanted) {
      const folder = await writeFlavour(name, checked, workspace);
      emit({ kind: 'bases.flavour', name, folder });
    }
  } catch (error) {
    for (const ref of taken) await engine.removeImage(ref).catch(() => undefined);
    throw error;
  }
  return checked.manifest.bases;
}

/** Loads what is not there, and looks at each on the engine. `taken` has what must go again after a failure. */
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
      throw badBaseFile(`${ref} is not the image that it tells`);
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
    next: 'Give the file that collab images export wrote.',
    exitCode: ExitCode.usage,
  });
}
