import { createGunzip } from 'node:zlib';
import { pipeline, Readable } from 'node:stream';
import { CollabError, ExitCode } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { Engine } from '../engine/index.js';
import { eachTarFile } from '../archives/index.js';
import type { DeliveryEvent } from './events.js';
import type { LayerStore } from './layer-store.js';

/** Copies layers from an engine to the store. Concurrent requests for an image share one read. */
export class Stock {
  private readonly reading = new Map<string, Promise<void>>();

  constructor(
    private readonly store: LayerStore,
    private readonly emit: Emit<DeliveryEvent>,
  ) {}

  /** @param ref an image of the engine that has these layers */
  async fill(engine: Engine, ref: string, diffIds: readonly string[]): Promise<void> {
    const lacks = await this.store.lacks(diffIds);
    if (lacks.length === 0) return;
    const key = `${engine.device} ${ref}`;
    const before = this.reading.get(key) ?? Promise.resolve();
    const reading = before.then(() => readLayers(engine, ref, diffIds, this.store, this.emit));
    this.reading.set(
      key,
      reading.catch(() => undefined),
    );
    await reading;
  }
}

/**
 * Copies the layers of `diffIds` that the store lacks from an image of an engine. An engine saves whole images only,
 * each layer plain or gzipped.
 */
async function readLayers(
  engine: Engine,
  ref: string,
  diffIds: readonly string[],
  store: LayerStore,
  emit: Emit<DeliveryEvent>,
): Promise<void> {
  const wanted = new Set(await store.lacks(diffIds));
  if (wanted.size === 0) return;
  const started = performance.now();
  let sizeBytes = 0;
  emit({ kind: 'delivery.packing', layer: ref, how: 'read', size_bytes: null });
  await eachTarFile(await engine.save(ref), async (name, content) => {
    if (!/\/layer\.tar$|^blobs\/sha256\//.test(name)) return;
    const layer = await store.add(await plain(content), (diffId) => wanted.has(diffId));
    if (wanted.delete(layer.diffId)) sizeBytes += layer.sizeBytes;
  });
  const [lost] = wanted;
  if (lost !== undefined) throw notGiven(engine.device, ref, lost);
  const seconds = (performance.now() - started) / 1000;
  emit({ kind: 'delivery.packed', layer: ref, how: 'read', size_bytes: sizeBytes, seconds });
}

/** A layer's tar, unpacked if it is gzipped. */
async function plain(content: AsyncIterable<Buffer>): Promise<Readable> {
  const chunks = content[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) return Readable.from([]);
  const whole = Readable.from(
    (async function* () {
      yield first.value;
      yield* { [Symbol.asyncIterator]: () => chunks };
    })(),
  );
  const isGzipped = first.value[0] === 0x1f && first.value[1] === 0x8b;
  return isGzipped ? pipeline(whole, createGunzip(), () => undefined) : whole;
}

function notGiven(device: string, ref: string, diffId: string): CollabError {
  return new CollabError('layer-lost', {
    what: `The Docker Engine of ${device} did not return a layer of ${ref}.`,
    why: `${diffId} is missing from the saved image, or its content has changed.`,
    next: `Remove the image there, so that it is built again: docker rmi ${ref}`,
    exitCode: ExitCode.experimentFailed,
  });
}
