import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CollabError, ExitCode } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { Engine } from '../engine/index.js';
import { filesBelow, folderFiles, type TarFile, tarOf } from '../archives/index.js';
import { type BaseRef, baseRefs, type Flavor } from '../layers/index.js';
import { flavorEntry, manifestName, type BaseFileManifest } from './base-file.js';
import type { BasesEvent } from './events.js';
import { describeFiles } from './flavor-folders.js';

export interface ExportRequest {
  engine: Engine;
  flavors: readonly Flavor[];
  /** Images on top of these bases, with the dependencies of roles. */
  dependencies?: readonly BaseRef[];
  /** Whether each flavor must have an image here; otherwise flavors without one are skipped. */
  all: boolean;
  /** The file to write; it gets this name when it is complete. */
  file: string;
  emit: Emit<BasesEvent>;
  signal: AbortSignal;
}

/**
 * Exports the base images of some flavors that this machine's engine has, with the flavors' folders, into one file for
 * a machine without a network.
 * @returns the images that are in it
 * @throws CollabError `no-bases` when a flavor has no image
 */
export async function exportBases(request: ExportRequest): Promise<BaseRef[]> {
  const { engine, emit, signal } = request;
  const found: BaseRef[] = [];
  const flavors: Flavor[] = [];
  for (const flavor of request.flavors) {
    const refs = await baseRefs(flavor);
    const there = await Promise.all(refs.map(async (base) => ((await engine.image(base.ref)) ? [base] : [])));
    if (there.flat().length === 0) {
      if (request.all) throw noBases(flavor.name);
      continue;
    }
    flavors.push(flavor);
    found.push(...there.flat());
  }
  if (found.length === 0) throw noBases(request.flavors.map(({ name }) => name).join(' or '), 'python');
  found.push(...(request.dependencies ?? []));
  const file = resolve(request.file);
  const folder = await mkdtemp(join(dirname(file), '.collab-export-'));
  try {
    const bases: BaseFileManifest['bases'] = [];
    const images: TarFile[] = [];
    for (const [number, base] of found.entries()) {
      signal.throwIfAborted();
      const entry = `images/${number}.tar`;
      const path = join(folder, `${number}.tar`);
      const saved = await saveImage(engine, base.ref, path, emit, signal);
      bases.push({ ...base, ...saved, entry });
      images.push({ name: entry, path, sha256: saved.sha256 });
    }
    const own = await Promise.all(flavors.map(flavorFiles));
    const manifest: BaseFileManifest = { format: 2, bases, flavors: own.map(({ manifest: one }) => one) };
    const parts = own.flatMap(({ files }) => files);
    const head: TarFile = { name: manifestName, content: `${JSON.stringify(manifest, null, 1)}\n` };
    const whole = join(folder, 'whole.tar');
    await pipeline(await tarOf([head, ...parts, ...images]), createWriteStream(whole, { mode: 0o644 }), {
      signal,
    });
    const { size: sizeBytes } = await stat(whole);
    await rename(whole, file);
    emit({ kind: 'bases.written', file, size_bytes: sizeBytes });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return found;
}

async function saveImage(
  engine: Engine,
  ref: string,
  path: string,
  emit: Emit<BasesEvent>,
  signal: AbortSignal,
) {
  const image = await engine.image(ref);
  if (image === null) throw noBases(ref);
  emit({ kind: 'bases.saving', ref, size_bytes: image.sizeBytes });
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(await engine.save(ref), count, createWriteStream(path, { mode: 0o600 }), { signal });
  return { content: image.content, sha256: hash.digest('hex'), size_bytes: sizeBytes };
}

async function flavorFiles({ name, folder }: Flavor) {
  const files = await filesBelow(folder, await folderFiles(folder), '');
  return {
    manifest: { name, files: await describeFiles(files) },
    files: files.map((file) => ({ ...file, name: flavorEntry(name, file.name) })),
  };
}

function noBases(name: string, first = name): CollabError {
  return new CollabError('no-bases', {
    what: `This machine has no image of the base ${name}.`,
    why: 'Only images that were built here, from the flavors as they are now, are exported.',
    next: `Build it first: collab images build --base ${first}`,
    exitCode: ExitCode.usage,
  });
}
