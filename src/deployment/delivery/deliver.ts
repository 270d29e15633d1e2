import { CollabError, ExitCode } from '../../errors.js';
import type { Emit } from '../../events.js';
import { archiveBytes, archiveEntries, archiveStream, type ArchiveEntry } from './archive.js';
import type { DeliveryEvent } from './events.js';
import { bytesOf, type DeliveryPlan, layerRef, type LayerToSend, type PlannedImage } from './plan.js';
import { digestOf, imageDocuments, type ImageSpec } from './image-spec.js';
import type { LayerStore } from './layer-store.js';
import { expectedId } from './missing-layers.js';
import { Sending } from './sending.js';
import type { DeliveryTarget } from './target.js';

export interface DeliveryContext {
  store: LayerStore;
  /** Adds the missing layers of an image to the store. */
  stock: (spec: ImageSpec) => Promise<void>;
  emit: Emit<DeliveryEvent>;
  signal?: AbortSignal | undefined;
}

/** Below this rate, gzip pays: a device unpacks 80 MB/s, and gzip halves the bytes (measured). */
const gzipBelowBytesPerS = 60e6;
/** Up to this size, layers are gzipped and sent without measuring the link or checking disk space. */
const littleBytes = 1e6;

/**
 * Sends the missing images to one device, one after the other. An image counts as delivered when the device's engine
 * reports its id and layers.
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
  // A small transfer is faster than the check; an engine without space reports it.
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

/** @throws CollabError `device-full` when the device lacks disk space for the plan */
async function preflight(plan: DeliveryPlan, target: DeliveryTarget): Promise<void> {
  const { folder } = await target.engine.imageStore();
  const free = await target.freeBytes(folder);
  if (free === null || free >= plan.neededBytes) return;
  const prune =
    plan.device === 'this machine' ? 'docker image prune' : `collab images prune --only ${plan.device}`;
  throw new CollabError('device-full', {
    what: `${plan.device} does not have enough disk space for the images.`,
    why: `${megabytes(free)} are free at ${folder}; the transfer needs ${megabytes(plan.neededBytes)} (${megabytes(plan.missingBytes)} afterwards).`,
    next: `Free disk space there, then run again: ${prune}`,
    exitCode: ExitCode.deviceUnreachable,
  });
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;

async function idThere({ engine }: DeliveryTarget, ref: string): Promise<string | null> {
  return (await engine.image(ref))?.id ?? null;
}

/** Decides by size and link rate whether to gzip. The link is measured once, and only for larger transfers. */
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
      // An engine that refuses a partial archive may accept a whole one.
      if (!(error instanceof CollabError) || error.name !== 'engine-failed' || way === 'whole') throw error;
      this.context.emit({ kind: 'delivery.whole', device, ref: spec.ref, reason: error.why ?? error.what });
      return this.sendWhole();
    });
    const imageId = await this.verified();
    const seconds = (performance.now() - this.started) / 1000;
    this.context.emit({
      kind: 'delivery.done',
      device,
      ref: spec.ref,
      sent_bytes: sending.sentBytes,
      image_id: imageId,
      seconds,
      bytes_per_s: sending.sentBytes / seconds,
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
    emit({
      kind: 'delivery.started',
      ...about,
      way,
      why,
      gzipped,
      layers_present: layersThere,
      layers_missing: missing.length,
      plain_bytes: plainBytes,
      total_bytes: totalBytes,
    });
    return new Sending(about, totalBytes, emit, signal);
  }

  /** The bytes of a layer as they are sent. */
  private bytesOf(diffId: string, gzipped: boolean): AsyncIterable<Buffer> {
    const { store, emit } = this.context;
    if (!gzipped) return store.open(diffId);
    const about = { layer: diffId, how: 'gzip' as const };
    return store.openGzipped(diffId, () => {
      emit({ kind: 'delivery.packing', ...about, size_bytes: store.sizeOf(diffId) });
      return ({ sizeBytes, seconds }) =>
        emit({ kind: 'delivery.packed', ...about, size_bytes: sizeBytes, seconds });
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

  /** The device has something other than what was sent. Removes layers that are damaged on this machine. */
  private async cut(there: string | null, expected: string): Promise<CollabError> {
    const { device } = this.plan;
    const { spec, missing } = this.image;
    const sound = await Promise.all(missing.map(({ diffId }) => this.context.store.check(diffId)));
    return new CollabError('delivery-cut', {
      what: `The image ${spec.ref} did not arrive complete on ${device}.`,
      why: sound.includes(false)
        ? 'A layer in the cache of this machine was damaged and has been removed.'
        : `The device has ${there ?? 'no such image'}; expected ${expected}.`,
      next: 'Run again: what has arrived is not sent twice. If it fails again, check the free space on the device.',
      exitCode: ExitCode.deviceUnreachable,
    });
  }
}
