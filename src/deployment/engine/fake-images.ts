import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { CollabError } from '../../errors.js';
import { tarHeader } from '../archives/index.js';
import { engineFault } from './faults.js';
import type {
  BuildRequest,
  EngineImage,
  ImageEngine,
  ImageStore,
  ListedImage,
  RunConfig,
} from './image-engine.js';

interface FakeImage {
  id: string;
  sizeBytes: number;
  layers?: readonly string[];
  run?: RunConfig;
}

/**
 * Images in memory, by the rules of a classic or a containerd store: ids are hashes of what describes an image, a layer
 * is known by the hash of its tar, and an archive may leave out layers that are there.
 */
export class FakeImages implements ImageEngine {
  readonly images = new Map<string, FakeImage>();
  /** Images that a registry would give. */
  readonly registry = new Map<string, FakeImage>();
  /** Tars of the layers, by `sha256:...`. */
  readonly layers = new Map<string, Buffer>();
  /** Every build in order, with the bytes of its context. */
  readonly builds: { tag: string; args: BuildRequest['args']; context: Buffer; platform?: string }[] = [];
  /** Every call that changes something, in order, e.g. `start web`. */
  readonly calls: string[] = [];
  /** What the next load does when it has read all: nothing, keep silent about nothing taken in, or fail like this. */
  nextLoad: 'taken' | 'lost' | Error = 'taken';

  constructor(
    readonly device: string,
    protected readonly architecture = 'amd64',
    private readonly kind: ImageStore['kind'] = 'classic',
  ) {}

  imageStore(): Promise<ImageStore> {
    return Promise.resolve({ kind: this.kind, folder: '/var/lib/docker' });
  }

  imageId(ref: string): Promise<string | null> {
    return Promise.resolve(this.images.get(ref)?.id ?? null);
  }

  image(ref: string): Promise<EngineImage | null> {
    const image = this.images.get(ref);
    if (image === undefined) return Promise.resolve(null);
    const { id, sizeBytes, layers = [], run = {} } = image;
    const content = digest(JSON.stringify([layers, run]));
    return Promise.resolve({ id, content, layers, architecture: this.architecture, run, sizeBytes });
  }

  listImages(labels: Readonly<Record<string, string>>): Promise<ListedImage[]> {
    const all = [...this.images].map(([ref, { id, sizeBytes, run }]) => {
      const has = (run?.Labels ?? {}) as Record<string, string>;
      return { id, refs: [ref], sizeBytes, createdAt: new Date(0), labels: has, containers: null };
    });
    const carries = ({ labels: has }: ListedImage) =>
      Object.entries(labels).every(([key, value]) => key in has && (value === '' || has[key] === value));
    return Promise.resolve(all.filter(carries));
  }

  removeImage(ref: string): Promise<void> {
    this.calls.push(`remove image ${ref}`);
    this.images.delete(ref);
    return Promise.resolve();
  }

  tag(from: string, ref: string): Promise<void> {
    this.calls.push(`tag ${from} ${ref}`);
    const image = this.images.get(from) ?? [...this.images.values()].find(({ id }) => id === from);
    if (image !== undefined) this.images.set(ref, image);
    return Promise.resolve();
  }

  pull(ref: string, _signal?: AbortSignal, platform?: string): Promise<boolean> {
    this.calls.push(`pull ${ref}${platform === undefined ? '' : ` ${platform}`}`);
    const image = this.registry.get(ref);
    if (image !== undefined) this.images.set(ref, image);
    return Promise.resolve(image !== undefined);
  }

  async importImage(
    tar: Readable,
    ref: string,
    labels: Readonly<Record<string, string>> = {},
    platform?: string,
  ): Promise<void> {
    const content = plain(await buffer(tar));
    this.calls.push(`import ${ref}${platform === undefined ? '' : ` ${platform}`}`);
    this.keep(ref, [this.layer(content)], { Labels: labels });
  }

