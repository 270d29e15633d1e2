import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { tarHeader } from '../archives/index.js';
import { digestOf, type ImageDocuments, type ImageSpec } from './image-spec.js';

/** A file of an archive: bytes in memory, or a layer of the store. */
export type ArchiveEntry = { name: string } & ({ content: Buffer } | { diffId: string; sizeBytes: number });

const block = 512;
const padding = (bytes: number) => Buffer.alloc((block - (bytes % block)) % block);
const blobName = (digest: string) => `blobs/${digest.replace(':', '/')}`;

/**
 * The entries of an image archive as `docker save` writes it (Docker Image Specification v1.2, and OCI image
 * layout v1.0). `manifest.json` lists all layers; the engine must have those that are not in `send`.
 */
export function archiveEntries(
  images: readonly { spec: ImageSpec; documents: ImageDocuments }[],
  send: readonly { diffId: string; sizeBytes: number }[],
): ArchiveEntry[] {
  const blob = (content: Buffer): ArchiveEntry => ({ name: blobName(digestOf(content)), content });
  const text = (name: string, value: unknown): ArchiveEntry => ({
    name,
    content: Buffer.from(JSON.stringify(value)),
  });
  const entries: ArchiveEntry[] = [
    ...send.map((layer) => ({ name: blobName(layer.diffId), ...layer })),
    ...images.flatMap(({ documents: { config, manifest } }) =>
      manifest === null ? [blob(config)] : [blob(config), blob(manifest)],
    ),
  ];
  if (images.every(({ documents }) => documents.manifest !== null)) {
    entries.push(text('oci-layout', { imageLayoutVersion: '1.0.0' }), text('index.json', indexOf(images)));
  }
  const manifest = images.map(({ spec, documents }) => ({
    Config: blobName(digestOf(documents.config)),
    RepoTags: [spec.ref],
    Layers: spec.layers.map(blobName),
  }));
  return [...new Map(entries.map((entry) => [entry.name, entry])).values(), text('manifest.json', manifest)];
}

function indexOf(images: readonly { spec: ImageSpec; documents: ImageDocuments }[]) {
  return {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: images.flatMap(({ spec, documents: { manifest } }) =>
      manifest === null
        ? []
        : [
            {
              mediaType: 'application/vnd.oci.image.manifest.v1+json',
              digest: digestOf(manifest),
              size: manifest.length,
              annotations: {
                'io.containerd.image.name': `docker.io/${spec.ref}`,
                'org.opencontainers.image.ref.name': spec.ref.split(':')[1] ?? 'latest',
              },
            },
          ],
    ),
  };
}

/** Bytes of an archive as a plain tar. */
export function archiveBytes(entries: readonly ArchiveEntry[]): number {
  const sizes = entries.map((entry) => ('content' in entry ? entry.content.length : entry.sizeBytes));
  return sizes.reduce((sum, size) => sum + block + size + padding(size).length, 2 * block);
}

/**
 * The bytes of an archive. When gzipped, they are a sequence of gzip members (RFC 1952, 2.2), so that a
 * gzipped layer is included as it is.
 * @param open the bytes of a layer, gzipped where the archive is
 */
export async function* archiveStream(
  entries: readonly ArchiveEntry[],
  gzipped: boolean,
  open: (diffId: string) => AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  const flush = async () => {
    const bytes = Buffer.concat(pending);
    pending = [];
    return gzipped ? promisify(gzip)(bytes, { level: 1 }) : bytes;
  };
  for (const entry of entries) {
    if ('content' in entry) {
      pending.push(tarHeader(entry.name, entry.content.length), entry.content, padding(entry.content.length));
      continue;
    }
    pending.push(tarHeader(entry.name, entry.sizeBytes));
    yield await flush();
    yield* open(entry.diffId);
    pending.push(padding(entry.sizeBytes));
  }
  pending.push(Buffer.alloc(2 * block));
  yield await flush();
}
