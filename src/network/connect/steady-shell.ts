import type { Duplex } from 'node:stream';
import { CollabError } from '../../errors.js';
import type { ExecOptions, ExecResult, OpenFile, RemoteEntry, Shell } from '../shell/index.js';

/**
 * The shell of whatever connection a device has at the time. What can be done twice without harm is done again when the
 * connection breaks under it and another one is made; a command is not.
 */
export class SteadyShell implements Shell {
  /** @param current the shell of the connection; waits while one is made again */
  constructor(private readonly current: () => Promise<Shell>) {}

  async exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    return (await this.current()).exec(argv, options);
  }

  read(path: string, offset?: number, maxBytes?: number): Promise<Buffer | null> {
    return this.again((shell) => shell.read(path, offset, maxBytes));
  }

  open(path: string): Promise<OpenFile | null> {
    return this.again((shell) => shell.open(path));
  }

  write(path: string, content: string | Buffer, mode?: number): Promise<void> {
    return this.again((shell) => shell.write(path, content, mode));
  }

  put(from: string, path: string, mode?: number): Promise<void> {
    return this.again((shell) => shell.put(from, path, mode));
  }

  list(path: string, deep?: boolean): Promise<RemoteEntry[]> {
    return this.again((shell) => shell.list(path, deep));
  }

  makeFolder(path: string, mode?: number): Promise<void> {
    return this.again((shell) => shell.makeFolder(path, mode));
  }

  remove(path: string): Promise<void> {
    return this.again((shell) => shell.remove(path));
  }

  /** The stream itself ends with its connection. */
  dialUnix(socketPath: string): Promise<Duplex> {
    return this.again((shell) => shell.dialUnix(socketPath));
  }

  private async again<T>(work: (shell: Shell) => Promise<T>): Promise<T> {
    const shell = await this.current();
    try {
      return await work(shell);
    } catch (error) {
      if (!(error instanceof CollabError) || error.name !== 'connection-lost') throw error;
      const next = await this.current();
      if (next === shell) throw error;
      return work(next);
    }
  }
}
