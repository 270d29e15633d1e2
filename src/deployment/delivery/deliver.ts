import { CollabError, ExitCode } from '../../errors.js';
import type { Emit } from '../../events.js';
import { archiveBytes, archiveEntries, archiveStream, type ArchiveEntry } from './archive.js';
import type { DeliveryEvent } from './events.js';
import { bytesOf, type DeliveryPlan, type LayerToSend, type PlannedImage } from './plan.js';
import { digestOf, imageDocuments, type ImageSpec } from './image-spec.js';
import { layerRef } from './layer-ref.js';
import type { LayerStore } from './layer-store.js';
import { expectedId } from './missing-layers.js';
import { preflight } from './preflight.js';
import { Sending } from './sending.js';
import type { DeliveryTarget } from './target.js';

export interface DeliveryContext {
  store: LayerStore;
  /** Puts all layers of an image into the store, where they are not yet. */
  stock: (spec: ImageSpec) => Promise<void>;
  emit: Emit<DeliveryEvent>;
  signal?: AbortSignal | undefined;
}

/** Below this a device unpacks faster than the link brings plain bytes (measured: 80 MB/s against some 0.45 of them). */
const gzipBelowBytesPerS = 60e6;
/** So few bytes are gzipped and sent without asking what the link carries and what room there is. */
const littleBytes = 1e6;

/**
 * Sends to one device what it lacks, one image after the other, and looks there whether it came. An image counts as
 * delivered when the device's engine names its id and its layers.
 * @returns the id of each image on the device, by ref
 */
export async function deliver(
  plan: DeliveryPlan,
  target: DeliveryTarget,
  context: DeliveryContext,
): Promise<Map<string, string>> {
  const { emit, signal } = context;
  const delivered = new Map<string, string>();
  signal?.throwIfAborted();
  // So little is quicker sent than asked about; an engine without room for it says so.
  if (plan.missingBytes > littleBytes) await preflight(plan, target);
  const isGzipped = gzipRule(target);
  for (const image of plan.images) {
    signal?.throwIfAborted();
    const { ref } = image.spec;
    if (image.present) emit({ kind: 'delivery.present', device: plan.device, ref });
    const id = image.present
      ? expectedId(image.spec, plan.store, context.store.sizeOf)
      : await new OneDelivery(plan, image, target, context, isGzipped).run();
    delivered.set(ref, id ?? (await idThere(target, ref)) ?? '');
  }
  for (const ref of plan.leftovers) await target.engine.removeImage(ref);
  return delivered;
}

async function idThere({ engine }: DeliveryTarget, ref: string): Promise<string | null> {
  return (await engine.image(ref))?.id ?? null;
}

/** Whether so many bytes of layers go gzipped. What the link carries is asked once, and only for more than a little. */
function gzipRule(target: DeliveryTarget): (bytes: number) => Promise<boolean> {
  let rate: Promise<number> | null = null;
  return async (bytes) => {
    if (bytes <= littleBytes) return true;
    rate ??= target.linkBytesPerS();
    return (await rate) < gzipBelowBytesPerS;
  };
}

class OneDelivery {
  private readonly started = performance.now();

  constructor(
    private readonly plan: DeliveryPlan,
    private readonly image: PlannedImage,
    private readonly target: DeliveryTarget,
    private readonly context: DeliveryContext,
    private readonly isGzipped: (bytes: number) => Promise<boolean>,
  ) {}

  async run(): Promise<string> {
    const { device } = this.plan;
    const { spec, way } = this.image;
    const sending = await this.send(this.image).catch(async (error: unknown) => {
      // What the engine itself refuses, e.g. an archive without all layers, it may take whole.
      if (!(error instanceof CollabError) || error.name !== 'engine-failed' || way === 'whole') throw error;
      this.context.emit({ kind: 'delivery.whole', device, ref: spec.ref, reason: error.why ?? error.what });
      return this.sendWhole();
    });
    const imageId = await this.verified();
    const seconds = (performance.now() - this.started) / 1000;
    const { sentBytes } = sending;
    const bytesPerS = sentBytes / seconds;
    this.context.emit({
      kind: 'delivery.done',
      device,
      ref: spec.ref,
      sentBytes,
      imageId,
      seconds,
      bytesPerS,
    });
    return imageId;
  }

  private async sendWhole(): Promise<Sending> {
    const { spec } = this.image;
    await this.context.stock(spec);
    const missing = spec.layers.map((diffId) => ({
      diffId,
      sizeBytes: this.context.store.sizeOf(diffId) ?? 0,
    }));
    return this.send({ ...this.image, way: 'whole', missing, layersThere: 0 });
  }

