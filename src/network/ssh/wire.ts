import type { Duplex, Readable } from 'node:stream';

/**
 * The parts of an ssh connection that collab uses. The connections that `client.ts` opens have these types, and no other
 * file depends on the ssh library.
 */
export interface Wire {
  exec(command: string, opened: Opened<ExecChannel>): unknown;
  exec(command: string, options: { pty: TerminalWindow }, opened: Opened<TerminalChannel>): unknown;
  shell(window: TerminalWindow, opened: Opened<TerminalChannel>): unknown;
  sftp(opened: Opened<FileSession>): unknown;
  /** Opens a TCP connection from the server to `host`. `fromHost` and `fromPort` are only informative. */
  forwardOut(fromHost: string, fromPort: number, host: string, port: number, opened: Opened<Duplex>): unknown;
  openssh_forwardOutStreamLocal(socketPath: string, opened: Opened<Duplex>): unknown;
  /** Closes the connection gracefully. */
  end(): unknown;
}

type Opened<T> = (error: Error | undefined, channel: T) => void;
type Done = (error?: Error | null) => void;

/** A running command. Emits `exit` with its code or null and a signal name, then `close`. */
export interface ExecChannel extends Duplex {
  readonly stderr: Readable;
  close(): void;
}

/** Size in characters, and in pixels (0 for unknown). */
export interface TerminalWindow {
  term: string;
  cols: number;
  rows: number;
  width: number;
  height: number;
}

/** A command that runs in a terminal. */
export interface TerminalChannel extends ExecChannel {
  setWindow(rows: number, cols: number, height: number, width: number): void;
}

export interface FileStats {
  size: number;
  isDirectory(): boolean;
  isFile(): boolean;
}

/** An SFTP session. Errors carry a number in `code`, see `SftpStatus`. */
export interface FileSession {
  on(event: 'close' | 'error', listener: () => void): unknown;
  open(path: string, flags: 'r' | 'wx', mode: number, opened: Opened<Buffer>): void;
  close(handle: Buffer, done: Done): void;
  fstat(handle: Buffer, got: Opened<FileStats>): void;
  fchmod(handle: Buffer, mode: number, done: Done): void;
  read(handle: Buffer, into: Buffer, at: number, length: number, position: number, got: Opened<number>): void;
  write(handle: Buffer, from: Buffer, at: number, length: number, position: number, done: Done): void;
  stat(path: string, got: Opened<FileStats>): void;
  readdir(path: string, got: Opened<{ filename: string; attrs: FileStats }[]>): void;
  mkdir(path: string, done: Done): void;
  chmod(path: string, mode: number, done: Done): void;
  unlink(path: string, done: Done): void;
  rename(from: string, to: string, done: Done): void;
  /** Throws if the server does not support the extension. */
  ext_openssh_rename(from: string, to: string, done: Done): void;
}

/** draft-ietf-secsh-filexfer-02, section 7 */
export const SftpStatus = { endOfFile: 1, noSuchFile: 2 } as const;
