import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { CollabError, messageOf } from '../../errors.js';
import { fileFailed, type OpenFile, type RemoteEntry } from '../shell/index.js';
import type { Link } from './link.js';
import type { Semaphore } from './semaphore.js';
import { channelRefused, loginPrints } from './ssh-errors.js';
import { SftpStatus, type FileSession, type FileStats, type Wire } from './wire.js';

/** Bytes per request and concurrent requests: a window of 1 MiB saturates a gigabit link with 8 ms latency. */
const chunkBytes = 32 * 1024;
const chunksAtOnce = 32;

type Callback<T> = (error?: Error | null, value?: T) => void;

/** Accesses the files of a device over one SFTP session, which is opened on first use and kept open. */
export class RemoteFiles {
  #session: Promise<FileSession> | null = null;
  /** The session while it lasts. */
  #opened: FileSession | null = null;

  constructor(
    private readonly wire: Wire,
    private readonly link: Link,
    private readonly sessions: Semaphore,
    /** What the login shell prints before the output of a command. */
    private readonly greeting: () => Promise<string>,
  ) {}

  async read(path: string, offset: number, maxBytes: number): Promise<Buffer | null> {
    try {
      const files = await this.#open();
      const handle = await this.#hold<Buffer>((done) => files.open(path, 'r', 0, done));
      try {
        const stats = await this.#of<FileStats>(files, (done) => files.fstat(handle, done));
        // Files in /proc report size 0: read them until the end.
        const end = stats.size > 0 ? Math.min(stats.size, offset + maxBytes) : offset + maxBytes;
        return await this.#readBetween(files, handle, offset, end, stats.size > 0 ? chunksAtOnce : 1);
      } finally {
        await this.#of(files, (done) => files.close(handle, done)).catch(() => undefined);
      }
    } catch (error) {
      if (isMissing(error)) return null;
      throw fileFailed(this.link.where, 'read', path, error);
    }
  }

