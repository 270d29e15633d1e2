import { posix } from 'node:path';
import { PassThrough, Readable, type Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { interrupted } from './shell-errors.js';
import type { ExecOptions, ExecResult, RemoteEntry, Shell } from './shell.js';

/** The result of a scripted command; default: success without output. */
export type FakeAnswer = Partial<ExecResult>;
export type FakeCommand = (argv: readonly string[], input: string) => FakeAnswer | Promise<FakeAnswer>;

/** A device for unit tests: files are kept in memory, and the test scripts the results of commands. */
export class FakeShell implements Shell {
  readonly files = new Map<string, Buffer>();
  readonly folders = new Set<string>();
  /** All commands that were run, in order. */
  readonly ran: (readonly string[])[] = [];
  /** Called for a connection to a socket; the test talks over the stream that it returns. */
  onDial: ((socketPath: string) => Duplex) | null = null;

  /** For an interactive command: called for each line of input, returns a line of output. */
  converse: ((line: string) => string) | null = null;

  constructor(private readonly command: FakeCommand = () => ({})) {}

  async exec(
    argv: readonly string[],
    { input, signal, onStdout, onLine }: ExecOptions = {},
  ): Promise<ExecResult> {
    if (signal?.aborted) throw interrupted(signal);
    this.ran.push(argv);
    if (onStdout && input instanceof Readable) return this.talk(argv, input, onStdout);
    const text =
      typeof input === 'string'
        ? input
        : Buffer.isBuffer(input)
          ? input.toString()
          : input
            ? await drain(input)
            : '';
    const answer = { code: 0, signal: null, stdout: '', stderr: '', ...(await this.command(argv, text)) };
    for (const line of `${answer.stdout}\n${answer.stderr}`.split('\n')) if (line !== '') onLine?.(line);
    return answer;
  }

  private async talk(
    argv: readonly string[],
    input: Readable,
    onStdout: (chunk: Buffer) => void,
  ): Promise<ExecResult> {
    const { converse } = this;
    if (converse !== null) {
      for await (const chunk of input)
        for (const line of String(chunk).split('\n').slice(0, -1))
          onStdout(Buffer.from(`${converse(line)}\n`));
    }
    return { code: 0, signal: null, stdout: '', stderr: '', ...(await this.command(argv, '')) };
  }

  read(path: string, offset = 0, maxBytes = Infinity): Promise<Buffer | null> {
    return Promise.resolve(this.files.get(path)?.subarray(offset, offset + maxBytes) ?? null);
  }

  async write(path: string, content: string | Buffer): Promise<void> {
    await this.makeFolder(posix.dirname(path));
    this.files.set(path, Buffer.from(content as string));
  }

  list(path: string): Promise<RemoteEntry[]> {
    const below = `${path.replace(/\/$/, '')}/`;
    const entries: RemoteEntry[] = [
      ...[...this.folders].map((folder) => ({ path: folder, kind: 'directory' as const, sizeBytes: 0 })),
      ...[...this.files].map(([file, content]) => ({
        path: file,
        kind: 'file' as const,
        sizeBytes: content.length,
      })),
    ];
    return Promise.resolve(
      entries
        .filter((entry) => entry.path.startsWith(below))
        .map((entry) => ({ ...entry, path: entry.path.slice(below.length) }))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    );
  }

  makeFolder(path: string): Promise<void> {
    for (let folder = path; folder !== '/' && folder !== '.'; folder = posix.dirname(folder))
      this.folders.add(folder);
    return Promise.resolve();
  }

  remove(path: string): Promise<void> {
    const isInside = (other: string) => other === path || other.startsWith(`${path}/`);
    for (const file of [...this.files.keys()].filter(isInside)) this.files.delete(file);
    for (const folder of [...this.folders].filter(isInside)) this.folders.delete(folder);
    return Promise.resolve();
  }

  dialUnix(socketPath: string): Promise<Duplex> {
    return Promise.resolve(this.onDial?.(socketPath) ?? new PassThrough());
  }
}

async function drain(input: NodeJS.ReadableStream): Promise<string> {
  return (await buffer(input)).toString();
}
