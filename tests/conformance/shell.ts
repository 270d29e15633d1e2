import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CollabError } from '../../src/errors.js';
import type { Shell } from '../../src/network/index.js';

/** A shell to test, and what the contract itself does not offer to the test. */
export interface ShellSubject {
  shell: Shell;
  /** An empty folder of the device. */
  folder: string;
  /** Listens on a Unix socket of the device, sends `hello` to each client, then closes. */
  greetOn: (socketPath: string) => Promise<void>;
  /** Appends to a file of the device, which is made if need be. */
  append: (path: string, content: Buffer) => Promise<void>;
  close: () => void | Promise<void>;
}

/** Programs that a device runs in this suite. A fake must respond as a device does. */
export const programs = {
  fails: ['sh', '-c', 'echo out; echo err >&2; exit 3'],
  repeatsInput: ['cat'],
  ignoresInput: ['true'],
  lines: ['sh', '-c', "printf 'one\\ntwo\\nlast'"],
  runsLong: ['sleep', '60'],
  absent: ['collab-no-such-program'],
  /** 65 MiB of zeros: one more than a command may print. */
  printsTooMuch: ['head', '-c', '68157440', '/dev/zero'],
  /** Prints its arguments, a NUL byte after each. */
  arguments: ['printf', '%s\\0'],
} as const;