  async build({ context, tag, args, labels, onLine, platform }: BuildRequest): Promise<string> {
    const content = await buffer(context);
    this.calls.push(`build ${tag}`);
    this.builds.push({ tag, args, context: content, ...(platform !== undefined && { platform }) });
    onLine?.('Step 1/1 : FROM scratch');
    const below = this.images.get(/(?:^|\0)FROM (\S+)/m.exec(content.toString())?.[1] ?? '');
    return this.keep(tag, [...(below?.layers ?? []), this.layer(content)], { Labels: labels }).id;
  }

  /** As a classic store writes it: each layer as `<id>/layer.tar`. */
  save(ref: string): Promise<Readable> {
    const image = this.images.get(ref);
    if (image === undefined) {
      return Promise.reject(engineFault(this.device, `save ${ref}`, new Error(`No such image: ${ref}`)));
    }
    const files = (image.layers ?? []).map((id, index) => {
      const content = this.layers.get(id) ?? Buffer.alloc(0);
      const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
      return Buffer.concat([tarHeader(`${index}/layer.tar`, content.length), content, padding]);
    });
    return Promise.resolve(Readable.from([Buffer.concat([...files, Buffer.alloc(1024)])]));
  }

  async load(tar: Readable): Promise<void> {
    const files = filesOf(plain(await buffer(tar)));
    this.calls.push('load');
    const outcome = this.nextLoad;
    this.nextLoad = 'taken';
    if (outcome instanceof CollabError) throw outcome;
    if (outcome instanceof Error) throw engineFault(this.device, 'load an image', outcome);
    const list = JSON.parse((files.get('manifest.json') ?? Buffer.from('[]')).toString()) as {
      Config: string;
      RepoTags: string[];
      Layers: string[];
    }[];
    for (const { Config, RepoTags, Layers } of list) {
      const config = files.get(Config) ?? Buffer.alloc(0);
      const { config: run } = JSON.parse(config.toString()) as { config: RunConfig };
      const layers = Layers.map((name) => {
        const sent = files.get(name);
        const id = sent === undefined ? name.replace('blobs/sha256/', 'sha256:') : this.layer(sent);
        if (!this.layers.has(id)) {
          throw engineFault(
            this.device,
            'load an image',
            new Error(`open ${name}: no such file or directory`),
          );
        }
        return id;
      });
      const about = this.kind === 'classic' ? config : manifestOf(files, RepoTags[0] ?? '');
      if (outcome === 'taken') for (const ref of RepoTags) this.keep(ref, layers, run, digest(about));
    }
  }

  async exportContainer(id: string): Promise<Readable> {
    return Promise.resolve(Readable.from([Buffer.from(`the files of ${id.slice(0, 14)}`)]));
  }

  private layer(content: Buffer): string {
    const id = digest(content);
    this.layers.set(id, content);
    return id;
  }

  private keep(ref: string, layers: readonly string[], run: RunConfig, id?: string): FakeImage {
    const sizeBytes = layers.reduce((sum, one) => sum + (this.layers.get(one)?.length ?? 0), 0);
    const image = { id: id ?? digest(JSON.stringify([layers, run])), sizeBytes, layers, run };
    this.images.set(ref, image);
    return image;
  }
}

const digest = (content: string | Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`;
const plain = (bytes: Buffer) => (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);

function manifestOf(files: ReadonlyMap<string, Buffer>, ref: string): Buffer {
  const index = JSON.parse((files.get('index.json') ?? Buffer.from('{"manifests":[]}')).toString()) as {
    manifests: { digest: string; annotations: Record<string, string> }[];
  };
  const name = `docker.io/${ref}`;
  const one = index.manifests.find(({ annotations }) => annotations['io.containerd.image.name'] === name);
  return files.get(`blobs/${(one?.digest ?? '').replace(':', '/')}`) ?? Buffer.alloc(0);
}

/** Regular files of a tar, by name. */
function filesOf(tar: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0;) {
    const name = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    const size = parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    files.set(name, tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
