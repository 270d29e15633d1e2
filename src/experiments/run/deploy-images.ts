import { deliver } from '../../deployment/delivery/deliver.js';
import { identityOf } from '../../deployment/delivery/identity.js';
import { planDelivery, type DeliveryPlan, type ImageIdentity } from '../../deployment/delivery/plan.js';
import type { Engine } from '../../deployment/engine/engine.js';
import { buildImage } from '../../deployment/layers/build-image.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { RunEvent } from './events.js';
import type { RoleImage } from './image-needs.js';

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
  engineOf: (device: string) => Engine;
  /** This machine's engine; null when it has none, and then devices build for themselves. */
  controllerEngine: { engine: Engine; architecture: string } | null;
  emit: Emit<RunEvent>;
  signal: AbortSignal;
}

/** At most so many devices are sent to at once. */
const atOnce = 4;

/**
 * Gets the image of every role onto its device: built where its architecture is native (on the controller, else on
 * the first device of that architecture), sent to the others, checked by id.
 */
export async function deployImages(deployment: Deployment): Promise<DeployedImage[]> {
  const deployed: (DeployedImage & { content: string; builder: Engine })[] = [];
  for (const { role, device, architecture } of deployment.instances) {
    const { plan, sources } = deployment.imageOf(role, device);
    const builder = builderFor(architecture, deployment);
    const imageId = await buildImage(builder.engine, plan, sources, {
      emit: deployment.emit,
      onController: builder.onController,
      signal: deployment.signal,
    });
    const content = (await builder.engine.imageContent(plan.ref)) ?? '';
    deployed.push({ role, device, ref: plan.ref, imageId, content, builder: builder.engine });
  }
  const deliveries = await Promise.all(
    [...new Set(deployed.map((image) => image.device))].map(async (device) => {
      const wanted = deployed.filter((image) => image.device === device);
      return { wanted, plan: await inventory(device, wanted, deployment.engineOf(device)) };
    }),
  );
  await inTurns(deliveries, atOnce, async ({ wanted, plan }) => {
    const builder = wanted[0]?.builder;
    if (builder !== undefined) await deliver(plan, builder, deployment.engineOf(plan.device), deployment);
  });
  return Promise.all(
    deployed.map(async ({ role, device, ref, imageId }) => ({
      ...{ role, device, ref },
      imageId: (await deployment.engineOf(device).imageId(ref)) ?? imageId,
    })),
  );
}

/** What a device needs and what of it is there. */
export async function inventory(
  device: string,
  wanted: readonly ({ ref: string } & ImageIdentity)[],
  engine: Engine,
): Promise<DeliveryPlan> {
  const present = new Map<string, ImageIdentity | null>();
  for (const { ref } of wanted) present.set(ref, await identityOf(engine, ref));
  return planDelivery(device, wanted, present);
}

function builderFor(architecture: string, deployment: Deployment): { engine: Engine; onController: boolean } {
  const here = deployment.controllerEngine;
  if (here?.architecture === architecture) return { engine: here.engine, onController: true };
  const native = deployment.instances.find((instance) => instance.architecture === architecture);
  if (native !== undefined) return { engine: deployment.engineOf(native.device), onController: false };
  throw new CollabError('no-builder', {
    what: `There is no machine that can build an image for ${architecture}.`,
    next: `Add a device of that architecture with a Docker Engine: collab setup`,
    exitCode: ExitCode.deviceUnreachable,
  });
}

/** Runs `work` for every item, at most `limit` at once; waits for all, then throws the first failure. */
async function inTurns<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const failures: unknown[] = [];
  const take = async () => {
    for (let item = waiting.shift(); item !== undefined && failures.length === 0; item = waiting.shift()) {
      try {
        await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, take));
  if (failures.length > 0) throw failures[0];
}