/** The contract of every Shell: the fake, this machine, and a device over ssh. */
export function describeShell(name: string, makeSubject: () => Promise<ShellSubject>): void {
  describe(`Shell: ${name}`, () => {
    let subject: ShellSubject;
    let shell: Shell;
    const at = (path: string) => `${subject.folder}/${path}`;
    beforeAll(async () => {
      subject = await makeSubject();
      shell = subject.shell;
    });
    afterAll(() => subject.close());

    describe('exec', () => {
      it('returns code and output; a nonzero exit code is a result, not an error', async () => {
        const result = await shell.exec(programs.fails);
        expect(result).toEqual({ code: 3, signal: null, stdout: 'out\n', stderr: 'err\n' });
      });

      it('returns 127 for a program that does not exist', async () => {
        expect(await shell.exec(programs.absent)).toMatchObject({ code: 127, stdout: '' });
      });

      it('passes arguments unchanged', async () => {
        const hostile = ['', ' ', "'", '"', '$HOME', '`id`', '\\', '*', ';', '-n', 'größe 🍓', 'a\nb'];
        const { stdout } = await shell.exec([...programs.arguments, ...hostile]);
        expect(stdout.split('\0').slice(0, -1)).toEqual(hostile);
      });

      it.each<[string, () => string | Buffer | Readable]>([
        ['a string', () => 'größe 🍓\n'],
        ['a buffer', () => Buffer.from('größe 🍓\n')],
        ['a stream', () => Readable.from([Buffer.from('größe '), Buffer.from('🍓\n')])],
      ])('reads its input from %s, and closes it', async (_, input) => {
        expect(await shell.exec(programs.repeatsInput, { input: input() })).toMatchObject({
          code: 0,
          stdout: 'größe 🍓\n',
        });
      });

      it('takes 2 MB of input and returns them', async () => {
        const input = 'x'.repeat(2_000_000);
        const { stdout } = await shell.exec(programs.repeatsInput, { input });
        expect(stdout === input).toBe(true);
      });

      it('tolerates a program that does not read its input', async () => {
        const input = Buffer.alloc(1_000_000);
        expect(await shell.exec(programs.ignoresInput, { input })).toMatchObject({ code: 0 });
      });

      it('reports output as it arrives: bytes, and each line of both streams', async () => {
        const chunks: Buffer[] = [];
        const lines: string[] = [];
        const onLine = (line: string) => lines.push(line);
        const { stdout } = await shell.exec(programs.lines, {
          onLine,
          onStdout: (chunk) => chunks.push(chunk),
        });
        expect(Buffer.concat(chunks).toString()).toBe(stdout);
        await shell.exec(programs.fails, { onLine });
        expect(lines.slice(0, 3)).toEqual(['one', 'two', 'last']);
        expect(lines.slice(3).sort()).toEqual(['err', 'out']);
      });

      it('stops a command after its time: command-timeout', async () => {
        const attempt = shell.exec(programs.runsLong, { timeoutMs: 200 });
        await expect(attempt).rejects.toMatchObject({ name: 'command-timeout', exitCode: 4 });
      });

      it('stops a command on abort: interrupted', async () => {
        const abort = new AbortController();
        const attempt = shell.exec(programs.runsLong, { signal: abort.signal });
        setTimeout(() => abort.abort(), 100);
        await expect(attempt).rejects.toMatchObject({ name: 'interrupted', exitCode: 130 });
        await expect(shell.exec(programs.ignoresInput, { signal: abort.signal })).rejects.toMatchObject({
          name: 'interrupted',
        });
      });

      it('reports the reason of an abort if it is a CollabError', async () => {
        const reason = new CollabError('lease-lost', { what: 'The lease is lost.', next: '', exitCode: 5 });
        const abort = new AbortController();
        const attempt = shell.exec(programs.runsLong, { signal: abort.signal });
        setTimeout(() => abort.abort(reason), 100);
        await expect(attempt).rejects.toBe(reason);
      });

      it('stops a command that prints too much: output-too-large', async () => {
        const attempt = shell.exec(programs.printsTooMuch);
        await expect(attempt).rejects.toMatchObject({ name: 'output-too-large', exitCode: 4 });
      });
    });

    describe('files', () => {
      it('are read back as written, and created with their folders', async () => {
        const content = randomBytes(3_000_000);
        await shell.write(at('deep/größe 🍓/file'), content);
        expect((await shell.read(at('deep/größe 🍓/file')))?.equals(content)).toBe(true);
        await shell.write(at('deep/größe 🍓/file'), 'größe');
        expect((await shell.read(at('deep/größe 🍓/file')))?.toString()).toBe('größe');
        await shell.write(at('deep/empty'), '');
        expect(await shell.read(at('deep/empty'))).toEqual(Buffer.alloc(0));
      });

      it('of this machine are copied there, small and large, over what was there', async () => {
        const from = join(await mkdtemp(join(tmpdir(), 'put-')), 'file');
        const path = at('put/größe/file');
        for (const content of [randomBytes(5_000_000), Buffer.from('small'), Buffer.alloc(0)]) {
          await writeFile(from, content);
          await shell.put(from, path);
          expect((await shell.read(path))?.equals(content)).toBe(true);
        }
        expect((await shell.list(at('put'))).map((entry) => entry.path)).toEqual(['größe', 'größe/file']);
        await rm(dirname(from), { recursive: true });
      });

      it('are read from an offset and up to a length', async () => {
        await shell.write(at('digits'), '0123456789');
        expect((await shell.read(at('digits'), 3, 4))?.toString()).toBe('3456');
        expect((await shell.read(at('digits'), 8, 4))?.toString()).toBe('89');
        expect(await shell.read(at('digits'), 20)).toEqual(Buffer.alloc(0));
      });

      it('that do not exist are null, even below a file', async () => {
        await shell.write(at('plain'), 'x');
        expect(await shell.read(at('absent'))).toBeNull();
        expect(await shell.read(at('plain/below'))).toBeNull();
      });

      it('are copied on read and write', async () => {
        const content = Buffer.from('abc');
        await shell.write(at('own'), content);
        content.fill('x');
        (await shell.read(at('own')))?.fill('y');
        expect((await shell.read(at('own')))?.toString()).toBe('abc');
      });

      it('are listed below a folder with their sizes, each folder before its content', async () => {
        await shell.write(at('list/a/b/file'), '12345');
        await shell.makeFolder(at('list/empty'));
        const entries = await shell.list(at('list'));
        const paths = entries.map(({ path }) => path);
        expect(paths.indexOf('a')).toBeLessThan(paths.indexOf('a/b'));
        expect(paths.indexOf('a/b')).toBeLessThan(paths.indexOf('a/b/file'));
        expect([...entries].sort((one, other) => (one.path < other.path ? -1 : 1))).toEqual([
          { path: 'a', kind: 'directory', sizeBytes: 0 },
          { path: 'a/b', kind: 'directory', sizeBytes: 0 },
          { path: 'a/b/file', kind: 'file', sizeBytes: 5 },
          { path: 'empty', kind: 'directory', sizeBytes: 0 },
        ]);
      });

      it('are listed without what lies deeper, on request', async () => {
        await shell.write(at('shallow/a/b/file'), '12345');
        await shell.write(at('shallow/file'), '1');
        const entries = await shell.list(at('shallow'), false);
        expect([...entries].sort((one, other) => (one.path < other.path ? -1 : 1))).toEqual([
          { path: 'a', kind: 'directory', sizeBytes: 0 },
          { path: 'file', kind: 'file', sizeBytes: 1 },
        ]);
      });

      it('are held open, and read from an offset as they grow', async () => {
        const content = randomBytes(100_000);
        const appendable = at('grows');
        await subject.append(appendable, content);
        const file = await shell.open(appendable);
        expect((await file?.read(0, 200_000))?.equals(content)).toBe(true);
        expect(await file?.read(100_000, 50)).toEqual(Buffer.alloc(0));
        await subject.append(appendable, Buffer.from('more'));
        expect((await file?.read(100_000, 50))?.toString()).toBe('more');
        expect((await file?.read(100_001, 2))?.toString()).toBe('or');
        await file?.close();
        await file?.close();
      });

      it('that do not exist, even below a file, cannot be opened: null', async () => {
        await shell.write(at('plain'), 'x');
        expect(await shell.open(at('absent'))).toBeNull();
        expect(await shell.open(at('plain/below'))).toBeNull();
      });

      it('of a missing folder, or of a file, are an empty list', async () => {
        await shell.write(at('plain'), 'x');
        expect(await shell.list(at('absent'))).toEqual([]);
        expect(await shell.list(at('plain'))).toEqual([]);
      });

      it('are removed, folders with their content; removing what does not exist is no error', async () => {
        await shell.write(at('gone/a/file'), 'x');
        await shell.write(at('gone-not'), 'x');
        await shell.remove(at('gone'));
        await shell.remove(at('gone'));
        expect(await shell.read(at('gone/a/file'))).toBeNull();
        expect((await shell.list(subject.folder)).some(({ path }) => path.startsWith('gone/'))).toBe(false);
        expect((await shell.read(at('gone-not')))?.toString()).toBe('x');
      });

      it('can create a folder repeatedly', async () => {
        await shell.makeFolder(at('made/here'));
        await shell.makeFolder(at('made/here'));
        expect((await shell.list(at('made'))).map(({ path }) => path)).toEqual(['here']);
      });

      it.each<[string, () => Promise<unknown>]>([
        ['read a folder', () => shell.read(subject.folder)],
        ['write over a folder', () => shell.write(at('folder'), 'x')],
        ['write below a file', () => shell.write(at('plain/below'), 'x')],
        ['make a folder of a file', () => shell.makeFolder(at('plain'))],
        ['make a folder below a file', () => shell.makeFolder(at('plain/below'))],
      ])('cannot %s: device-file', async (_, act) => {
        await shell.write(at('plain'), 'x');
        await shell.makeFolder(at('folder'));
        await expect(act()).rejects.toMatchObject({ name: 'device-file', exitCode: 4 });
      });
    });

    describe('a Unix socket', () => {
      beforeAll(() => subject.greetOn(at('socket')));

      it('is dialed', async () => {
        expect(await text(await shell.dialUnix(at('socket')))).toBe('hello');
      });

      it('closes when it is destroyed, though nobody read it', async () => {
        const stream = await shell.dialUnix(at('socket'));
        const closed = once(stream, 'close');
        stream.destroy();
        await closed;
      });

      it('that nobody listens on is an error: socket-refused', async () => {
        const attempt = shell.dialUnix(at('no-socket'));
        await expect(attempt).rejects.toMatchObject({ name: 'socket-refused', exitCode: 4 });
      });
    });
  });
}
