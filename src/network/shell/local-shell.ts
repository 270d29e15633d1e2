import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { Readable, type Duplex } from 'node:stream';
import { writeFileAtomic } from '../../workspace/index.js';
import { ExecOutput } from './exec-output.js';
import { commandTimedOut, fileFailed, interrupted, outputTooLarge, socketRefused } from './shell-errors.js';
import type { ExecOptions, ExecResult, OpenFile, RemoteEntry, Shell } from './shell.js';
import { wholeLimitBytes } from './stream-file.js';

const where = 'this machine';
/** A large file takes its time. */
const longMs = 24 * 3600 * 1000;

const smallReadBytes = 8 * 1024;
const largeReadBytes = 1024 * 1024;

/** Runs commands on this machine, directly: without ssh and without a shell in between. */
export class LocalShell implements Shell {
  exec(
    argv: readonly string[],
    { input, signal, onStdout, onLine, timeoutMs = 60_000 }: ExecOptions = {},
  ): Promise<ExecResult> {
    const [program, ...args] = argv;
    if (program === undefined) return Promise.reject(new TypeError('A command needs at least a program.'));
    if (signal?.aborted) return Promise.reject(interrupted(signal));
    return new Promise((resolve, reject) => {
      // A separate process group, so that stopping the command also stops its children.
      const child = spawn(program, args, { stdio: 'pipe', detached: true });
      const stdout = new ExecOutput(onLine);
      const stderr = new ExecOutput(onLine);
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        if (input instanceof Readable) input.unpipe(child.stdin);
      };
      const giveUp = (error: Error) => {
        end();
        reject(error);
        killGroup(child.pid);
      };
      const gather = (output: ExecOutput) => (chunk: Buffer) => {
        if (!output.add(chunk)) giveUp(outputTooLarge(where, argv));
      };
      const onAbort = () => signal && giveUp(interrupted(signal));
      const timer = setTimeout(() => giveUp(commandTimedOut(where, argv, timeoutMs)), timeoutMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      child.stdout.on('data', gather(stdout));
      if (onStdout) child.stdout.on('data', onStdout);
      child.stderr.on('data', gather(stderr));
      child.on('error', (error) => {
        end();
        // The exit codes of a POSIX shell for a missing program and for one that may not be executed.
        const code = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 127 : 126;
        resolve({ code, signal: null, stdout: '', stderr: `${program}: ${error.message}\n` });
      });
      child.on('close', (code, endedBy) => {
        end();
        resolve({ code, signal: endedBy, stdout: stdout.text(), stderr: stderr.text() });
      });
      // A command may exit before it has read all of its input.
      child.stdin.on('error', () => undefined);
      if (input instanceof Readable) {
        input.on('error', giveUp);
        input.pipe(child.stdin);
      } else {
        child.stdin.end(input ?? '');
      }
    });
  }

  async read(path: string, offset = 0, maxBytes = Infinity): Promise<Buffer | null> {
    const file = await this.open(path);
    try {
      return file === null ? null : await file.read(offset, maxBytes);
    } finally {
      await file?.close();
    }
  }

  async open(path: string): Promise<OpenFile | null> {
    try {
      const file = await open(path, 'r');
      return {
        read: (offset, maxBytes) =>
          readFrom(file, offset, maxBytes).catch((error: unknown) => {
            throw fileFailed(where, 'read', path, error);
          }),
        close: () => file.close(),
      };
    } catch (error) {
      if (isMissing(error)) return null;
      throw fileFailed(where, 'read', path, error);
    }
  }

  async write(path: string, content: string | Buffer, mode = 0o600): Promise<void> {
    await writeFileAtomic(path, content, mode).catch((error: unknown) => {
      throw fileFailed(where, 'write', path, error);
    });
  }

  /** A large file with `cp`, which neither fills the holes of a sparse file nor copies what a file system can share. */
  async put(from: string, path: string, mode = 0o600): Promise<void> {
    const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
    if ((await stat(from)).size <= wholeLimitBytes) return this.write(path, await readFile(from), mode);
    try {
      await mkdir(dirname(path), { recursive: true });
      const { code, stderr } = await this.exec(['cp', '--', from, temporary], { timeoutMs: longMs });
      if (code !== 0) throw new Error(stderr.trim());
      await chmod(temporary, mode);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw fileFailed(where, 'write', path, error);
    }
  }

  async list(path: string, deep = true): Promise<RemoteEntry[]> {
    const found: RemoteEntry[] = [];
    /** Skips entries that disappear during the listing, except the folder itself. */
    const skipMissing =
      <T>(below: string, fallback: T) =>
      (error: unknown): T => {
        if (below === '' || !isMissing(error)) throw error;
        return fallback;
      };
    // Names as bytes: one that is not UTF-8 is listed too, though it cannot be read by the text that stands for it.
    const walk = async (folder: Buffer, below: string): Promise<void> => {
      const options = { withFileTypes: true, encoding: 'buffer' } as const;
      for (const entry of await readdir(folder, options).catch(skipMissing(below, []))) {
        const name = below + entry.name.toString();
        const full = Buffer.concat([folder, Buffer.from('/'), entry.name]);
        if (entry.isDirectory()) {
          found.push({ path: name, kind: 'directory', sizeBytes: 0 });
          if (deep) await walk(full, `${name}/`);
        } else if (entry.isFile()) {
          const file = await stat(full).catch(skipMissing(name, null));
          if (file !== null) found.push({ path: name, kind: 'file', sizeBytes: file.size });
        }
      }
    };
    await walk(Buffer.from(path), '').catch((error: unknown) => {
      if (!isMissing(error)) throw fileFailed(where, 'list', path, error);
    });
    return found;
  }

  async makeFolder(path: string, mode = 0o700): Promise<void> {
    await mkdir(path, { recursive: true, mode }).catch((error: unknown) => {
      throw fileFailed(where, 'create the folder', path, error);
    });
  }

  async remove(path: string): Promise<void> {
    await rm(path, { recursive: true, force: true }).catch((error: unknown) => {
      throw fileFailed(where, 'remove', path, error);
    });
  }

  dialUnix(socketPath: string): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const socket = connect({ path: socketPath });
      const refuse = (error: Error) => reject(socketRefused(where, socketPath, error));
      socket.once('error', refuse);
      socket.once('connect', () => {
        socket.off('error', refuse);
        resolve(socket);
      });
    });
  }
}

async function readFrom(file: FileHandle, offset: number, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  // Most files are small, and some are read often: large buffers keep the garbage collector busy.
  for (let left = maxBytes, position = offset, most = smallReadBytes; left > 0;) {
    const part = Buffer.allocUnsafe(Math.min(left, most));
    const { bytesRead } = await file.read(part, 0, part.length, position);
    if (bytesRead === 0) break;
    parts.push(part.subarray(0, bytesRead));
    left -= bytesRead;
    position += bytesRead;
    most = Math.min(4 * most, largeReadBytes);
  }
  return Buffer.concat(parts);
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has already exited.
  }
}

/** Below a file there is nothing either: OpenSSH's server answers the same for both. */
function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
