import { createHash } from 'node:crypto';
import type { EngineImage, RunConfig } from '../engine/index.js';

/** An image to be delivered: its layers, run configuration and tag. */
export interface ImageSpec {
  ref: string;
  architecture: string;
  /** SHA-256 (`sha256:...`) of each layer's tar, bottom first. */
  layers: readonly string[];
  run: RunConfig;
}

/** The two documents of an image. They are deterministic, so the image's id is known before it is delivered. */
export interface ImageDocuments {
  /** Its SHA-256 is the id in a classic store. */
  config: Buffer;
  /** Its SHA-256 is the id in a containerd store. Null while the size of a layer is not known. */
  manifest: Buffer | null;
}

const oci = 'application/vnd.oci.image';
const epoch = '1970-01-01T00:00:00Z';

export const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Converts an engine's image to one that can be delivered. */
export function specOf(ref: string, image: EngineImage): ImageSpec {
  return { ref, architecture: image.architecture, layers: image.layers, run: image.run };
}

/**
 * OCI image configuration and manifest (image-spec v1.0). Layers are named by their uncompressed tar, also when
 * they are sent gzipped.
 * @param sizeOf bytes of a layer's tar; null when not known
 */
export function imageDocuments(spec: ImageSpec, sizeOf: (diffId: string) => number | null): ImageDocuments {
  const config = json({
    architecture: spec.architecture,
    os: 'linux',
    created: epoch,
    config: sorted(spec.run),
    rootfs: { type: 'layers', diff_ids: spec.layers },
    history: spec.layers.map(() => ({ created: epoch, created_by: 'collab' })),
  });
  const layers = spec.layers.map((digest) => ({
    mediaType: `${oci}.layer.v1.tar`,
    digest,
    size: sizeOf(digest),
  }));
  if (layers.some(({ size }) => size === null)) return { config, manifest: null };
  const manifest = json({
    schemaVersion: 2,
    mediaType: `${oci}.manifest.v1+json`,
    config: { mediaType: `${oci}.config.v1+json`, digest: digestOf(config), size: config.length },
    layers,
  });
  return { config, manifest };
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

const sorted = (run: RunConfig) =>
  Object.fromEntries(Object.entries(run).sort(([a], [b]) => (a < b ? -1 : 1)));