  async open(path: string): Promise<OpenFile | null> {
    try {
      const files = await this.#open();
      const handle = await this.#hold<Buffer>((done) => files.open(path, 'r', 0, done));
      let isOpen = true;
      return {
        read: async (offset, maxBytes) => {
          try {
            if (!isOpen) throw new Error('it is closed');
            return await this.#readBetween(files, handle, offset, offset + maxBytes, chunksAtOnce);
          } catch (error) {
            throw fileFailed(this.link.where, 'read', path, error);
          }
        },
        close: async () => {
          if (!isOpen || this.#opened !== files) return;
          isOpen = false;
          await this.#hold((done) => files.close(handle, done)).catch(() => undefined);
        },
      };
    } catch (error) {
      if (isMissing(error)) return null;
      throw fileFailed(this.link.where, 'read', path, error);
    }
  }

  async #readBetween(
    files: FileSession,
    handle: Buffer,
    from: number,
    end: number,
    atOnce: number,
  ): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let position = from; position < end;) {
      const starts = windowOf(position, end).slice(0, atOnce);
      const got = await Promise.all(
        starts.map((start) => this.#readChunk(files, handle, start, Math.min(chunkBytes, end - start))),
      );
      for (const [index, part] of got.entries()) {
        parts.push(part);
        position = (starts[index] ?? 0) + part.length;
        if (part.length < Math.min(chunkBytes, end - (starts[index] ?? 0))) return Buffer.concat(parts);
      }
    }
    return Buffer.concat(parts);
  }

  async #readChunk(files: FileSession, handle: Buffer, position: number, length: number): Promise<Buffer> {
    const into = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const count = await this.#of<number>(files, (done) =>
        files.read(handle, into, filled, length - filled, position + filled, done),
      ).catch((error: unknown) => (isCode(error, SftpStatus.endOfFile) ? 0 : Promise.reject(error as Error)));
      if (count === 0) break;
      filled += count;
    }
    return into.subarray(0, filled);
  }

  async write(path: string, content: Buffer, mode: number): Promise<void> {
    const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
    try {
      const files = await this.#open();
      const create = () => this.#of<Buffer>(files, (done) => files.open(temporary, 'wx', mode, done));
      const handle = await create().catch(async (error: unknown) => {
        if (!isMissing(error)) throw error;
        await this.makeFolder(posix.dirname(path), 0o700);
        return create();
      });
      try {
        await this.#writeAll(files, handle, content);
        await this.#of(files, (done) => files.fchmod(handle, mode, done));
      } finally {
        await this.#of(files, (done) => files.close(handle, done));
      }
      await this.#replace(temporary, path);
    } catch (error) {
      await this.#call((files, done) => files.unlink(temporary, done)).catch(() => undefined);
      throw fileFailed(this.link.where, 'write', path, error);
    }
  }

  async #writeAll(files: FileSession, handle: Buffer, content: Buffer): Promise<void> {
    for (let position = 0; position < content.length; position += chunkBytes * chunksAtOnce) {
      const starts = windowOf(position, content.length);
      await Promise.all(
        starts.map((start) =>
          this.#of(files, (done) =>
            files.write(handle, content, start, Math.min(chunkBytes, content.length - start), start, done),
          ),
        ),
      );
    }
  }

  /** Renames and replaces the target. Servers without OpenSSH's extension need the old file removed first. */
  async #replace(from: string, to: string): Promise<void> {
    const files = await this.#open();
    await this.link.hold<undefined>((resolve, reject) => {
      const done: Callback<undefined> = (error) => (error ? reject(error) : resolve(undefined));
      try {
        files.ext_openssh_rename(from, to, done);
      } catch {
        files.unlink(to, () => files.rename(from, to, done));
      }
    });
  }

  async list(path: string, deep: boolean): Promise<RemoteEntry[]> {
    const found: RemoteEntry[] = [];
    const walk = async (folder: string, below: string): Promise<void> => {
      const entries = await this.#call<{ filename: string; attrs: FileStats }[]>((files, done) =>
        files.readdir(folder, done),
      ).catch((error: unknown) => {
        // Skips entries that disappear during the listing, except the folder itself.
        if (below === '' || !isMissing(error)) throw error;
        return [];
      });
      for (const { filename, attrs } of entries) {
        // A name must be a single path component: a device must not direct us to another folder.
        if (filename === '.' || filename === '..' || /[/\0]/.test(filename)) continue;
        const name = below + filename;
        if (attrs.isDirectory()) {
          found.push({ path: name, kind: 'directory', sizeBytes: 0 });
          if (deep) await walk(posix.join(folder, filename), `${name}/`);
        } else if (attrs.isFile()) {
          found.push({ path: name, kind: 'file', sizeBytes: attrs.size });
        }
      }
    };
    try {
      await walk(path, '');
    } catch (error) {
      if (isMissing(error)) return [];
      throw fileFailed(this.link.where, 'list', path, error);
    }
    return found;
  }

  async makeFolder(path: string, mode: number): Promise<void> {
    const make = () => this.#call((files, done) => files.mkdir(path, done));
    try {
      await make().catch(async (error: unknown) => {
        if (!isMissing(error) || posix.dirname(path) === path) throw error;
        await this.makeFolder(posix.dirname(path), mode);
        await make();
      });
      await this.#call((files, done) => files.chmod(path, mode, done));
    } catch (error) {
      const there = await this.#call<FileStats>((files, done) => files.stat(path, done)).catch(() => null);
      if (!there?.isDirectory()) throw fileFailed(this.link.where, 'create the folder', path, error);
    }
  }

  async #call<T = undefined>(start: (files: FileSession, done: Callback<T>) => void): Promise<T> {
    const files = await this.#open();
    return this.#hold<T>((done) => start(files, done));
  }

  /** A request about a handle, which belongs to its session: in a later one, another file may have its number. */
  #of<T = undefined>(files: FileSession, start: (done: Callback<T>) => void): Promise<T> {
    if (this.#opened !== files) return Promise.reject(new Error('its file session has ended'));
    return this.#hold<T>(start);
  }

  #hold<T = undefined>(start: (done: Callback<T>) => void): Promise<T> {
    return this.link.hold<T>((resolve, reject) => {
      start((error, value) => (error ? reject(error) : resolve(value as T)));
    });
  }

  #open(): Promise<FileSession> {
    this.#session ??= this.#start().catch((error: unknown) => {
      this.#session = null;
      throw error;
    });
    return this.#session;
  }

  async #start(): Promise<FileSession> {
    const release = await this.link.hold<() => void>((resolve, reject) => {
      this.sessions.acquire().then(resolve, reject);
    });
    try {
      return await this.link.hold<FileSession>((resolve, reject) => {
        this.wire.sftp((error, files) => {
          if (error) {
            reject(error);
            return;
          }
          files.on('error', () => undefined);
          files.on('close', () => {
            this.#session = null;
            this.#opened = null;
            release();
          });
          this.#opened = files;
          resolve(files);
        });
      });
    } catch (error) {
      release();
      throw await this.#explain(error);
    }
  }

  /** A server's files begin with the length of a packet; text there is what the login shell has printed. */
  async #explain(error: unknown): Promise<unknown> {
    if (error instanceof CollabError) return error;
    const [, length] = /^Packet length (\d+) exceeds/.exec(messageOf(error)) ?? [];
    const isText =
      length !== undefined ||
      /^(Expected VERSION|Unknown packet type|Invalid packet|Malformed VERSION)/.test(messageOf(error));
    if (!isText) return channelRefused(this.link.where, error);
    const start = Buffer.alloc(4);
    start.writeUInt32BE(Number(length ?? 0));
    const printed = await this.greeting().catch(() => '');
    return loginPrints(this.link.where, printed === '' ? start.toString('latin1') : printed, error);
  }
}

/** The offsets of the next requests. */
function windowOf(position: number, end: number): number[] {
  const count = Math.min(chunksAtOnce, Math.ceil((end - position) / chunkBytes));
  return Array.from({ length: count }, (_, index) => position + index * chunkBytes);
}

function isCode(error: unknown, code: number): boolean {
  return (error as { code?: unknown } | null)?.code === code;
}

function isMissing(error: unknown): boolean {
  return isCode(error, SftpStatus.noSuchFile);
}
