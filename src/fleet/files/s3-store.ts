import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import { CollabError, ExitCode } from '../../errors.js';
import type { FileStore, FileVersion, NewFile, OpenFile, PutOptions } from './file-store.js';
import { checkFolder, checkName } from './names.js';
import { noFile } from './no-file.js';
import { fileOf } from './s3-metadata.js';
import { type S3Object, S3Objects } from './s3-objects.js';
import { S3Put } from './s3-put.js';

/** Files in a bucket of S3, or of a server that speaks as it does. It keeps the newest version only. */
export class S3Store implements FileStore {
  readonly keepsVersions = false;
  readonly place: string;

  /** @param owner who puts files, for their metadata */
  constructor(
    private readonly objects: S3Objects,
    private readonly owner: string = userInfo().username,
  ) {
    this.place = `s3://${objects.bucket}`;
  }

  /** @throws CollabError `s3-missing` */
  static async open(bucket: string): Promise<S3Store> {
    return new S3Store(await S3Objects.open(bucket));
  }

  put(
    files: Iterable<NewFile> | AsyncIterable<NewFile>,
    options: PutOptions = {},
  ): Promise<readonly FileVersion[]> {
    return new S3Put(this.objects, this.owner, options).run(files);
  }

  async open(name: string, version?: number, signal?: AbortSignal): Promise<OpenFile> {
    const object = version === undefined || version === 1 ? await this.#find(name, signal) : null;
    if (object === null) throw noFile(this.place, name);
    const file = fileOf(object);
    const content = (from = 0) =>
      file.kind === 'file' ? after(from, this.#checked(object, file, signal)) : nothing();
    return { file, content };
  }

  async versions(name: string): Promise<readonly FileVersion[]> {
    const object = await this.#find(name);
    return object === null ? [] : [fileOf(object)];
  }

  async *list(folder: string, signal?: AbortSignal): AsyncIterable<FileVersion> {
    checkFolder(folder);
    if (folder !== '') {
      const own = await this.objects.head(folder, signal);
      if (own !== null) yield fileOf(own);
    }
    for await (const object of this.objects.list(folder === '' ? '' : `${folder}/`, signal)) {
      // What a listing does not tell matters for links and folders only, which have no content.
      const full = object.sizeBytes === 0 ? await this.objects.head(object.key, signal) : object;
      if (full !== null) yield fileOf(full);
    }
  }

  async remove(name: string): Promise<number> {
    const object = await this.#find(name);
    if (object === null) return 0;
    await this.objects.remove(object.key);
    return 1;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.objects.close();
    return Promise.resolve();
  }

  async #find(name: string, signal?: AbortSignal): Promise<S3Object | null> {
    checkName(name);
    return (await this.objects.head(name, signal)) ?? (await this.objects.head(`${name}/`, signal));
  }

  async *#checked(object: S3Object, file: FileVersion, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of this.objects.read(object, signal)) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
    if (bytes !== file.sizeBytes || (file.sha256 !== null && hash.digest('hex') !== file.sha256))
      throw damaged(this.place, file.name);
  }
}

async function* after(from: number, content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let at = 0;
  for await (const chunk of content) {
    if (at + chunk.length > from) yield chunk.subarray(Math.max(0, from - at));
    at += chunk.length;
  }
}

async function* nothing(): AsyncIterable<Uint8Array> {
  // Links and folders have no content.
}

function damaged(place: string, name: string): CollabError {
  return new CollabError('store-damaged', {
    what: `${JSON.stringify(name)} in ${place} is not as it was put: its SHA-256 or its size differs.`,
    next: 'Get it again, or put it anew.',
    exitCode: ExitCode.deviceUnreachable,
  });
}
