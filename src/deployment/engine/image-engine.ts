import type { Readable } from 'node:stream';

export interface BuildRequest {
  /** Tar of the build context, with its Dockerfile. */
  context: Readable;
  tag: string;
  args: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  /** E.g. `linux/arm64`, when it differs from the engine's; the engine's machine must be able to emulate it. */
  platform?: string | undefined;
  /** Called for every line that the build prints. */
  onLine?: (line: string) => void;
  signal?: AbortSignal | undefined;
}

/** The run configuration of an image, with the names of the OCI image specification (`Env`, `Cmd`, `Labels` ...). */
export type RunConfig = Readonly<Record<string, unknown>>;

/** An image as one engine has it. */
export interface EngineImage {
  /** `sha256:...`: of the configuration in a classic store, of the manifest in a containerd store. */
  id: string;
  /** SHA-256 over the layers and the run configuration. Unlike the id, it is equal on every engine. */
  content: string;
  /** SHA-256 (`sha256:...`) of each layer's tar, bottom first. */
  layers: readonly string[];
  /** `name@sha256:...`, as a registry knows it. A containerd store also gives one to images that were built or loaded. */
  repoDigests: readonly string[];
  architecture: string;
  run: RunConfig;
  /** Size with all layers. */
  sizeBytes: number;
}

/** A line of the engine's list of images. */
export interface ListedImage {
  id: string;
  /** Its tags; empty for a dangling image. */
  refs: readonly string[];
  sizeBytes: number;
  createdAt: Date;
  labels: Readonly<Record<string, string>>;
  /** Containers that were made from it, running or not; null when the engine does not count them. */
  containers: number | null;
}

/** Kind of an engine's image store: `containerd` is the containerd image store of newer engines. */
export interface ImageStore {
  kind: 'classic' | 'containerd';
  /** Folder of the host that holds the images. */
  folder: string;
}

/** The part of an engine's contract that is about images. */
export interface ImageEngine {
  imageStore(): Promise<ImageStore>;
  /** Content id (`sha256:...`) of an image; null when the engine does not have it. */
  imageId(ref: string): Promise<string | null>;
  /** Null when the engine does not have the complete image. */
  image(ref: string): Promise<EngineImage | null>;
  /** All images with these labels, including dangling ones. An empty value matches any. */
  listImages(labels: Readonly<Record<string, string>>): Promise<ListedImage[]>;
  /**
   * Removes a tag, and with the last one the image. No error when it does not exist.
   * @throws CollabError `image-in-use` when a container uses it
   */
  removeImage(refOrId: string): Promise<void>;
  /** Adds a tag to an image. */
  tag(refOrId: string, ref: string): Promise<void>;
  /** Pulls an image from its registry; false when no registry answers or has it. */
  pull(ref: string, signal?: AbortSignal, platform?: string): Promise<boolean>;
  /**
   * Creates an image of one layer from a tar of a root file system, plain or gzipped.
   * @param labels default none
   * @param platform e.g. `linux/arm64`; default that of the engine
   */
  importImage(
    tar: Readable,
    ref: string,
    labels?: Readonly<Record<string, string>>,
    platform?: string,
  ): Promise<void>;
  /** Builds an image and returns its id. The error of a failed build has the output of the failed step. */
  build(request: BuildRequest): Promise<string>;
  save(ref: string): Promise<Readable>;
  /** Loads an archive as `docker save` writes it, plain or gzipped. */
  load(tar: Readable): Promise<void>;
  /** The file system of a container, as a tar. */
  exportContainer(containerId: string): Promise<Readable>;
}
