import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describeShell, programs } from '../../../tests/conformance/shell.js';
import { FakeShell, type FakeAnswer } from './fake-shell.js';
import { LocalShell } from './local-shell.js';

describeShell('FakeShell', () => {
  const shell = new FakeShell(answer);
  const sockets = new Set<string>();
  shell.onDial = (path) => {
    if (!sockets.has(path)) return null;
    const stream = new PassThrough();
    stream.end('hello');
    return stream;
  };
  return Promise.resolve({
    shell,
    folder: '/home/pi/folder',
    greetOn: (path) => Promise.resolve(void sockets.add(path)),
    append: async (path, content) => {
      await shell.write(path, Buffer.concat([(await shell.read(path)) ?? Buffer.alloc(0), content]));
    },
    close: () => undefined,
  });
});

/** The suite's programs, as a device runs them. */
function answer(argv: readonly string[], input: string): FakeAnswer | Promise<FakeAnswer> {
  const is = (program: readonly string[]) => program.every((word, index) => argv[index] === word);
  if (is(programs.fails)) return { code: 3, stdout: 'out\n', stderr: 'err\n' };
  if (is(programs.repeatsInput)) return { stdout: input };
  if (is(programs.lines)) return { stdout: 'one\ntwo\nlast' };
  if (is(programs.runsLong)) return new Promise(() => undefined);
  if (is(programs.absent)) return { code: 127, stderr: 'not found\n' };
  if (is(programs.printsTooMuch)) return { stdout: '\0'.repeat(65 << 20) };
  if (is(programs.arguments))
    return {
      stdout: argv
        .slice(2)
        .map((word) => `${word}\0`)
        .join(''),
    };
  return {};
}

describeShell('LocalShell', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shell-'));
  const server = createServer((peer) => peer.on('error', () => undefined).end('hello'));
  return Promise.resolve({
    shell: new LocalShell(),
    folder,
    greetOn: (path) => new Promise<void>((resolve) => server.listen(path, resolve)),
    append: appendFile,
    close: () => {
      server.close();
      rmSync(folder, { recursive: true });
    },
  });
});
