import type { Emit } from '../../events.js';
import type { Engine } from '../engine/engine.js';
import { tarOf, type TarFile } from '../tar.js';
import { debianImage } from './debian-root.js';
import type { LayerEvent } from './events.js';
import type { ImagePlan, PlannedLayer } from './layer-plan.js';

/** The files that the layers of an image take in. */
export interface ImageSources {
  flavourFiles: readonly TarFile[];
  requirementFiles: readonly TarFile[];
  experimentFiles: readonly TarFile[];
  wrapperFiles: readonly TarFile[];
}

/** Labels that every image of ours carries, by which they are found and pruned. */
const imageLabels = (layer: string) => ({ 'collab.image': layer });

/** Builds on this engine those layers of the plan that it does not have, bottom first, and gives the image's id. */
export async function buildImage(
  engine: Engine,
  plan: ImagePlan,
  sources: ImageSources,
  context: { emit: Emit<LayerEvent>; onController: boolean; signal?: AbortSignal | undefined },
): Promise<string> {
  let imageId = '';
  for (const layer of plan.layers) imageId = await buildLayer(engine, layer, sources, context);
  return imageId;
}

async function buildLayer(
  engine: Engine,
  layer: PlannedLayer,
  sources: ImageSources,
  context: { emit: Emit<LayerEvent>; onController: boolean; signal?: AbortSignal | undefined },
): Promise<string> {
  const { emit, signal } = context;
  const event = { device: engine.device, ref: layer.ref, layer: layer.kind };
  const present = await engine.imageId(layer.ref);
  if (present !== null) {
    emit({ kind: 'layer.present', ...event });
    return present;
  }
  const args: Record<string, string> = { ...layer.args };
  if (layer.kind === 'base' && /^ARG DEBIAN\b/m.test(layer.dockerfile)) {
    args.DEBIAN = await debianImage(engine, emit, context.onController, signal);
  }
  emit({ kind: 'layer.build', ...event });
  const started = performance.now();
  const imageId = await engine.build({
    context: await tarOf(contextFiles(layer, sources)),
    tag: layer.ref,
    args,
    labels: imageLabels(layer.kind),
    onLine: (line) => emit({ kind: 'layer.line', device: engine.device, ref: layer.ref, line }),
    signal,
  });
  emit({ kind: 'layer.built', ...event, imageId, seconds: (performance.now() - started) / 1000 });
  return imageId;
}

function contextFiles(layer: PlannedLayer, sources: ImageSources): TarFile[] {
  const below = (prefix: string, files: readonly TarFile[]) =>
    files.map((file) => ({ ...file, name: `${prefix}/${file.name}` }));
  const dockerfile: TarFile = { name: 'Dockerfile', content: layer.dockerfile };
  switch (layer.kind) {
    case 'base':
      return [dockerfile, ...sources.flavourFiles];
    case 'dependencies':
      return [dockerfile, ...below('requirements', sources.requirementFiles)];
    case 'code':
      return [
        dockerfile,
        ...below('collab', sources.wrapperFiles),
        ...below('experiment', sources.experimentFiles),
      ];
  }
}