  private async send(image: PlannedImage): Promise<Sending> {
    const { spec, way, missing, alongside } = image;
    const [lowest] = missing;
    const imported = way === 'import' ? lowest : undefined;
    const rest = imported === undefined ? missing : missing.slice(1);
    const documented = [...alongside, spec].map((one) => ({
      spec: one,
      documents: imageDocuments(one, this.context.store.sizeOf),
    }));
    const entries = archiveEntries(documented, rest);
    const gzipped = await this.isGzipped(bytesOf(missing));
    const sending = await this.begin(image, entries, imported, gzipped);
    const open = (diffId: string) => this.bytesOf(diffId, gzipped);
    if (imported !== undefined) await this.import(imported, sending, open);
    await sending.through(archiveStream(entries, gzipped, open), (body) => this.target.engine.load(body));
    if (imported !== undefined) await this.target.engine.removeImage(layerRef(imported.diffId));
    return sending;
  }

  private async begin(
    { spec, way, why, missing, layersThere }: PlannedImage,
    entries: readonly ArchiveEntry[],
    imported: LayerToSend | undefined,
    gzipped: boolean,
  ): Promise<Sending> {
    const { emit, signal, store } = this.context;
    const plainBytes = archiveBytes(entries) + (imported?.sizeBytes ?? 0);
    const packed = await Promise.all(missing.map(({ diffId }) => store.gzippedSize(diffId)));
    const packedBytes = packed.reduce((sum, size) => (sum === null || size === null ? null : sum + size), 0);
    const gzippedBytes = packedBytes === null ? null : plainBytes - bytesOf(missing) + packedBytes;
    const totalBytes = gzipped ? gzippedBytes : plainBytes;
    const about = { device: this.plan.device, ref: spec.ref };
    const layersMissing = missing.length;
    emit({
      ...{ kind: 'delivery.started', ...about, way, why, gzipped },
      ...{ layersThere, layersMissing, plainBytes, totalBytes },
    });
    return new Sending(about, totalBytes, emit, signal);
  }

  /** A layer as it travels. */
  private bytesOf(diffId: string, gzipped: boolean): AsyncIterable<Buffer> {
    const { store, emit } = this.context;
    if (!gzipped) return store.open(diffId);
    const about = { layer: diffId, how: 'gzip' as const };
    return store.openGzipped(diffId, () => {
      emit({ kind: 'delivery.packing', ...about, sizeBytes: store.sizeOf(diffId) });
      return (packed) => emit({ kind: 'delivery.packed', ...about, ...packed });
    });
  }

  private async import(
    { diffId }: LayerToSend,
    sending: Sending,
    open: (diffId: string) => AsyncIterable<Buffer>,
  ): Promise<void> {
    const { engine } = this.target;
    const ref = layerRef(diffId);
    await sending.through(open(diffId), (body) =>
      engine.importImage(body, ref, { 'collab.image': 'arriving' }),
    );
    const there = await engine.image(ref);
    if (there?.layers[0] === diffId) return;
    await engine.removeImage(ref);
    throw await this.cut(there?.layers[0] ?? null, diffId);
  }

  private async verified(): Promise<string> {
    const { spec } = this.image;
    const expected = expectedId(spec, this.plan.store, this.context.store.sizeOf);
    const there = await this.target.engine.image(spec.ref);
    const isIt =
      there !== null &&
      there.layers.join() === spec.layers.join() &&
      (expected === null || there.id === expected);
    if (isIt) return there.id;
    throw await this.cut(there?.id ?? null, expected ?? digestOf(imageDocuments(spec, () => null).config));
  }

  /** Something else arrived than was sent; a layer that has gone bad on this machine is dropped, to be made again. */
  private async cut(there: string | null, expected: string): Promise<CollabError> {
    const { device } = this.plan;
    const { spec, missing } = this.image;
    const sound = await Promise.all(missing.map(({ diffId }) => this.context.store.check(diffId)));
    return new CollabError('delivery-cut', {
      what: `The image ${spec.ref} did not arrive whole on ${device}.`,
      why: sound.includes(false)
        ? 'A layer that is kept on this machine has changed on its disk; it was dropped.'
        : `There is ${there ?? 'nothing'}, it should be ${expected}.`,
      next: 'Run again: what has arrived is not sent twice. If it happens again, look at the free space of the device.',
      exitCode: ExitCode.deviceUnreachable,
    });
  }
}
