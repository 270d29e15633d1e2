import type { Duplex, Readable } from 'node:stream';

export interface ExecResult {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

export interface ExecOptions {
  /** Written to the command's standard input, which is then closed. */
  input?: string | Buffer | Readable;
  signal?: AbortSignal;
  /** Called with the command's standard output as it arrives, in chunks of any size. */
  onStdout?: (chunk: Buffer) => void;
  /** Called for each line that the command prints on either stream, while it runs. */
  onLine?: ((line: string) => void) | undefined;
  /** Kill the command and reject after this many milliseconds; default 60,000. */
  timeoutMs?: number;
  /**
   * It runs long and mostly waits: it takes no place of other commands. A connection has few places for such ones; without
   * a free one, rejects at once with `channel-refused`.
   */
  lasting?: boolean;
}

export interface RemoteEntry {
  /** Path relative to the listed folder, with `/`. */
  path: string;
  kind: 'file' | 'directory';
  sizeBytes: number;
}

/** A file that is held open for reading, so that what is appended to it costs one request. */
export interface OpenFile {
  /** Reads at most `maxBytes` from `offset`; empty at the end of the file. */
  read(offset: number, maxBytes: number): Promise<Buffer>;
  /** No error when it is closed already, or the connection is lost. */
  close(): Promise<void>;
}

/**
 * Runs commands, reads and writes files, and connects to Unix sockets on a device. Implemented for devices over ssh
 * (`ssh/`), for this machine (`local-shell.ts`) and for unit tests (`fake-shell.ts`).
 * Commands are argument lists: callers never build shell strings from names or values.
 */
export interface Shell {
  /** Runs a command and waits for it. A non-zero exit code is a result, not an error. */
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Reads at most `maxBytes` of a file from `offset`; null if the file does not exist. */
  read(path: string, offset?: number, maxBytes?: number): Promise<Buffer | null>;
  /** Opens a file for reading; null if it does not exist. Close it. */
  open(path: string): Promise<OpenFile | null>;
  /** Writes a file atomically (temporary file, then rename) and creates parent folders. The mode defaults to 0600. */
  write(path: string, content: string | Buffer, mode?: number): Promise<void>;
  /** Copies a file of this machine, of any size, in the same way. */
  put(from: string, path: string, mode?: number): Promise<void>;
  /**
   * Lists all files and folders below a folder, depth first, without links; empty if the folder does not exist. With
   * `deep` false, only what is directly in it.
   */
  list(path: string, deep?: boolean): Promise<RemoteEntry[]>;
  /** Creates a folder and its parents. The mode defaults to 0700. */
  makeFolder(path: string, mode?: number): Promise<void>;
  /** Removes a file, or a folder and its contents. A missing path is not an error. */
  remove(path: string): Promise<void>;
  /** Connects to a Unix socket on the device, such as the one of its engine. */
  dialUnix(socketPath: string): Promise<Duplex>;
}
