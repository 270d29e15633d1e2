import {
  type DeviceInventory,
  type ImagePlan,
  missingLayers,
  type PlannedLayer,
  type WantedImage,
} from '../../deployment/index.js';

type LayerKind = PlannedLayer['kind'];

/** An image as far as it is known before a run, which may have to build a part of it. */
export interface KnownImage {
  plan: ImagePlan;
  /** Machine whose engine has the layers below the code, or builds them. */
  builder: string;
  /** Layers below the code that the builder lacks, bottom first. */
  toBuild: readonly PlannedLayer[];
  /** The image, whole when nothing is to be built; else the part that the builder has, null when it has none. */
  wanted: WantedImage | null;
}

/** Images of the roles on the devices that play them, and what these devices have of them. */
export interface KnownImages {
  images: readonly { role: string; device: string; known: KnownImage }[];
  /** By the device's name. */
  inventories: ReadonlyMap<string, DeviceInventory>;
  /** Bytes of a layer's tar by its id; null when not known. */
  sizeOf: (diffId: string) => number | null;
}

/** A layer that a run builds before it sends anything. */
export interface PlannedBuild {
  ref: string;
  layer: LayerKind;
  /** Machine that builds it. */
  builder: string;
}

/** An image that a device is to have. */
export interface DeviceImagePlan {
  ref: string;
  present: boolean;
  /** Kinds of layers that are sent, bottom first; none when only its tag or description is. */
  missing: LayerKind[];
}

/** Layers that a run builds, each once. */
export function planBuilds({ images }: Pick<KnownImages, 'images'>): PlannedBuild[] {
  const builds = images.flatMap(({ known: { toBuild, builder } }) =>
    toBuild.map(({ ref, kind }) => ({ ref, layer: kind, builder })),
  );
  return [...new Map(builds.map((build) => [`${build.ref} ${build.builder}`, build])).values()];
}

/** What each device is sent. */
export function planDeliveries(known: KnownImages): { device: string; images: DeviceImagePlan[] }[] {
  return [...known.inventories].map(([device, inventory]) => {
    const images = known.images.filter((one) => one.device === device).map((one) => one.known);
    return { device, images: missingOn(device, images, inventory, known.sizeOf) };
  });
}

/**
 * What one device lacks of its images, each image once. A layer that is still to be built is missing everywhere but on
 * the machine that builds it.
 */
export function missingOn(
  device: string,
  images: readonly KnownImage[],
  inventory: DeviceInventory,
  sizeOf: (diffId: string) => number | null,
): DeviceImagePlan[] {
  const unique = [...new Map(images.map((image) => [image.plan.ref, image])).values()];
  const layers = missingLayers(
    unique.flatMap(({ wanted }) => wanted ?? []),
    inventory,
    sizeOf,
  );
  const arriving = new Set<string>();
  return unique.map(({ plan, builder, toBuild, wanted }) => {
    const found = layers.find(({ image }) => image === wanted);
    const kinds = new Set(found === undefined ? [] : kindsOf(plan, found.image, found.missing));
    for (const { ref, kind } of builder === device ? [] : toBuild) {
      if (!arriving.has(ref)) kinds.add(kind);
      arriving.add(ref);
    }
    if (toBuild.length > 0) kinds.add('code');
    return {
      ref: plan.ref,
      present: toBuild.length === 0 && found?.present === true,
      missing: plan.layers.map(({ kind }) => kind).filter((kind) => kinds.has(kind)),
    };
  });
}

/** Which layers of the plan some layers of an image belong to: those up to the top of the base are the base's, and so on. */
function kindsOf(plan: ImagePlan, { spec, below }: WantedImage, diffIds: readonly string[]): LayerKind[] {
  const parts = [...below, spec].map(({ ref, layers }) => ({
    kind: plan.layers.find((layer) => layer.ref === ref)?.kind ?? 'code',
    end: layers.length,
  }));
  // What is missing is the upper end of the image's layers.
  const first = spec.layers.length - diffIds.length;
  return parts.flatMap(({ kind, end }) => (end > first ? [kind] : []));
}
