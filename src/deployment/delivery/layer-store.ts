import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cacheFolder } from '../../workspace/index.js';
import { GrowingFile } from './growing-file.js';
import { gzipMembers } from './gzip-members.js';

export interface StoredLayer {
  /** `sha256:<hex>` of the layer's tar, as engines identify it. */
  diffId: string;
  sizeBytes: number;
}

/** Called when gzipping a layer starts; the function it returns is called at the end. */
export type OnPack = () => (packed: { sizeBytes: number; seconds: number }) => void;

const chunkBytes = 1 << 20;
const unfinishedAfterMs = 3_600_000;

/**
 * A cache of layer tars on this machine, named by their SHA-256; some are also kept gzipped. Files are written under a
 * temporary name and renamed, so a file with its final name is complete. All of them can be made again.
 */
export class LayerStore {
  /** Layers that are being gzipped. */
  private readonly packing = new Map<string, Promise<GrowingFile>>();
  private readonly sizes = new Map<string, number>();

  constructor(readonly folder = join(cacheFolder(), 'layers')) {}

  /** Adds a layer's tar. Discards it when `keep` returns false for its diffId. */
  async add(tar: Readable, keep: (diffId: string) => boolean = () => true): Promise<StoredLayer> {
    const temporary = await this.temporaryPath();
    const hash = createHash('sha256');
    let sizeBytes = 0;
    tar.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      sizeBytes += chunk.length;
    });
    try {
      await pipeline(tar, createWriteStream(temporary, { mode: 0o600, highWaterMark: chunkBytes }));
      const diffId = `sha256:${hash.digest('hex')}`;
      if (keep(diffId)) {
        await rename(temporary, this.path(diffId, false));
        this.sizes.set(diffId, sizeBytes);
      } else await rm(temporary);
      return { diffId, sizeBytes };
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Size of a layer's tar; null when it is not in the store. */
  async size(diffId: string): Promise<number | null> {
    const bytes = await sizeOf(this.path(diffId, false));
    if (bytes === null) this.sizes.delete(diffId);
    else this.sizes.set(diffId, bytes);
    return bytes;
  }

  /** The layers that are not in the store. */
  async lacks(diffIds: readonly string[]): Promise<string[]> {
    const sizes = await Promise.all(diffIds.map((diffId) => this.size(diffId)));
    return diffIds.filter((_, index) => sizes[index] === null);
  }

  /** Size of a layer's tar, if `size`, `lacks` or `add` has seen it; otherwise null. */
  readonly sizeOf = (diffId: string): number | null => this.sizes.get(diffId) ?? null;

  open(diffId: string): Readable {
    return createReadStream(this.path(diffId, false), { highWaterMark: chunkBytes });
  }

  /** Size of a gzipped layer; null when it is not gzipped yet. */
  gzippedSize(diffId: string): Promise<number | null> {
    return sizeOf(this.path(diffId, true));
  }

  /** Reads a gzipped layer from the store, or while it is being gzipped. Concurrent readers share one compression. */
  async *openGzipped(diffId: string, onPack?: OnPack): AsyncGenerator<Buffer> {
    const path = this.path(diffId, true);
    if (!this.packing.has(diffId) && (await sizeOf(path)) === null && !this.packing.has(diffId)) {
      this.packing.set(diffId, this.pack(diffId, onPack));
    }
    const growing = await this.packing.get(diffId);
    yield* (
      growing?.read() ?? (createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>)
    );
  }

  /** Verifies a layer's hash and removes the layer when it does not match. @returns whether it matched */
  async check(diffId: string): Promise<boolean> {
    const hash = createHash('sha256');
    await pipeline(this.open(diffId), hash);
    if (diffId === `sha256:${hash.digest('hex')}`) return true;
    await this.remove(diffId);
    return false;
  }

  /** All layers with the disk space that they use, including gzipped copies. */
  async list(): Promise<StoredLayer[]> {
    const bytes = new Map<string, number>();
    for (const name of await readdir(this.folder).catch(() => [] as string[])) {
      const hex = /^([0-9a-f]{64})\.tar(?:\.gz)?$/.exec(name)?.[1];
      if (hex === undefined) continue;
      const size = (await sizeOf(join(this.folder, name))) ?? 0;
      bytes.set(hex, (bytes.get(hex) ?? 0) + size);
    }
    return [...bytes].map(([hex, sizeBytes]) => ({ diffId: `sha256:${hex}`, sizeBytes }));
  }

  /** Removes incomplete files of killed processes: those not written to for an hour. @returns bytes freed */
  async removeUnfinished(nowMs = Date.now()): Promise<number> {
    let bytes = 0;
    for (const name of await readdir(this.folder).catch(() => [] as string[])) {
      const path = join(this.folder, name);
      const found = name.endsWith('.part') ? await stat(path).catch(() => null) : null;
      if (found === null || nowMs - found.mtimeMs < unfinishedAfterMs) continue;
      await rm(path, { force: true });
      bytes += found.size;
    }
    return bytes;
  }

  async remove(diffId: string): Promise<void> {
    this.sizes.delete(diffId);
    await rm(this.path(diffId, false), { force: true });
    await rm(this.path(diffId, true), { force: true });
  }

  /** Begins to gzip a layer. */
  private async pack(diffId: string, onPack?: OnPack): Promise<GrowingFile> {
    const started = performance.now();
    const onPacked = onPack?.();
    const done = () => this.packing.delete(diffId);
    const file = await this.removeUnfinished()
      .then(() => this.temporaryPath())
      .then((path) => GrowingFile.create(path))
      .catch((error: unknown) => {
        done();
        throw error;
      });
    const work = async () => {
      for await (const member of gzipMembers(this.open(diffId))) await file.write(member);
      const sizeBytes = await file.end(this.path(diffId, true));
      done();
      onPacked?.({ sizeBytes, seconds: (performance.now() - started) / 1000 });
    };
    // Readers of the file get the error.
    work().catch((error: unknown) => {
      done();
      return file.fail(error as Error);
    });
    return file;
  }

  private path(diffId: string, gzipped: boolean): string {
    return join(this.folder, `${diffId.replace(/^sha256:/, '')}.tar${gzipped ? '.gz' : ''}`);
  }

  private async temporaryPath(): Promise<string> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    return join(this.folder, `${randomBytes(6).toString('hex')}.part`);
  }
}

async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
  return found?.size ?? null;
}
