import { Transform } from 'node:stream';
import { CollabError, ExitCode } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { Engine } from '../engine/engine.js';
import { identityOf } from './identity.js';
import { sameImage, type DeliveryPlan, type ImageIdentity } from './plan.js';

export type DeliveryEvent =
  | { kind: 'delivery.present'; device: string; ref: string }
  | { kind: 'delivery.started'; device: string; ref: string; totalBytes: number }
  | { kind: 'delivery.progress'; device: string; ref: string; sentBytes: number; totalBytes: number }
  | {
      kind: 'delivery.done';
      device: string;
      ref: string;
      sentBytes: number;
      imageId: string;
      seconds: number;
    };

const progressEveryMs = 500;

/**
 * Sends to one device the images that it lacks: saved by the engine that has them, loaded by the device's engine
 * through the device's one connection. An image counts as delivered when the device's engine names the same id, or, where
 * its store makes ids in another way, the same content.
 */
export async function deliver(
  plan: DeliveryPlan,
  from: Engine,
  to: Engine,
  context: { emit: Emit<DeliveryEvent>; signal?: AbortSignal | undefined },
): Promise<void> {
  for (const image of plan.images) {
    context.signal?.throwIfAborted();
    if (image.present) context.emit({ kind: 'delivery.present', device: plan.device, ref: image.ref });
    else await send(image, plan.device, from, to, context);
  }
}

async function send(
  image: { ref: string } & ImageIdentity,
  device: string,
  from: Engine,
  to: Engine,
  { emit, signal }: { emit: Emit<DeliveryEvent>; signal?: AbortSignal | undefined },
): Promise<void> {
  const about = { device, ref: image.ref };
  const totalBytes = await from.imageSizeBytes(image.ref);
  emit({ kind: 'delivery.started', ...about, totalBytes });
  const started = performance.now();
  let sentBytes = 0;
  let toldAt = started;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sentBytes += chunk.length;
      if (performance.now() - toldAt > progressEveryMs) {
        toldAt = performance.now();
        emit({ kind: 'delivery.progress', ...about, sentBytes: Math.min(sentBytes, totalBytes), totalBytes });
      }
      done(null, chunk);
    },
  });
  const tar = await from.save(image.ref);
  tar.once('error', (error) => count.destroy(error));
  const abort = () => {
    tar.destroy();
    count.destroy(new Error('interrupted'));
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    signal?.throwIfAborted();
    await to.load(tar.pipe(count));
  } finally {
    signal?.removeEventListener('abort', abort);
    tar.destroy();
  }
  const there = await identityOf(to, image.ref);
  if (there === null || !sameImage(image, there)) throw cutDelivery(device, image, there?.imageId ?? null);
  emit({
    kind: 'delivery.done',
    ...about,
    sentBytes,
    imageId: there.imageId,
    seconds: (performance.now() - started) / 1000,
  });
}

function cutDelivery(
  device: string,
  image: { ref: string; imageId: string },
  there: string | null,
): CollabError {
  return new CollabError('delivery-cut', {
    what: `The image ${image.ref} did not arrive whole on ${device}.`,
    why: `Its id there is ${there ?? 'none'}, it should be ${image.imageId}.`,
    next: 'Run again: what has arrived is not sent twice. If it happens again, look at the free space of the device.',
    exitCode: ExitCode.deviceUnreachable,
  });
}
