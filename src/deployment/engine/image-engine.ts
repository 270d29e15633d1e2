import type { Readable } from 'node:stream';

export interface BuildRequest {
  /** Tar of the build context, with its Dockerfile. */
  context: Readable;
  tag: string;
  args: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  /** `linux/arm64`: of another architecture than the engine's, whose programs its machine must be able to run. */
  platform?: string | undefined;
  /** Every line that the build prints. */
  onLine?: (line: string) => void;
  signal?: AbortSignal | undefined;
}

/** What is run in an image and how, in the words of the OCI image specification (`Env`, `Cmd`, `Labels` ...). */
export type RunConfig = Readonly<Record<string, unknown>>;

/** An image as one engine has it. */
export interface EngineImage {
  /** `sha256:...`: of the configuration in a classic store, of the manifest in a containerd store. */
  id: string;
  /** SHA-256 over the layers and what they run. Unlike the id it is the same on every engine. */
  content: string;
  /** SHA-256 (`sha256:...`) of each layer's tar, bottom first. */
  layers: readonly string[];
  architecture: string;
  run: RunConfig;
  /** With all its layers, bytes. */
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

/** How an engine keeps its images: `containerd` is the containerd image store of newer engines. */
export interface ImageStore {
  kind: 'classic' | 'containerd';
  /** Folder of its host below which images lie. */
  folder: string;
}

/** The part of an engine's contract that is about images. */
export interface ImageEngine {
  imageStore(): Promise<ImageStore>;
  /** Content id (`sha256:...`) of an image; null when the engine does not have it. */
  imageId(ref: string): Promise<string | null>;
  /** Null when the engine does not have the image, or not all of it. */
  image(ref: string): Promise<EngineImage | null>;
  /** All images that carry these labels, dangling ones too. */
  listImages(labels: Readonly<Record<string, string>>): Promise<ListedImage[]>;
  /**
   * Takes a tag away, and with the last one the image. No error when it is not there.
   * @throws CollabError `image-in-use` when a container was made from it
   */
  removeImage(refOrId: string): Promise<void>;
  /** Gives an image another tag besides. */
  tag(refOrId: string, ref: string): Promise<void>;
  /** Fetches an image from its registry; false when no registry answers or has it. */
  pull(ref: string, signal?: AbortSignal, platform?: string): Promise<boolean>;
  /**
   * Makes an image of one layer from a tar of a root file system, which may be gzipped.
   * @param labels none is set without them
   * @param platform `linux/arm64`; without it that of the engine
   */
  importImage(
    tar: Readable,
    ref: string,
    labels?: Readonly<Record<string, string>>,
    platform?: string,
  ): Promise<void>;
  /** Builds an image and gives its id; a failing step's own lines are in the error. */
  build(request: BuildRequest): Promise<string>;
  save(ref: string): Promise<Readable>;
  /** Takes in an archive as `docker save` writes it, gzipped or not. */
  load(tar: Readable): Promise<void>;
  /** The file system of a container, as a tar. */
  exportContainer(containerId: string): Promise<Readable>;
}
