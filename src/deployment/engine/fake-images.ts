import { createHash } from 'node:crypto';
import { addAbortSignal, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { CollabError } from '../../errors.js';
import { tarHeader } from '../archives/index.js';
import { engineFault, imageInUse } from './faults.js';
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
  /** Images whose last tag another one has now, by id. */
  private readonly nameless = new Map<string, FakeImage>();
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
    return Promise.resolve(this.named(ref)?.id ?? null);
  }

  image(ref: string): Promise<EngineImage | null> {
    const image = this.named(ref);
    if (image === undefined) return Promise.resolve(null);
    const { id, sizeBytes, layers = [], run = {} } = image;
    const content = digest(JSON.stringify([layers, run]));
    const about = { id, content, layers, architecture: this.architecture, run, sizeBytes };
    const names = [...this.images].flatMap(([one, { id: of }]) => (of === id ? one.replace(/:.*/, '') : []));
    const isKnown = this.kind === 'containerd' || [...this.registry.values()].includes(image);
    return Promise.resolve({ ...about, repoDigests: isKnown ? names.map((name) => `${name}@${id}`) : [] });
  }

  listImages(labels: Readonly<Record<string, string>>): Promise<ListedImage[]> {
    const named = [...this.images].map(([ref, image]) => ({ image, refs: [ref] }));
    const nameless = [...this.nameless.values()].map((image) => ({ image, refs: [] }));
    const listed = new Map<string, ListedImage & { refs: string[] }>();
    for (const { image, refs } of [...named, ...nameless]) {
      const { id, sizeBytes, run } = image;
      const has = (run?.Labels ?? {}) as Record<string, string>;
      if (!carries(has, labels)) continue;
      const before = listed.get(id)?.refs ?? [];
      const about = { id, sizeBytes, createdAt: new Date(0), labels: has, containers: null };
      listed.set(id, { ...about, refs: [...before, ...refs] });
    }
    return Promise.resolve([...listed.values()]);
  }

  removeImage(refOrId: string): Promise<void> {
    this.calls.push(`remove image ${refOrId}`);
    const image = this.named(refOrId);
    const refs = [...this.images].flatMap(([ref, { id }]) => (id === image?.id ? [ref] : []));
    if (refs.length === 1 && this.usesImage([image?.id ?? '', ...refs])) {
      return Promise.reject(imageInUse(this.device, refOrId, 'a container was made from it'));
    }
    for (const ref of this.images.has(refOrId) ? [refOrId] : refs) this.images.delete(ref);
    this.nameless.delete(refOrId);
    return Promise.resolve();
  }

  tag(from: string, ref: string): Promise<void> {
    this.calls.push(`tag ${from} ${ref}`);
    const image = this.named(from);
    if (image === undefined) return Promise.reject(this.noSuch(`tag the image ${from}`, `image: ${from}`));
    this.name(ref, image);
    return Promise.resolve();
  }

  pull(ref: string, _signal?: AbortSignal, platform?: string): Promise<boolean> {
    this.calls.push(`pull ${ref}${platform === undefined ? '' : ` ${platform}`}`);
    const image = this.registry.get(ref);
    if (image !== undefined) this.name(ref, image);
    return Promise.resolve(image !== undefined);
  }

  async importImage(
    tar: Readable,
    ref: string,
    labels: Readonly<Record<string, string>> = {},
    platform?: string,
  ): Promise<void> {
    const content = plain(await this.received(`import ${ref}`, tar));
    this.calls.push(`import ${ref}${platform === undefined ? '' : ` ${platform}`}`);
    this.keep(ref, [this.layer(content)], { Labels: labels });
  }

  async build({ context, tag, args, labels, onLine, platform, signal }: BuildRequest): Promise<string> {
    signal?.throwIfAborted();
    const content = await this.received(`build ${tag}`, signal ? addAbortSignal(signal, context) : context);
    this.calls.push(`build ${tag}`);
    this.builds.push({ tag, args, context: content, ...(platform !== undefined && { platform }) });
    onLine?.('Step 1/1 : FROM scratch');
    const below = this.images.get(/(?:^|\0)FROM (\S+)/m.exec(content.toString())?.[1] ?? '');
    return this.keep(tag, [...(below?.layers ?? []), this.layer(content)], { Labels: labels }).id;
  }

  /** As a classic store writes it: each layer as `<number>/layer.tar`. */
  save(ref: string): Promise<Readable> {
    const image = this.named(ref);
    if (image === undefined) return Promise.reject(this.noSuch(`save ${ref}`, `image: ${ref}`));
    const { layers = [], run = {} } = image;
    const config = `${image.id.replace('sha256:', '')}.json`;
    const names = layers.map((_, index) => `${index}/layer.tar`);
    const files = [
      ...layers.map((id, index) => fileOf(names[index] ?? '', this.layers.get(id) ?? Buffer.alloc(0))),
      fileOf(config, Buffer.from(configOf(layers, run))),
      fileOf(
        'manifest.json',
        Buffer.from(JSON.stringify([{ Config: config, RepoTags: [ref], Layers: names }])),
      ),
    ];
    return Promise.resolve(Readable.from([Buffer.concat([...files, Buffer.alloc(1024)])]));
  }

  async load(tar: Readable): Promise<void> {
    const files = filesOf(plain(await this.received('load an image', tar)));
    this.calls.push('load');
    const outcome = this.nextLoad;
    this.nextLoad = 'taken';
    if (outcome instanceof CollabError) throw outcome;
    if (outcome instanceof Error) throw engineFault(this.device, 'load an image', outcome);
    const manifest = files.get('manifest.json');
    if (manifest === undefined) throw engineFault(this.device, 'load an image', new Error('unexpected EOF'));
    const list = JSON.parse(manifest.toString()) as {
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
      const manifestThere = this.kind === 'containerd' && files.has('index.json');
      const about = manifestThere ? manifestOf(files, RepoTags[0] ?? '') : config;
      if (outcome === 'taken') for (const ref of RepoTags) this.keep(ref, layers, run, digest(about));
    }
  }

  exportContainer(id: string): Promise<Readable> {
    return Promise.resolve(Readable.from([Buffer.from(`the files of ${id.slice(0, 14)}`)]));
  }

  /** Whether a container was made from an image of one of these names. */
  protected usesImage: (names: readonly string[]) => boolean = () => false;

  protected named(refOrId: string): FakeImage | undefined {
    const images = [...this.images.values(), ...this.nameless.values()];
    return this.images.get(refOrId) ?? images.find(({ id }) => id === refOrId);
  }

  protected noSuch(doing: string, what: string): CollabError {
    return engineFault(this.device, doing, new Error(`No such ${what}`));
  }

  /** All that is sent; what breaks on the way is the call's error. */
  private received(doing: string, body: Readable): Promise<Buffer> {
    return buffer(body).catch((error: unknown) => {
      throw engineFault(this.device, doing, error);
    });
  }

  /** Gives an image a tag; one that had it before stays, known by its id. */
  private name(ref: string, image: FakeImage): void {
    const before = this.images.get(ref);
    this.images.set(ref, image);
    if (before !== undefined && ![...this.images.values()].includes(before))
      this.nameless.set(before.id, before);
  }

  private layer(content: Buffer): string {
    const id = digest(content);
    this.layers.set(id, content);
    return id;
  }

  private keep(ref: string, layers: readonly string[], run: RunConfig, id?: string): FakeImage {
    const sizeBytes = layers.reduce((sum, one) => sum + (this.layers.get(one)?.length ?? 0), 0);
    const image = { id: id ?? digest(configOf(layers, run)), sizeBytes, layers, run };
    this.name(ref, image);
    return image;
  }
}

const digest = (content: string | Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`;
const plain = (bytes: Buffer) => (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);

const configOf = (layers: readonly string[], run: RunConfig) => JSON.stringify({ config: run, layers });

/** Whether an object carries labels; one that is asked for with an empty value may have any. */
export function carries(
  has: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(labels).every(([key, value]) => key in has && (value === '' || has[key] === value));
}

function fileOf(name: string, content: Buffer): Buffer {
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([tarHeader(name, content.length), content, padding]);
}

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
