import type { Emit } from '../../events.js';
import type { LayerStore } from '../delivery/index.js';
import { type Engine, type EngineImage, stepOf } from '../engine/index.js';
import { tarOf, type TarFile } from '../archives/index.js';
import { compiledProgram } from './compiled-programs.js';
import { debianImage } from './debian-root.js';
import type { LayerEvent } from './events.js';
import { flatten } from './flatten.js';
import type { ImagePlan, PlannedLayer } from './layer-plan.js';
import type { ProgramSource } from './program-source.js';

/** The files of the layers below the code. */
export interface ImageSources {
  flavorFiles: readonly TarFile[];
  requirementFiles: readonly TarFile[];
  /** Programs that are compiled for the base. */
  programs?: readonly ProgramSource[];
}

/** Labels of every image that collab makes, for listing and pruning. */
const imageLabels = (layer: string) => ({ 'collab.image': layer });

export interface BuildContext {
  emit: Emit<LayerEvent>;
  onController: boolean;
  signal?: AbortSignal | undefined;
  /** Layer store of this machine; with it, a base is flattened to one layer. */
  store?: LayerStore;
  /** Architecture to build for by emulation; default the engine's own. */
  emulated?: string | undefined;
  /**
   * This machine's engine, which compiles programs for a device that builds its image itself; otherwise that device
   * compiles them.
   */
  compiler?: Engine | undefined;
  /** Folder of this machine for compiled programs. */
  programFolder?: string;
}

/**
 * Builds the layers below the code that this engine lacks, bottom first.
 * @returns the image below the code
 */
export async function buildImage(
  engine: Engine,
  plan: ImagePlan,
  sources: ImageSources,
  context: BuildContext,
): Promise<EngineImage> {
  const layers = plan.layers.filter((layer) => layer.kind !== 'code');
  const there = await Promise.all(layers.map(({ ref }) => engine.image(ref)));
  const highest = there.findLastIndex((image) => image !== null);
  let image = there[highest] ?? null;
  for (const [at, layer] of layers.entries()) {
    if (at > highest) {
      const { architecture } = plan;
      const programs = layer.kind === 'base' ? await compiled(engine, sources, architecture, context) : [];
      image = await buildLayer(engine, layer, [...contextFiles(layer, sources), ...programs], context);
    }
    if (at === highest) {
      context.emit({ kind: 'layer.present', device: engine.device, ref: layer.ref, layer: layer.kind });
    }
  }
  if (image === null) throw new TypeError(`no layer below the code of ${plan.ref}`);
  return image;
}

async function buildLayer(
  engine: Engine,
  layer: Exclude<PlannedLayer, { kind: 'code' }>,
  files: readonly TarFile[],
  context: BuildContext,
): Promise<EngineImage> {
  const { emit, signal, store, emulated } = context;
  const platform = emulated === undefined ? undefined : `linux/${emulated}`;
  const event = { device: engine.device, ref: layer.ref, layer: layer.kind };
  const args: Record<string, string> = { ...layer.args };
  if (layer.kind === 'base' && /^ARG DEBIAN\b/m.test(layer.dockerfile)) {
    args.DEBIAN = await debianImage(engine, context);
  }
  const flat =
    layer.kind === 'base' && store !== undefined && context.onController ? `${layer.ref}-parts` : null;
  if (emulated !== undefined)
    emit({ kind: 'layer.emulated', device: engine.device, ref: layer.ref, architecture: emulated });
  emit({ kind: 'layer.build', ...event });
  const started = performance.now();
  await engine.build({
    context: await tarOf(files),
    tag: flat ?? layer.ref,
    args,
    labels: imageLabels(layer.kind),
    platform,
    onLine: (line) => {
      const about = { device: engine.device, ref: layer.ref };
      const step = stepOf(line);
      emit(
        step === null ? { kind: 'layer.line', ...about, line } : { kind: 'layer.step', ...about, ...step },
      );
    },
    signal,
  });
  if (flat !== null && store !== undefined) {
    await flatten(engine, flat, layer.ref, store, { signal, architecture: emulated });
  }
  const image = await engine.image(layer.ref);
  if (image === null) throw new TypeError(`${layer.ref} was built on ${engine.device}, and is not there`);
  const seconds = (performance.now() - started) / 1000;
  emit({ kind: 'layer.built', ...event, image_id: image.id, seconds });
  return image;
}

function compiled(
  engine: Engine,
  { programs = [] }: ImageSources,
  architecture: string,
  { emit, signal, onController, compiler, programFolder }: BuildContext,
): Promise<TarFile[]> {
  const context = { emit, signal, onController: onController || compiler !== undefined, programFolder };
  const compile = (program: ProgramSource) =>
    compiledProgram(compiler ?? engine, program, architecture, context);
  return Promise.all(programs.map(compile));
}

function contextFiles(layer: Exclude<PlannedLayer, { kind: 'code' }>, sources: ImageSources): TarFile[] {
  const dockerfile: TarFile = { name: 'Dockerfile', content: layer.dockerfile };
  if (layer.kind === 'base') {
    return [dockerfile, ...sources.flavorFiles];
  }
  const files = sources.requirementFiles.map((file) => ({ ...file, name: `requirements/${file.name}` }));
  return [dockerfile, ...files];
}
