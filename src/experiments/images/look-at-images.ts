import {
  codeImage,
  type EngineImage,
  inventoryOf,
  specOf,
  type WantedImage,
} from '../../deployment/index.js';
import type { KnownImage, KnownImages } from '../plan/index.js';
import type { RoleImage } from './image-needs.js';
import { builderOf, type ImageBuilder, type ImageSite } from './image-site.js';

/** An image with the engine that has the layers below its code, or builds them. */
export interface SitedImage {
  image: RoleImage;
  builder: ImageBuilder;
  known: KnownImage;
}

/**
 * Finds out which layers of the images already exist. It builds and sends nothing; the layers of the code, which are
 * made without an engine, go into this machine's cache.
 * @returns each image by its ref
 * @throws CollabError `no-builder`
 */
export async function lookAtImages(site: ImageSite): Promise<Map<string, SitedImage>> {
  const sited = new Map<string, SitedImage>();
  for (const { role, device } of site.instances) {
    const image = site.imageOf(role, device);
    const { ref } = image.plan;
    if (!sited.has(ref)) sited.set(ref, await lookAtImage(image, await builderOf(image.plan, site), site));
  }
  return sited;
}

/** Learns what the devices have of these images. */
export async function lookAtDevices(
  site: ImageSite,
  sited: ReadonlyMap<string, SitedImage>,
): Promise<KnownImages> {
  const images = site.instances.flatMap(({ role, device }) => {
    const known = sited.get(site.imageOf(role, device).plan.ref)?.known;
    return known === undefined ? [] : [{ role, device, known }];
  });
  const devices = [...new Set(images.map(({ device }) => device))];
  const inventories = await Promise.all(
    devices.map(async (device) => {
      const wanted = images.flatMap(({ device: on, known }) => (on === device ? (known.wanted ?? []) : []));
      return [device, await inventoryOf(site.targetOf(device).engine, wanted, site.store)] as const;
    }),
  );
  return { images, inventories: new Map(inventories), sizeOf: site.store.sizeOf };
}

/** Looks which layers of an image its builder has. */
export async function lookAtImage(
  image: RoleImage,
  builder: ImageBuilder,
  { code }: Pick<ImageSite, 'code'>,
): Promise<SitedImage> {
  const { plan } = image;
  const lower = plan.layers.filter(({ kind }) => kind !== 'code');
  const answers = await Promise.all(lower.map(({ ref }) => builder.engine.image(ref)));
  const found = new Map(lower.flatMap(({ ref }, at) => (answers[at] ? [[ref, answers[at]] as const] : [])));
  const toBuild = lower.slice(answers.findLastIndex((answer) => answer !== null) + 1);
  const wanted =
    toBuild.length === 0
      ? codeImage(plan, image.code.experiment, await code.of(image.code), found)
      : partOf(found);
  return { image, builder, known: { plan, builder: builder.engine.device, toBuild, wanted } };
}

/** The existing part of an image, as an image of that name; null if nothing exists. */
function partOf(found: ReadonlyMap<string, EngineImage>): WantedImage | null {
  const specs = [...found].map(([ref, image]) => specOf(ref, image));
  const top = specs.at(-1);
  return top === undefined ? null : { spec: top, below: specs.slice(0, -1) };
}
