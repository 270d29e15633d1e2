import { CollabError } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { DeviceFacts } from '../../network/index.js';
import {
  deliver,
  type DeliveryEvent,
  type DeliveryTarget,
  inventoryOf,
  type LayerStore,
  mapLimit,
  missingLayers,
  planDelivery,
  specOf,
  Stock,
} from '../delivery/index.js';
import type { Engine, EngineImage } from '../engine/index.js';
import {
  buildImage,
  chooseBuilder,
  type Flavor,
  flavorFit,
  type FlavorImage,
  flavorSources,
  type ImagePlan,
  type LayerEvent,
  planLayers,
} from '../layers/index.js';

/** A device that gets a base image as it is, without dependencies or code. */
export interface BaseTarget {
  device: string;
  facts: DeviceFacts;
  target: DeliveryTarget;
}

/** An image on a device: its tag, and its id there. */
export interface DeliveredBase {
  ref: string;
  imageId: string;
}

export interface BaseDelivery {
  /** This machine's engine and its architecture; null without one, and then devices build for themselves. */
  controller: { engine: Engine; architecture: string } | null;
  store: LayerStore;
  emit: Emit<LayerEvent | DeliveryEvent>;
  signal: AbortSignal;
  /** Gets a device to which the delivery failed, which then is missing in the answer. */
  onFailure: (device: string, error: CollabError) => void;
}

/** Devices that are sent to at once. */
const atOnce = 4;

/** The plan of a base image alone, and what it is built from. */
export async function planBase(flavor: Flavor, image: FlavorImage, architecture: string) {
  const sources = await flavorSources(flavor, image);
  const needs = { role: flavor.name, flavor: flavor.name, apt: [], pip: [], requirements: null };
  const plan = planLayers(needs, {
    architecture,
    experiment: flavor.name,
    baseHash: sources.hash,
    baseDockerfile: sources.dockerfile,
    baseArgs: sources.args,
    codeHash: '',
  });
  const { files: flavorFiles, programs } = sources;
  return { plan, sources: { flavorFiles, requirementFiles: [], programs }, ref: baseRef(plan) };
}

const baseRef = (plan: ImagePlan): string => plan.layers.find(({ kind }) => kind === 'base')?.ref ?? '';

/**
 * Gets a base image onto devices: builds it for each architecture that lacks it, on this machine if it has the
 * architecture, else on the first such device, and sends each device what it lacks.
 * @returns the image of each device that has it now
 */
export async function deliverBase(
  flavor: Flavor,
  targets: readonly BaseTarget[],
  delivery: BaseDelivery,
): Promise<Map<string, DeliveredBase>> {
  const { store, emit, signal, onFailure } = delivery;
  const built = new Map<string, Awaited<ReturnType<typeof build>>>();
  const wanted: (BaseTarget & { key: string })[] = [];
  for (const one of targets) {
    const fit = flavorFit(flavor, one.facts);
    if (!fit.fits) throw new TypeError(`${one.device}: ${fit.reason}`);
    const key = `${one.facts.architecture} ${flavor.images.indexOf(fit.image)}`;
    if (!built.has(key)) built.set(key, await build(flavor, fit.image, one, targets, delivery));
    wanted.push({ ...one, key });
  }
  const stock = new Stock(store, emit);
  const delivered = new Map<string, DeliveredBase>();
  await mapLimit(wanted, atOnce, async ({ device, target, key }) => {
    const made = built.get(key);
    if (made === undefined) throw new TypeError(`nothing was built for ${device}`);
    try {
      const image = { spec: specOf(made.ref, made.image), below: [] };
      const inventory = await inventoryOf(target.engine, [image], store);
      const missing = missingLayers([image], inventory, store.sizeOf).flatMap((one) => one.missing);
      const needed = inventory.store === 'containerd' && missing.length > 0 ? image.spec.layers : missing;
      await stock.fill(made.engine, made.ref, needed);
      const ids = await deliver(planDelivery(device, [image], inventory, store.sizeOf), target, {
        store,
        emit,
        signal,
        stock: (spec) => stock.fill(made.engine, made.ref, spec.layers),
      });
      delivered.set(device, { ref: made.ref, imageId: ids.get(made.ref) ?? '' });
    } catch (error) {
      if (!(error instanceof CollabError) || error.name === 'interrupted') throw error;
      onFailure(device, error);
    }
  });
  return delivered;
}

async function build(
  flavor: Flavor,
  image: FlavorImage,
  { facts: { architecture } }: BaseTarget,
  targets: readonly BaseTarget[],
  { controller, store, emit, signal }: BaseDelivery,
): Promise<{ engine: Engine; ref: string; image: EngineImage }> {
  const builder = chooseBuilder(architecture, {
    controller: controller?.architecture ?? null,
    devices: targets.map(({ device, facts }) => ({ device, architecture: facts.architecture })),
    emulates: () => false,
  });
  const { plan, sources, ref } = await planBase(flavor, image, architecture);
  const there = await controller?.engine.image(ref);
  if (there != null && controller !== null) return { engine: controller.engine, ref, image: there };
  const onController = builder.kind !== 'device';
  const engine = onController
    ? controller?.engine
    : targets.find(({ device }) => device === builder.device)?.target.engine;
  if (engine === undefined) throw new TypeError(`no engine to build ${ref} on`);
  const compiler = controller?.engine;
  const context = { emit, onController, signal, compiler, ...(onController && { store }) };
  return { engine, ref, image: await buildImage(engine, plan, sources, context) };
}
