/** What a name in a store stands for. A folder has an entry of its own, so that its mode and an empty one are kept. */
export type FileKind = 'file' | 'link' | 'folder';

/** One version of a file. */
export interface FileVersion {
  /** Path with `/`, e.g. `weights/resnet50.pt`. Below `private/` it is seen by its owner only. */
  name: string;
  /** 1, 2, ...; always 1 in a store that keeps no versions. */
  version: number;
  kind: FileKind;
  /** Of a link and a folder 0. */
  sizeBytes: number;
  /** Of the content, hex; null for links and folders, and where a store does not know it. */
  sha256: string | null;
  /** Permission bits, e.g. 0o644; null where a store does not keep them. */
  mode: number | null;
  /** Who put it. */
  owner: string;
  putAt: Date;
  /** Of a link, what it points to, relative to its own folder; else null. */
  target: string | null;
}

/** A file to put. */
export interface NewFile {
  name: string;
  kind: FileKind;
  mode: number;
  target: string | null;
  /** Called once, when the file's turn comes; of links and folders never. */
  content(): AsyncIterable<Uint8Array>;
}

export interface PutOptions {
  /** Versions to keep of each name; older ones are removed. Default: the store's own number. */
  keep?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Called as bytes are safe in the store, with all bytes of this put so far. */
  onBytes?: ((bytes: number) => void) | undefined;
  /** Called when the new version of a file can be seen. */
  onFile?: ((file: FileVersion) => void) | undefined;
}

export interface OpenFile {
  file: FileVersion;
  /**
   * The content, checked against its SHA-256: iteration throws `store-damaged` in place of its end when it differs. Nothing is
   * fetched before it is asked for, and a slow reader slows the fetching.
   * @param from the first byte to give. What comes before need not be fetched, and then the rest cannot be checked
   */
  content(from?: number): AsyncIterable<Uint8Array>;
}

/**
 * Files under names, in versions. Every version is seen whole or not at all. Implementations: JetStream, S3 (without
 * versions), and a fake; all pass tests/conformance/file-store.ts.
 */
export interface FileStore extends AsyncDisposable {
  /** For messages, e.g. `the fleet lab` or `s3://bucket/prefix`. */
  readonly place: string;
  readonly keepsVersions: boolean;
  /**
   * Puts files. Contents go first; once all are safe, the new versions become visible, one after the other. An abort or an error
   * before that leaves nothing, and one during it takes back what became visible.
   * @returns the new versions, in the order of the files
   * @throws CollabError `store-bad-name`, `store-unreachable`, `store-missing`, `store-full`, `store-frozen`
   */
  put(
    files: Iterable<NewFile> | AsyncIterable<NewFile>,
    options?: PutOptions,
  ): Promise<readonly FileVersion[]>;
  /**
   * @param version undefined for the newest
   * @throws CollabError `store-no-file`, `store-bad-name`, `store-unreachable`, `store-missing`
   */
  open(name: string, version?: number, signal?: AbortSignal): Promise<OpenFile>;
  /** All versions that are kept, the newest first; empty if there is no such file. */
  versions(name: string): Promise<readonly FileVersion[]>;
  /**
   * The newest version of each file whose name begins with the folder, without order. Of a name that is a file itself, that file.
   * A listing of S3 does not tell mode, owner and hash of files; `open` does.
   * @param folder `` for all; else `a/b`, which means `a/b` and everything below it
   */
  list(folder: string, signal?: AbortSignal): AsyncIterable<FileVersion>;
  /** Removes a file with all its versions. @returns how many there were; 0 if there is no such file */
  remove(name: string): Promise<number>;
}
