import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, type TransformCallback } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { tarEntries } from '../../deployment/index.js';
import { CollabError, messageOf } from '../../errors.js';
import {
  badBundle,
  type BundleEntry,
  type BundleLimits,
  type BundleManifest,
  bundleManifest,
  entriesFault,
  manifestName,
} from './bundle-file.js';

/** What a tar may have beside its entries and their content: headers of long names. */
const besideBytes = 1 << 20;
const blockBytes = 512;

export interface ReadBundle {
  manifest: BundleManifest;
  /** Of the file. */
  sha256: string;
}

/**
 * Unpacks a bundle into an empty folder, and checks on the way that it holds exactly what its manifest lists. Nothing is
 * written before the manifest is checked, and nothing but the files that it names.
 * @throws CollabError `bad-bundle`
 */
export async function readBundle(
  file: string,
  into: string,
  limits: BundleLimits,
  signal: AbortSignal,
): Promise<ReadBundle> {
  const { size: fileBytes } = await stat(file);
  const source = createReadStream(file);
  const [hash, gunzip, meter] = [createHash('sha256'), createGunzip(), new Meter()];
  source.on('data', (chunk) => hash.update(chunk));
  const feeding = pipeline(source, gunzip, meter, { signal });
  feeding.catch(() => undefined);
  try {
    const manifest = await readEntries(meter, { into, fileBytes, limits, signal });
    await feeding;
    if (gunzip.bytesWritten !== fileBytes) throw badBundle('there are bytes behind its end');
    return { manifest, sha256: hash.digest('hex') };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CollabError || isOfThisMachine(error)) throw error;
    throw badBundle(messageOf(error));
  } finally {
    for (const stream of [source, gunzip, meter]) stream.destroy();
  }
}

interface Reading {
  into: string;
  fileBytes: number;
  limits: BundleLimits;
  signal: AbortSignal;
}

async function readEntries(
  meter: Meter,
  { into, fileBytes, limits, signal }: Reading,
): Promise<BundleManifest> {
  let manifest: BundleManifest | null = null;
  let expected = new Map<string, BundleEntry>();
  for await (const { name, type, sizeBytes, content } of tarEntries(meter)) {
    signal.throwIfAborted();
    if (type !== 'file') throw badBundle(`it has an entry of the kind ${type}, ${JSON.stringify(name)}`);
    meter.allow(sizeBytes);
    if (manifest === null) {
      if (name !== manifestName) throw badBundle('it does not begin with its manifest');
      if (sizeBytes > limits.manifestBytes) throw badBundle('its manifest is too large');
      manifest = parseManifest(await buffer(content), { fileBytes, limits });
      expected = new Map(manifest.entries.map((entry) => [entry.path, entry]));
      continue;
    }
    const listed = expected.get(name);
    if (listed === undefined)
      throw badBundle(
        `it has an entry that its manifest does not name, or has it twice, ${JSON.stringify(name)}`,
      );
    if (listed.size_bytes !== sizeBytes)
      throw badBundle(`${JSON.stringify(name)} has another size than its manifest says`);
    expected.delete(name);
    const path = join(into, name);
    await mkdir(dirname(path), { recursive: true });
    const hash = createHash('sha256');
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const mode = listed.executable ? 0o755 : 0o644;
    await pipeline(content, hashing, createWriteStream(path, { flags: 'wx', mode }), { signal });
    if (hash.digest('hex') !== listed.sha256)
      throw badBundle(`${JSON.stringify(name)} is not what its manifest says`);
  }
  if (manifest === null) throw badBundle('it is empty');
  const [missing] = expected.keys();
  if (missing !== undefined) throw badBundle(`${JSON.stringify(missing)} is missing`);
  return manifest;
}

function parseManifest(
  bytes: Buffer,
  { fileBytes, limits }: Pick<Reading, 'fileBytes' | 'limits'>,
): BundleManifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw badBundle('its manifest is no JSON');
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > 1)
    throw badBundle(`it has format ${format}, and this collab reads format 1`);
  const parsed = bundleManifest.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw badBundle(`its manifest is not in order (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`);
  }
  const fault = entriesFault(parsed.data, limits);
  if (fault !== null) throw badBundle(fault);
  const total = parsed.data.entries.reduce((sum, one) => sum + one.size_bytes, 0);
  if (total > limits.ratioFromBytes && total / fileBytes > limits.ratio)
    throw badBundle(`${fileBytes} bytes would become ${total}, more than ${limits.ratio} for each`);
  return parsed.data;
}

/** Ends the reading of a tar that has more than its entries account for, such as a name of gigabytes. */
class Meter extends Transform {
  #bytes = 0;
  #allowed = besideBytes;

  /** The next entry has that many bytes. */
  allow(sizeBytes: number): void {
    this.#allowed += sizeBytes + 4 * blockBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#allowed) done(badBundle('it has more bytes than its entries have'));
    else done(null, chunk);
  }
}

/** A full disk, or a folder that may not be written, says nothing of the bundle. */
const isOfThisMachine = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'EMFILE', 'EIO'].includes(
    (error as NodeJS.ErrnoException).code ?? '',
  );
