import {
  buildImage,
  deliver,
  inventoryOf,
  mapLimit,
  missingLayers,
  planDelivery,
  Stock,
  type WantedImage,
} from '../../deployment/index.js';
import { CollabError } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { RunEvent } from '../events/index.js';
import { type DeviceImagePlan, imageChanges, type KnownImage, missingOn } from '../plan/index.js';
import type { ImageBuilder, ImageSite } from './image-site.js';
import { lookAtImage, type SitedImage } from './look-at-images.js';

/** A role's image on the device that plays it; the id is that of the device's engine. */
export interface DeployedImage {
  role: string;
  device: string;
  ref: string;
  imageId: string;
}

export interface Deployment extends ImageSite {
  /** The images and their builders, as `lookAtImages` found them, by ref. */
  sited: ReadonlyMap<string, SitedImage>;
  /** What the plan says that each device lacks. A note reports what differs from it when its turn comes. */
  planned: readonly { device: string; images: readonly DeviceImagePlan[] }[];
  emit: Emit<RunEvent>;
  signal: AbortSignal;
  /** Gets a device to which a delivery failed, which then is missing in the answer; without it the error is thrown. */
  onFailure?: (device: string, error: CollabError) => void;
}

/** An image whose layers all exist, and the engine that has those below the code. */
interface MadeImage {
  known: KnownImage;
  wanted: WantedImage;
  builder: ImageBuilder;
}

/** Devices that are sent to at once. */
const atOnce = 4;

/** Carries out what a plan says of images: builds the missing layers, sends them, and looks at them there. */
export async function deployImages(deployment: Deployment): Promise<DeployedImage[]> {
  const { instances, imageOf, store, emit } = deployment;
  const made = new Map<string, MadeImage>();
  const needs: { role: string; device: string; made: MadeImage }[] = [];
  for (const { role, device } of instances) {
    const { ref } = imageOf(role, device).plan;
    const one = made.get(ref) ?? (await make(ref, deployment));
    made.set(ref, one);
    needs.push({ role, device, made: one });
  }
  const stock = new Stock(store, emit);
  const ids = new Map<string, Map<string, string>>();
  await mapLimit([...new Set(needs.map(({ device }) => device))], atOnce, async (device) => {
    const images = needs.filter((need) => need.device === device).map((need) => need.made);
    try {
      ids.set(device, await deliverTo(device, images, stock, deployment));
    } catch (error) {
      const { onFailure } = deployment;
      const isOfDevice = error instanceof CollabError && error.name !== 'interrupted';
      if (onFailure === undefined || !isOfDevice) throw error;
      onFailure(device, error);
    }
  });
  return needs.flatMap(({ role, device, made: { wanted } }) => {
    const { ref } = wanted.spec;
    const imageId = ids.get(device)?.get(ref);
    return imageId === undefined ? [] : [{ role, device, ref, imageId }];
  });
}

async function make(ref: string, deployment: Deployment): Promise<MadeImage> {
  const { emit, signal, store, sited } = deployment;
  const planned = sited.get(ref);
  if (planned === undefined) throw new TypeError(`nothing is known of ${ref}`);
  const { image, builder } = planned;
  const { engine, onController } = builder;
  await buildImage(engine, image.plan, image.sources, { emit, onController, signal, store });
  const { known } = await lookAtImage(image, builder, deployment);
  if (known.toBuild.length > 0 || known.wanted === null) throw new TypeError(`${ref} was not built whole`);
  return { known, wanted: known.wanted, builder };
}

async function deliverTo(
  device: string,
  made: readonly MadeImage[],
  stock: Stock,
  deployment: Deployment,
): Promise<Map<string, string>> {
  const { store, emit, signal, planned } = deployment;
  const target = deployment.targetOf(device);
  const wanted = made.map((one) => one.wanted);
  const inventory = await inventoryOf(target.engine, wanted, store);
  const lacks = missingOn(
    device,
    made.map(({ known }) => known),
    inventory,
    store.sizeOf,
  );
  const before = planned.find((one) => one.device === device)?.images ?? [];
  for (const note of imageChanges(device, before, lacks)) emit({ kind: 'run.note', note });
  const fill = async ({ builder, wanted: { below } }: MadeImage, diffIds: readonly string[]) => {
    const top = below.at(-1);
    const engineHas = diffIds.filter((diffId) => top?.layers.includes(diffId));
    if (top !== undefined) await stock.fill(builder.engine, top.ref, engineHas);
  };
  const missing = missingLayers(wanted, inventory, store.sizeOf).flatMap((one) => one.missing);
  // A containerd store knows an image by a document that names the size of each layer.
  const needed =
    inventory.store === 'containerd' && missing.length > 0
      ? wanted.flatMap(({ spec }) => spec.layers)
      : missing;
  for (const one of made) await fill(one, needed);
  return deliver(planDelivery(device, wanted, inventory, store.sizeOf), target, {
    store,
    emit,
    signal,
    stock: async (spec) => {
      for (const one of made) if (one.wanted.spec.ref === spec.ref) await fill(one, spec.layers);
    },
  });
}
