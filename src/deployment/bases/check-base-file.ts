import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Transform, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { CollabError, messageOf } from '../../errors.js';
import { tarEntries } from '../archives/index.js';
import {
  badBaseFile,
  baseFileManifest,
  entriesOf,
  manifestName,
  maxFlavorBytes,
  maxManifestBytes,
  upgradeEntry,
  upgradeManifest,
  type BaseFileManifest,
} from './base-file.js';
import { checkSavedImage } from './saved-image.js';

export interface CheckedFile {
  manifest: BaseFileManifest;
  /** Contents of the flavors' files by the name of their entry. */
  contents: Map<string, Buffer>;
}

/** Reads the whole file and checks that it holds exactly what its manifest lists. */
export async function checkBaseFile(file: string, signal: AbortSignal): Promise<CheckedFile> {
  try {
    return await readAll(file, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CollabError) throw error;
    throw badBaseFile(messageOf(error));
  }
}

async function readAll(file: string, signal: AbortSignal): Promise<CheckedFile> {
  let manifest: BaseFileManifest | null = null;
  let expected = new Map<string, { sha256: string; sizeBytes: number }>();
  const contents = new Map<string, Buffer>();
  let flavorBytes = 0;
  for await (const entry of tarEntries(createReadStream(file))) {
    signal.throwIfAborted();
    const { type, sizeBytes, content } = entry;
    const name = upgradeEntry(entry.name);
    if (type === 'directory' && isPlain(name)) {
      content.resume();
      continue;
    }
    if (type !== 'file') throw badBaseFile(`it has an entry of the kind ${type}, ${JSON.stringify(name)}`);
    if (manifest === null) {
      if (name !== manifestName || sizeBytes > maxManifestBytes)
        throw badBaseFile('it does not begin with its manifest');
      manifest = parseManifest((await buffer(content)).toString());
      expected = entriesOf(manifest);
      continue;
    }
    const listed = expected.get(name);
    if (listed === undefined)
      throw badBaseFile(`it has an entry that its manifest does not name, ${JSON.stringify(name)}`);
    if (listed.sizeBytes !== sizeBytes) throw badBaseFile(`${name} has another size than its manifest says`);
    expected.delete(name);
    const image = manifest.bases.find((base) => base.entry === name);
    const hash = createHash('sha256');
    if (image !== undefined) await checkImage(content, image.ref, hash);
    else {
      flavorBytes += sizeBytes;
      if (flavorBytes > maxFlavorBytes) throw badBaseFile('the folders of its flavors are too large');
      const whole = await buffer(content);
      hash.update(whole);
      contents.set(name, whole);
    }
    if (hash.digest('hex') !== listed.sha256) throw badBaseFile(`${name} is not what its manifest says`);
  }
  if (manifest === null) throw badBaseFile('it is empty');
  const [missing] = expected.keys();
  if (missing !== undefined) throw badBaseFile(`${missing} is missing`);
  return { manifest, contents };
}

/** Folders are skipped: only files that the manifest lists are written. */
function isPlain(folder: string): boolean {
  return /^(?:images|flavors(?:\/[^/\\\p{Cc}]+)*)\/?$/u.test(folder) && !folder.split('/').includes('..');
}

function parseManifest(text: string): BaseFileManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badBaseFile('its manifest is no JSON');
  }
  const parsed = baseFileManifest.safeParse(upgradeManifest(value));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badBaseFile(`its manifest is not in order (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`);
}

/** Checks an image while hashing its bytes. */
async function checkImage(content: Readable, ref: string, hash: Hash): Promise<void> {
  const tar = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const [fed, read] = await Promise.allSettled([pipeline(content, tar), checkSavedImage(tar, ref)]);
  if (read.status === 'rejected') throw read.reason as Error;
  if (fed.status === 'rejected') throw fed.reason as Error;
}
