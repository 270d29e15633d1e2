import { Readable } from 'node:stream';
import { CollabError, ExitCode, plainText } from '../../errors.js';
import { BuildLines } from './build-lines.js';
import { engineCut, engineFault, imageInUse } from './faults.js';
import { engineImage, type InspectedImage } from './image-content.js';
import type { BuildRequest, EngineImage, ImageEngine, ImageStore, ListedImage } from './image-engine.js';
import { readProgress } from './progress-lines.js';
import { type BuildMachine, readProxies, withoutLogins } from './proxies.js';

/** The part of the client library that images need; `dockerode.ts` passes it in. */
export interface ImageClient {
  info(): Promise<unknown>;
  getImage(ref: string): {
    inspect(): Promise<InspectedImage & { Id: string; Size: number }>;
    get(): Promise<NodeJS.ReadableStream>;
    remove(options: { force?: boolean }): Promise<unknown>;
    tag(options: { repo: string; tag: string }): Promise<unknown>;
  };
  listImages(options: { all?: boolean; filters: Record<string, string[]> }): Promise<ListAnswer[]>;
  pull(
    ref: string,
    options: { abortSignal?: AbortSignal; platform?: string },
  ): Promise<NodeJS.ReadableStream>;
  importImage(
    tar: Readable,
    options: { repo: string; tag: string; changes?: string; platform?: string },
  ): Promise<NodeJS.ReadableStream>;
  buildImage(context: Readable, options: object): Promise<NodeJS.ReadableStream>;
  loadImage(tar: Readable): Promise<NodeJS.ReadableStream>;
  getContainer(id: string): { export(): Promise<NodeJS.ReadableStream> };
}

interface ListAnswer {
  Id: string;
  RepoTags?: string[] | null | undefined;
  Size: number;
  Created: number;
  Labels: Record<string, string> | null;
  Containers: number;
}

/** Images of an engine, over the client library. */
export abstract class ImageCalls implements ImageEngine {
  private store: Promise<ImageStore> | null = null;

  protected constructor(
    readonly device: string,
    private readonly images_: ImageClient,
    private readonly machine: BuildMachine,
  ) {}

