import { readFile, stat } from 'node:fs/promises';
import { posix } from 'node:path';
import type { Duplex } from 'node:stream';
import type { CollabError } from '../../errors.js';
import {
  type ExecOptions,
  type ExecResult,
  explainFailedWrite,
  fileFailed,
  type OpenFile,
  type RemoteEntry,
  type Shell,
  socketRefused,
  streamFile,
  type Terminal,
  type TerminalOptions,
  type TerminalShell,
  wholeLimitBytes,
} from '../shell/index.js';
import { execOver } from './exec.js';
import type { HostKey } from './host-key.js';
import type { Link } from './link.js';
import type { OfferedKey } from './offered-keys.js';
import { LoginShell } from './login-shell.js';
import type { Login } from './login.js';
import { openTerminalOver } from './open-terminal.js';
import { RemoteFiles } from './remote-files.js';
import { Semaphore } from './semaphore.js';
import { connectionLost } from './ssh-errors.js';
import type { Wire } from './wire.js';

/**
 * sshd allows 10 sessions per connection (MaxSessions). Commands, the file session and commands that last stay below that
 * together, with room for a terminal and for the command that kills another.
 */
const sessionsAtOnce = 5;
const lastingAtOnce = 3;

/** The result of a login. */
export interface LoggedIn {
  hostKey: HostKey;
  /** IP address of the server; behind jump hosts, the address that the last of them uses. */
  remoteAddress: string;
  /** The accepted key; null after a password login. */
  key: OfferedKey | null;
  /** The jump hosts, each with the key that it accepted. */
  via: readonly Login[];
}

/** A device over ssh: one connection, many channels. */
export class SshShell implements Shell, TerminalShell {
  readonly #sessions = { short: new Semaphore(sessionsAtOnce), lasting: new Semaphore(lastingAtOnce) };
  readonly #login = new LoginShell();
  readonly #files: RemoteFiles;

  /** Use `connectSsh` to create one. */
  constructor(
    private readonly wire: Wire,
    private readonly link: Link,
    private readonly about: LoggedIn,
  ) {
    this.#files = new RemoteFiles(wire, link, this.#sessions.short, () => this.greeting());
  }

  get hostKey(): HostKey {
    return this.about.hostKey;
  }
  get remoteAddress(): string {
    return this.about.remoteAddress;
  }
  get key(): OfferedKey | null {
    return this.about.key;
  }
  get via(): readonly Login[] {
    return this.about.via;
  }

  exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return execOver(this.wire, this.link, this.#login, this.#sessions, argv, options);
  }

  /** What the login shell prints before the output of every command: usually nothing. */
  async greeting(): Promise<string> {
    return (await this.exec(['true'], { timeoutMs: 10_000 })).stdout;
  }

  read(path: string, offset = 0, maxBytes = Number.MAX_SAFE_INTEGER - offset): Promise<Buffer | null> {
    return this.#files.read(path, offset, maxBytes);
  }

  write(path: string, content: string | Buffer, mode = 0o600): Promise<void> {
    const bytes = Buffer.from(content as string);
    return this.#files.write(path, bytes, mode).catch(this.#explain(path, bytes.length));
  }

  async put(from: string, path: string, mode = 0o600): Promise<void> {
    const { size: sizeBytes } = await stat(from);
    if (sizeBytes <= wholeLimitBytes) return this.write(path, await readFile(from), mode);
    await this.makeFolder(posix.dirname(path));
    const why = await streamFile(this, { from, to: path, sizeBytes, mode });
    if (why === null) return;
    const error = fileFailed(this.link.where, 'write', path, new Error(why));
    await this.#explain(path, sizeBytes)(error);
  }

  open(path: string): Promise<OpenFile | null> {
    return this.#files.open(path);
  }

  list(path: string, deep = true): Promise<RemoteEntry[]> {
    return this.#files.list(path, deep);
  }

  makeFolder(path: string, mode = 0o700): Promise<void> {
    return this.#files.makeFolder(path, mode).catch(this.#explain(path, 0));
  }

  #explain(path: string, sizeBytes: number) {
    return async (error: unknown): Promise<never> => {
      throw await explainFailedWrite(this, { where: this.link.where, path, sizeBytes }, error);
    };
  }

  async remove(path: string): Promise<void> {
    const { code, stderr } = await this.exec(['rm', '-rf', '--', path]);
    if (code !== 0) throw fileFailed(this.link.where, 'remove', path, new Error(stderr.trim()));
  }

  openTerminal(options: TerminalOptions): Promise<Terminal> {
    return openTerminalOver(this.wire, this.link, options);
  }

  /** These streams may stay open long. sshd does not count them as sessions, so they do not use the semaphore. */
  dialUnix(socketPath: string): Promise<Duplex> {
    return this.link.hold<Duplex>((resolve, reject) => {
      this.wire.openssh_forwardOutStreamLocal(socketPath, (error, stream) => {
        if (error) reject(socketRefused(this.link.where, socketPath, error));
        else resolve(this.#likeSocket(stream));
      });
    });
  }

  /**
   * Connects to a TCP port that the device can reach.
   * @throws the server's error, or one with the code ETIMEDOUT
   */
  dialTcp(host: string, port: number, timeoutMs: number): Promise<Duplex> {
    return this.link.hold<Duplex>((resolve, reject) => {
      const late = Object.assign(new Error(`No answer within ${timeoutMs / 1000} s`), { code: 'ETIMEDOUT' });
      const timer = setTimeout(() => reject(late), timeoutMs);
      const unsubscribe = this.link.onLost(() => clearTimeout(timer));
      this.wire.forwardOut('127.0.0.1', 0, host, port, (error, stream) => {
        clearTimeout(timer);
        unsubscribe();
        if (error) reject(error);
        else resolve(this.#likeSocket(stream));
      });
    });
  }

  /**
   * Makes a channel of ssh2 end like a socket of Node. It fails when the connection is lost; `destroy(error)` is not
   * enough, as these channels drop the error. And it closes after `destroy` even if nobody reads it; by itself, it closes
   * only after all of it was read.
   */
  #likeSocket(channel: Duplex): Duplex {
    const destroy = channel.destroy.bind(channel);
    channel.destroy = (error) => {
      destroy(error);
      return channel.resume();
    };
    const unsubscribe = this.link.onLost((error) => {
      if (channel.listenerCount('error') > 0) channel.emit('error', error);
      channel.destroy();
    });
    channel.once('close', unsubscribe);
    return channel;
  }

  /** When the device was last heard of. */
  get heardAt(): Date {
    return this.link.heardAt;
  }

  /** Calls `listener` once when the connection is lost or closed. @returns a function that removes it. */
  onClose(listener: (error: CollabError) => void): () => void {
    return this.link.onLost(listener);
  }

  close(): void {
    this.link.lose(connectionLost(this.link.where, 'This program closed it.'));
    this.wire.end();
  }
}
