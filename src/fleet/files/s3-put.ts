import { createHash } from 'node:crypto';
import { abortable } from './abortable.js';
import { badName } from './errors.js';
import type { FileVersion, NewFile, PutOptions } from './file-store.js';
import { checkName } from './names.js';
import { fileOf, keyOf, metadataOf } from './s3-metadata.js';
import type { S3Objects, S3Upload } from './s3-objects.js';

const mib = 1024 * 1024;
/** A file up to this size is one request. */
const smallBytes = 5 * mib;
/** Small files that wait, in memory, until all contents of a put are there. */
const heldBytesAtMost = 32 * mib;
const shownAtOnce = 8;
/** S3 takes 10,000 parts of an upload; with larger ones later, that is 350 GiB. */
const partBytes = (part: number): number => (part <= 5000 ? 8 * mib : 64 * mib);

/** A file whose content is safe, and that nobody sees yet. */
interface Ready {
  file: NewFile;
  sizeBytes: number;
  sha256: string | null;
  held: Uint8Array | null;
  upload: S3Upload | null;
}

/**
 * Puts files into a bucket: contents first, as uploads that are not complete or, if small, in memory; then each becomes visible.
 * S3 keeps no older content, so that what was replaced before a fault stays replaced.
 */
export class S3Put {
  readonly #ready: Ready[] = [];
  readonly #visible: string[] = [];
  readonly #names = new Set<string>();
  readonly #signal: AbortSignal;
  #heldBytes = 0;
  #doneBytes = 0;

  constructor(
    private readonly objects: S3Objects,
    private readonly owner: string,
    private readonly options: PutOptions,
  ) {
    this.#signal = options.signal ?? new AbortController().signal;
  }

  async run(files: Iterable<NewFile> | AsyncIterable<NewFile>): Promise<FileVersion[]> {
    try {
      for await (const file of abortable(files, this.#signal)) this.#ready.push(await this.#send(file));
      return await this.#show();
    } catch (error) {
      for (const { upload } of this.#ready) if (upload !== null) await this.objects.abort(upload);
      await Promise.allSettled(this.#visible.map((key) => this.objects.remove(key)));
      throw error;
    }
  }

  async #send(file: NewFile): Promise<Ready> {
    this.#signal.throwIfAborted();
    checkName(file.name);
    if (this.#names.has(file.name)) throw badName(file.name, 'It is put twice at once.');
    this.#names.add(file.name);
    if (file.kind !== 'file')
      return { file, sizeBytes: 0, sha256: null, held: new Uint8Array(), upload: null };
    const hash = createHash('sha256');
    let upload: S3Upload | null = null;
    let sizeBytes = 0;
    try {
      for await (const piece of piecesOf(abortable(file.content(), this.#signal))) {
        hash.update(piece.bytes);
        sizeBytes += piece.bytes.length;
        if (upload === null && piece.isLast && this.#hold(piece.bytes.length))
          return { file, sizeBytes, sha256: hash.digest('hex'), held: piece.bytes, upload };
        upload ??= await this.objects.begin(
          keyOf(file),
          metadataOf(file, this.owner, null),
          this.options.signal,
        );
        await this.objects.addPart(upload, piece.bytes, this.#signal);
        this.#count(piece.bytes.length);
      }
    } catch (error) {
      if (upload !== null) await this.objects.abort(upload);
      throw error;
    }
    return { file, sizeBytes, sha256: hash.digest('hex'), held: null, upload };
  }

  /** Whether a small file may wait in memory. */
  #hold(bytes: number): boolean {
    if (bytes > smallBytes || this.#heldBytes + bytes > heldBytesAtMost) return false;
    this.#heldBytes += bytes;
    return true;
  }

  #count(bytes: number): void {
    this.#doneBytes += bytes;
    this.options.onBytes?.(this.#doneBytes);
  }

  async #show(): Promise<FileVersion[]> {
    const files: FileVersion[] = [];
    const waiting = [...this.#ready];
    for (
      let batch = waiting.splice(0, shownAtOnce);
      batch.length > 0;
      batch = waiting.splice(0, shownAtOnce)
    ) {
      this.#signal.throwIfAborted();
      const shown = await Promise.allSettled(batch.map((one) => this.#showOne(one)));
      for (const one of shown) {
        if (one.status === 'rejected') throw one.reason;
        files.push(one.value);
        this.options.onFile?.(one.value);
      }
    }
    return files;
  }

  async #showOne({ file, sizeBytes, sha256, held, upload }: Ready): Promise<FileVersion> {
    const key = keyOf(file);
    const signal = this.#signal;
    const metadata = metadataOf(file, this.owner, sha256);
    // A single put has nothing to take back.
    const isNew = this.#ready.length > 1 && (await this.objects.head(key, signal)) === null;
    if (upload === null) {
      await this.objects.put(key, held ?? new Uint8Array(), metadata, signal);
      this.#count(sizeBytes);
    } else {
      await this.objects.complete(upload, signal);
    }
    if (isNew) this.#visible.push(key);
    // The hash of an upload was not known when it began.
    const isKnown = upload === null || (await this.objects.describe(key, sizeBytes, metadata));
    return fileOf({
      key,
      sizeBytes,
      modified: new Date(),
      etag: undefined,
      metadata: isKnown ? metadata : null,
    });
  }
}

/** Content in pieces as large as S3's parts; of an empty one, one empty piece. */
async function* piecesOf(
  content: AsyncIterable<Uint8Array>,
): AsyncIterable<{ bytes: Uint8Array; isLast: boolean }> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  let part = 1;
  for await (const chunk of content) {
    for (let rest = chunk; rest.length > 0;) {
      if (bytes === partBytes(part)) {
        yield { bytes: Buffer.concat(held), isLast: false };
        [held, bytes, part] = [[], 0, part + 1];
      }
      const taken = rest.subarray(0, partBytes(part) - bytes);
      held.push(taken);
      bytes += taken.length;
      rest = rest.subarray(taken.length);
    }
  }
  yield { bytes: Buffer.concat(held), isLast: true };
}
