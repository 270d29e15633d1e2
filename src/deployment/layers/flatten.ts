import { randomBytes } from 'node:crypto';
import {
  deliver,
  inventoryOf,
  type LayerStore,
  localTarget,
  planDelivery,
  specOf,
} from '../delivery/index.js';
import type { Engine } from '../engine/index.js';

/**
 * Flattens an image to one layer on this machine's engine: exports its file system to the store and imports it the way
 * a device will. A device can then import the layer, which writes it once, and the image has the same id everywhere.
 * The original image is removed.
 * @param architecture of the content; Docker 20.10 ignores the requested one on import and sets its own
 */
export async function flatten(
  engine: Engine,
  from: string,
  ref: string,
  store: LayerStore,
  { signal, architecture }: { signal?: AbortSignal | undefined; architecture?: string | undefined } = {},
): Promise<void> {
  const image = await engine.image(from);
  if (image === null) throw new TypeError(`${from} was built on ${engine.device}, and is not there`);
  const container = await engine.create({
    name: `collab-flatten-${randomBytes(6).toString('hex')}`,
    image: from,
    command: ['true'],
    labels: { 'collab.flatten': ref },
    capabilities: [],
  });
  const layer = await engine
    .exportContainer(container)
    .then((tar) => store.add(tar))
    .finally(() => engine.remove(container));
  const spec = {
    ...specOf(ref, image),
    layers: [layer.diffId],
    ...(architecture !== undefined && { architecture }),
  };
  const wanted = [{ spec, below: [] }];
  const plan = planDelivery(engine.device, wanted, await inventoryOf(engine, wanted, store), store.sizeOf);
  await deliver(plan, localTarget(engine), {
    store,
    signal,
    stock: () => Promise.resolve(),
    emit: () => undefined,
  });
  await engine.removeImage(from);
}
