import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { Readable, type Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { outputLimitBytes } from './exec-output.js';
import { commandTimedOut, fileFailed, interrupted, outputTooLarge, socketRefused } from './shell-errors.js';
import type { ExecOptions, ExecResult, OpenFile, RemoteEntry, Shell } from './shell.js';

/** The result of a scripted command; default: success without output. */
export type FakeAnswer = Partial<ExecResult>;
export type FakeCommand = (argv: readonly string[], input: string) => FakeAnswer | Promise<FakeAnswer>;

/** A device for unit tests: files are kept in memory, and the test scripts the results of commands. */
export class FakeShell implements Shell {
  readonly files = new Map<string, Buffer>();
  readonly folders = new Set<string>();
  /** All commands that were run, in order. */
  readonly ran: (readonly string[])[] = [];
  /** Called for a connection to a socket; the test talks over the stream that it returns. Null: nobody listens. */
  onDial: ((socketPath: string) => Duplex | null) | null = null;

  /** For an interactive command: called for each line of input, returns a line of output. */
  converse: ((line: string) => string) | null = null;

  constructor(private readonly command: FakeCommand = () => ({})) {}

  async exec(
    argv: readonly string[],
    { input, signal, onStdout, onLine, timeoutMs = 60_000, lasting = false }: ExecOptions = {},
  ): Promise<ExecResult> {
    if (signal?.aborted) throw interrupted(signal);
    this.ran.push(argv);
    const answering =
      onStdout && this.converse && input instanceof Readable
        ? this.talk(argv, input, onStdout)
        : this.answer(argv, lasting ? '' : input); // the input of one that lasts does not end before it does
    const answer = await within(answering, argv, timeoutMs, signal);
    const stdout = Buffer.from(answer.stdout);
    if (stdout.length > outputLimitBytes) throw outputTooLarge(where, argv);
    if (answer.stdout !== '') onStdout?.(stdout);
    for (const line of `${answer.stdout}\n${answer.stderr}`.split('\n')) if (line !== '') onLine?.(line);
    return answer;
  }

  private async answer(argv: readonly string[], input: ExecOptions['input']): Promise<ExecResult> {
    const text = input instanceof Readable ? (await buffer(input)).toString() : (input ?? '').toString();
    return { code: 0, signal: null, stdout: '', stderr: '', ...(await this.command(argv, text)) };
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
    if (this.folders.has(path)) return Promise.reject(failed('read', path, 'it is a folder'));
    const content = this.files.get(path);
    return Promise.resolve(content ? Buffer.from(content.subarray(offset, offset + maxBytes)) : null);
  }

  async open(path: string): Promise<OpenFile | null> {
    if ((await this.read(path, 0, 0)) === null) return null;
    return {
      read: async (offset, maxBytes) => (await this.read(path, offset, maxBytes)) ?? Buffer.alloc(0),
      close: () => Promise.resolve(),
    };
  }

  async write(path: string, content: string | Buffer): Promise<void> {
    if (this.folders.has(path)) throw failed('write', path, 'it is a folder');
    await this.makeFolder(posix.dirname(path));
    this.files.set(path, Buffer.from(content as string));
  }

  async put(from: string, path: string): Promise<void> {
    await this.write(path, await readFile(from));
  }

  list(path: string, deep = true): Promise<RemoteEntry[]> {
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
        .filter((entry) => deep || !entry.path.includes('/'))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    );
  }

  makeFolder(path: string): Promise<void> {
    const folders: string[] = [];
    for (let folder = path; folder !== '/' && folder !== '.'; folder = posix.dirname(folder)) {
      if (this.files.has(folder))
        return Promise.reject(failed('make the folder', path, `${folder} is a file`));
      folders.push(folder);
    }
    for (const folder of folders) this.folders.add(folder);
    return Promise.resolve();
  }

  remove(path: string): Promise<void> {
    const isInside = (other: string) => other === path || other.startsWith(`${path}/`);
    for (const file of [...this.files.keys()].filter(isInside)) this.files.delete(file);
    for (const folder of [...this.folders].filter(isInside)) this.folders.delete(folder);
    return Promise.resolve();
  }

  dialUnix(socketPath: string): Promise<Duplex> {
    const stream = this.onDial?.(socketPath) ?? null;
    if (stream === null) return Promise.reject(socketRefused(where, socketPath, 'nobody listens'));
    return Promise.resolve(stream);
  }
}

const where = 'a fake device';
const failed = (act: string, path: string, why: string) => fileFailed(where, act, path, new Error(why));

/** Gives up on an answer after its time or on abort, as a real shell stops its command. */
function within(
  answering: Promise<ExecResult>,
  argv: readonly string[],
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<ExecResult> {
  const over = new AbortController();
  return new Promise<ExecResult>((resolve, reject) => {
    const timer = setTimeout(() => reject(commandTimedOut(where, argv, timeoutMs)), timeoutMs);
    over.signal.addEventListener('abort', () => clearTimeout(timer));
    signal?.addEventListener('abort', () => reject(interrupted(signal)), { signal: over.signal });
    answering.then(resolve, reject);
  }).finally(() => over.abort());
}