  /** Runs one call and converts its error. With `absent`, a 404 returns that value instead. */
  protected async call<T>(doing: string, work: () => Promise<T>, absent?: { value: T }): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (absent !== undefined && (error as { statusCode?: number }).statusCode === 404) return absent.value;
      throw engineFault(this.device, doing, error);
    }
  }

  /** Runs a call that returns a progress stream. */
  private async progress(doing: string, work: () => Promise<NodeJS.ReadableStream>): Promise<void> {
    const body = await this.call(doing, work);
    const end = await readProgress(body);
    if (end.cut && end.error !== null) throw engineCut(this.device, doing, end.error);
    if (end.error !== null) throw engineFault(this.device, doing, new Error(end.error));
  }

  /** Asked once: it changes only when the engine is restarted. */
  imageStore(): Promise<ImageStore> {
    this.store ??= this.call('ask about its images', async () => storeOf(await this.images_.info())).catch(
      (error: unknown) => {
        this.store = null;
        throw error;
      },
    );
    return this.store;
  }

  imageId(ref: string): Promise<string | null> {
    return this.call<string | null>(
      `look up the image ${ref}`,
      async () => (await this.images_.getImage(ref).inspect()).Id,
      { value: null },
    );
  }

  /**
   * After a failed load, a containerd store still reports the image with its id and with layers that it does not have.
   * Its list omits such an image (Docker 26.1), so the list is checked too.
   */
  image(ref: string): Promise<EngineImage | null> {
    return this.call<EngineImage | null>(
      `look up the image ${ref}`,
      async () => {
        const isClassic = (await this.imageStore()).kind === 'classic';
        const [image, listed] = await Promise.all([
          this.images_.getImage(ref).inspect().then(engineImage),
          isClassic ? [] : this.images_.listImages({ filters: { reference: [ref] } }),
        ]);
        return isClassic || listed.some(({ Id }) => Id === image.id) ? image : null;
      },
      { value: null },
    );
  }

  listImages(labels: Readonly<Record<string, string>>): Promise<ListedImage[]> {
    return this.call('list images', async () => {
      const all = await this.images_.listImages({ filters: { label: labelFilter(labels) } });
      return all.map(listed);
    });
  }

  removeImage(refOrId: string): Promise<void> {
    return this.call(
      `remove the image ${refOrId}`,
      async () => {
        await this.images_
          .getImage(refOrId)
          .remove({})
          .catch((error: unknown) => {
            throw (error as { statusCode?: number }).statusCode === 409
              ? imageInUse(this.device, refOrId, error)
              : error;
          });
      },
      { value: undefined },
    );
  }

  tag(refOrId: string, ref: string): Promise<void> {
    return this.call(`tag the image ${refOrId}`, async () => {
      await this.images_.getImage(refOrId).tag(nameAndTag(ref));
    });
  }

  async pull(ref: string, signal?: AbortSignal, platform?: string): Promise<boolean> {
    try {
      const body = await this.images_.pull(ref, {
        ...(signal === undefined ? {} : { abortSignal: signal }),
        ...(platform === undefined ? {} : { platform }),
      });
      const end = await readProgress(body);
      return end.error === null && (await this.imageId(ref)) !== null;
    } catch (error) {
      if (typeof (error as { statusCode?: unknown }).statusCode === 'number') return false;
      throw engineFault(this.device, `pull ${ref}`, error);
    }
  }

  importImage(
    tar: Readable,
    ref: string,
    labels: Readonly<Record<string, string>> = {},
    platform?: string,
  ): Promise<void> {
    const changes = Object.entries(labels).map(([key, value]) => `LABEL ${key}=${value}`);
    return this.progress(`import ${ref}`, () =>
      this.images_.importImage(tar, {
        ...nameAndTag(ref),
        ...(platform === undefined ? {} : { platform }),
        ...(changes.length === 0 ? {} : { changes: changes.join('\n') }),
      }),
    );
  }

  async build(request: BuildRequest): Promise<string> {
    const doing = `build ${request.tag}`;
    const { args: proxies, remark } = await readProxies(this.machine);
    if (remark !== null) request.onLine?.(remark);
    const body = await this.call(doing, () =>
      this.images_.buildImage(request.context, {
        t: request.tag,
        buildargs: { ...proxies, ...request.args },
        labels: request.labels,
        networkmode: 'host',
        rm: true,
        forcerm: true,
        ...(request.platform === undefined ? {} : { platform: request.platform }),
        ...(request.signal === undefined ? {} : { abortSignal: request.signal }),
      }),
    );
    const own = new BuildLines();
    const end = await readProgress(body, (printed) => {
      const line = withoutLogins(printed, proxies);
      own.take(line);
      request.onLine?.(line);
    });
    request.signal?.throwIfAborted();
    const id = end.error === null ? await this.imageId(request.tag) : null;
    if (id !== null) return id;
    throw new CollabError('build-failed', {
      what: `The image ${request.tag} could not be built on ${this.device}.`,
      why: plainText(withoutLogins([remark ?? [], own.failure(end.error)].flat().join('\n'), proxies)),
      next: 'Fix the step above (its package name, its requirements, the network of this machine) and run again.',
      exitCode: ExitCode.experimentFailed,
    });
  }

  save(ref: string): Promise<Readable> {
    return this.call(`save ${ref}`, async () => readable(await this.images_.getImage(ref).get()));
  }

  load(tar: Readable): Promise<void> {
    return this.progress('load an image', () => this.images_.loadImage(tar));
  }

  exportContainer(containerId: string): Promise<Readable> {
    return this.call('export a container', async () =>
      readable(await this.images_.getContainer(containerId).export()),
    );
  }
}

function nameAndTag(ref: string): { repo: string; tag: string } {
  const [repo = ref, tag = 'latest'] = ref.split(':');
  return { repo, tag };
}

export function labelFilter(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([key, value]) => (value === '' ? key : `${key}=${value}`));
}

/** Docker Engine API, GET /info: `DriverStatus` names the snapshotter of a containerd store. */
function storeOf(info: unknown): ImageStore {
  const { DriverStatus, DockerRootDir } = info as {
    DriverStatus?: [string, string][] | null;
    DockerRootDir?: string;
  };
  const containerd = (DriverStatus ?? []).some(
    ([key, value]) => key === 'driver-type' && value.startsWith('io.containerd.snapshotter'),
  );
  return { kind: containerd ? 'containerd' : 'classic', folder: DockerRootDir ?? '/var/lib/docker' };
}

function listed(answer: ListAnswer): ListedImage {
  return {
    id: answer.Id,
    refs: (answer.RepoTags ?? []).filter((ref) => ref !== '<none>:<none>'),
    sizeBytes: answer.Size,
    createdAt: new Date(answer.Created * 1000),
    labels: answer.Labels ?? {},
    containers: answer.Containers < 0 ? null : answer.Containers,
  };
}

/** The library's types name an older kind of stream than it returns. */
function readable(stream: NodeJS.ReadableStream): Readable {
  return stream instanceof Readable ? stream : new Readable().wrap(stream);
}
