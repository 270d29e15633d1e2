import {
  chooseBuilder,
  type CodeLayers,
  type ControllerEngine,
  type DeliveryTarget,
  type Engine,
  type ImagePlan,
  type LayerStore,
} from '../../deployment/index.js';
import type { RoleImage } from './image-needs.js';

/** The machines that build the images of an experiment, and those that get them. */
export interface ImageSite {
  /** Each role with each device that plays it. */
  instances: readonly { role: string; device: string; architecture: string }[];
  imageOf: (role: string, device: string) => RoleImage;
  targetOf: (device: string) => DeliveryTarget;
  /** This machine's engine; null when it has none, and then devices build for themselves. */
  controllerEngine: ControllerEngine | null;
  store: LayerStore;
  code: CodeLayers;
}

/** An engine that has what is below the code of an image, or builds it. */
export interface ImageBuilder {
  /** `engine.device` for a device; this machine's engine has a name that no device has. */
  engine: Engine;
  onController: boolean;
}

/**
 * Where an image is built: natively on the controller, else on the first device of the architecture. When that device
 * lacks it and this machine has it (imported, or built by emulation for devices that cannot build), this machine.
 * @throws CollabError `no-builder`
 */
export async function builderOf(plan: ImagePlan, site: ImageSite): Promise<ImageBuilder> {
  const here = site.controllerEngine;
  const builder = chooseBuilder(plan.architecture, {
    controller: here?.architecture ?? null,
    devices: site.instances,
    emulates: () => false,
  });
  const top = plan.layers.filter(({ kind }) => kind !== 'code').at(-1)?.ref ?? '';
  if (builder.kind === 'device') {
    const { engine } = site.targetOf(builder.device);
    const onlyHere = (await here?.engine.image(top)) != null && (await engine.image(top)) === null;
    if (!onlyHere) return { engine, onController: false };
  }
  if (here === null) throw new TypeError('no engine to build on');
  return { engine: here.engine, onController: true };
}
