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
  /** Given what the command prints on standard output as it comes, in pieces of any length. */
  onStdout?: (chunk: Buffer) => void;
  /** Told every line that the command prints, on either stream, while it runs. */
  onLine?: ((line: string) => void) | undefined;
  /** Kill the command and reject after this many milliseconds; default 60,000. */
  timeoutMs?: number;
}

export interface RemoteEntry {
  /** Path relative to the folder that was listed, with `/`. */
  path: string;
  kind: 'file' | 'directory';
  sizeBytes: number;
}

/**
 * What a device lets us do: run a command, handle files, reach a Unix socket. One contract for a device across ssh
 * (`ssh/`), for this machine (`local-shell.ts`) and for unit tests (`fake-shell.ts`).
 * Commands are argument lists; no shell string is ever built from names or values by a caller.
 */
export interface Shell {
  /** Runs a command to its end. A non-zero exit is a result, not an error. */
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Bytes of a file from `offset` to at most `maxBytes`; null when there is no such file. */
  read(path: string, offset?: number, maxBytes?: number): Promise<Buffer | null>;
  /** Writes a file whole, beside and renamed; makes parent folders; mode default 0600. */
  write(path: string, content: string | Buffer, mode?: number): Promise<void>;
  /** All files and folders below a folder, depth first, links left out; empty when there is no such folder. */
  list(path: string): Promise<RemoteEntry[]>;
  /** Makes a folder and its parents; mode default 0700. */
  makeFolder(path: string, mode?: number): Promise<void>;
  /** Removes a file or a folder with all it holds; no error when it is not there. */
  remove(path: string): Promise<void>;
  /** A byte stream to a Unix socket on the device, such as its engine's. */
  dialUnix(socketPath: string): Promise<Duplex>;
}
