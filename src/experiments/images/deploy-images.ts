import {
  buildImage,
  chooseBuilder,
  codeImage,
  type CodeLayers,
  deliver,
  type DeliveryTarget,
  type Engine,
  type EngineImage,
  type ImagePlan,
  inventoryOf,
  type LayerStore,
  missingLayers,
  planDelivery,
  Stock,
  type WantedImage,
} from '../../deployment/index.js';
import { CollabError } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { RunEvent } from '../events/index.js';
import type { ControllerEngine } from './controller-engine.js';
import type { RoleImage } from './image-needs.js';
import { inTurns } from './in-turns.js';

/** A role's image on the device that plays it; the id is that of the device's engine. */
export interface DeployedImage {
  role: string;
  device: string;
  ref: string;
  imageId: string;
}

export interface Deployment {
  /** Each role with each device that plays it. */
  instances: readonly { role: string; device: string; architecture: string }[];
  imageOf: (role: string, device: string) => RoleImage;
  targetOf: (device: string) => DeliveryTarget;
  /** This machine's engine; null when it has none, and then devices build for themselves. */
  controllerEngine: ControllerEngine | null;
  store: LayerStore;
  code: CodeLayers;
  emit: Emit<RunEvent>;
  signal: AbortSignal;
  /** Told of a device to which a delivery failed, which then is missing in the answer; without it that is thrown. */
  onFailure?: (device: string, error: CollabError) => void;
}

/** An image that is made, as far as an engine makes it, and the engine that has what is below the code. */
interface Made {
  wanted: WantedImage;
  builder: Engine;
}

/** At most so many devices are sent to at once. */
const atOnce = 4;

/**
 * Gets the image of every role onto its device: built where its architecture is native (on the controller, else on
 * the first device of that architecture), what is missing sent to the others, and looked at there.
 */
export async function deployImages(deployment: Deployment): Promise<DeployedImage[]> {
  const { instances, store, emit } = deployment;
  const made = new Map<string, Made>();
  const needs: { role: string; device: string; made: Made }[] = [];
  for (const { role, device } of instances) {
    const image = deployment.imageOf(role, device);
    const one = made.get(image.plan.ref) ?? (await make(image, deployment));
    made.set(image.plan.ref, one);
    needs.push({ role, device, made: one });
  }
  const stock = new Stock(store, emit);
  const ids = new Map<string, Map<string, string>>();
  await inTurns([...new Set(needs.map(({ device }) => device))], atOnce, async (device) => {
    const wanted = needs.filter((need) => need.device === device).map((need) => need.made);
    try {
      ids.set(device, await deliverTo(device, wanted, stock, deployment));
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

async function make({ plan, sources, code }: RoleImage, deployment: Deployment): Promise<Made> {
  const { emit, signal, store } = deployment;
  const { engine, onController } = await builderFor(plan, deployment);
  const top = await buildImage(engine, plan, sources, { emit, onController, signal, store });
  const lower = plan.layers.filter(({ kind }) => kind !== 'code').map(({ ref }) => ref);
  const below = new Map<string, EngineImage>();
  for (const ref of lower.slice(0, -1)) {
    const image = await engine.image(ref);
    if (image !== null) below.set(ref, image);
  }
  below.set(lower.at(-1) ?? '', top);
  const made = await deployment.code.of(code);
  return { wanted: codeImage(plan, code.experiment, made, below), builder: engine };
}

async function deliverTo(
  device: string,
  made: readonly Made[],
  stock: Stock,
  deployment: Deployment,
): Promise<Map<string, string>> {
  const { store, emit, signal } = deployment;
  const target = deployment.targetOf(device);
  const wanted = made.map((one) => one.wanted);
  const inventory = await inventoryOf(target.engine, wanted, store);
  const fill = async ({ builder, wanted: { below } }: Made, diffIds: readonly string[]) => {
    const top = below.at(-1);
    const engineHas = diffIds.filter((diffId) => top?.layers.includes(diffId));
    if (top !== undefined) await stock.fill(builder, top.ref, engineHas);
  };
  // A containerd store knows an image by a document that names the size of each layer.
  const sent = missingLayers(wanted, inventory);
  const lacking =
    inventory.store === 'containerd' && sent.length > 0 ? wanted.flatMap(({ spec }) => spec.layers) : sent;
  for (const one of made) await fill(one, lacking);
  return deliver(planDelivery(device, wanted, inventory, store.sizeOf), target, {
    ...{ store, emit, signal },
    stock: async (spec) => {
      for (const one of made) if (one.wanted.spec.ref === spec.ref) await fill(one, spec.layers);
    },
  });
}

/**
 * Where an image is made; or, when it is not there and this machine has it already (imported, or built by emulation for
 * devices that cannot build), this machine.
 */
async function builderFor(
  plan: ImagePlan,
  deployment: Deployment,
): Promise<{ engine: Engine; onController: boolean }> {
  const here = deployment.controllerEngine;
  const builder = chooseBuilder(plan.architecture, {
    controller: here?.architecture ?? null,
    devices: deployment.instances,
    emulates: () => false,
  });
  const top = plan.layers.filter(({ kind }) => kind !== 'code').at(-1)?.ref ?? '';
  if (builder.kind === 'device') {
    const { engine } = deployment.targetOf(builder.device);
    const onlyHere = (await here?.engine.image(top)) != null && (await engine.image(top)) === null;
    if (!onlyHere) return { engine, onController: false };
  }
  if (here === null) throw new TypeError('no engine to build on');
  return { engine: here.engine, onController: true };
}
