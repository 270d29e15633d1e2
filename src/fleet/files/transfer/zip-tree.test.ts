import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type WrittenEntry, zipOf } from '../../../../tests/fixtures/zip-bytes.js';
import { isZip, readZipTree } from './zip-tree.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'collab-zip-test-'));
});
const at = (...path: string[]) => join(folder, ...path);

function write(bytes: Buffer): string {
  writeFileSync(at('job.zip'), bytes);
  return at('job.zip');
}

/** What is in a zip file, as it would be put: names with their modes, and contents. */
async function read(path: string): Promise<Record<string, string>> {
  await using tree = await readZipTree(path, 'files');
  const found: Record<string, string> = {};
  for (const file of tree.files) {
    const pieces: Uint8Array[] = [];
    for await (const piece of file.content()) pieces.push(piece);
    found[file.name] = `${file.kind} ${file.mode.toString(8)} ${Buffer.concat(pieces).toString()}`;
  }
  return found;
}

test('modes, empty folders and names in UTF-8 are kept', async () => {
  const path = write(
    zipOf([
      { name: 'run.sh', data: 'echo', mode: 0o100755 },
      { name: 'empty/', mode: 0o040750 },
      { name: 'ä/dàta.txt', data: 'x'.repeat(300_000).slice(0, 3), method: 0, mode: 0o100640 },
      { name: 'of-dos.txt', data: 'y', system: 0 },
    ]),
  );
  expect(await read(path)).toEqual({
    'files/run.sh': 'file 755 echo',
    'files/empty': 'folder 750 ',
    'files/ä/dàta.txt': 'file 640 xxx',
    'files/of-dos.txt': 'file 644 y',
  });
});

test('a folder in a zip file, as Python makes it, is the root', async () => {
  mkdirSync(at('fit/data/none'), { recursive: true });
  writeFileSync(at('fit/run.sh'), 'true');
  chmodSync(at('fit/run.sh'), 0o755);
  writeFileSync(at('fit/data/a.csv'), 'x'.repeat(100_000));
  execFileSync('python3', ['-m', 'zipfile', '-c', 'job.zip', 'fit'], { cwd: folder });
  expect(await isZip(at('job.zip'))).toBe(true);
  const found = await read(at('job.zip'));
  expect(Object.keys(found).sort()).toEqual([
    'files',
    'files/data',
    'files/data/a.csv',
    'files/data/none',
    'files/run.sh',
  ]);
  expect(found['files/run.sh']).toBe('file 755 true');
  expect(found['files/data/a.csv']).toBe(`file 644 ${'x'.repeat(100_000)}`);
});

test('files beside a folder stay where they are; what Finder adds is left out', async () => {
  const path = write(
    zipOf([
      { name: './run.sh', data: 'a' },
      { name: 'data/a', data: 'b' },
      { name: '__MACOSX/._run.sh', data: 'c' },
    ]),
  );
  expect(Object.keys(await read(path))).toEqual(['files/run.sh', 'files/data/a']);
});

test('a zip file is known by its content, not by its name', async () => {
  writeFileSync(at('a.zip'), 'text');
  writeFileSync(at('b.txt'), zipOf([{ name: 'a', data: 'a' }]));
  writeFileSync(at('empty'), '');
  expect(await Promise.all(['a.zip', 'b.txt', 'empty'].map((name) => isZip(at(name))))).toEqual([
    false,
    true,
    false,
  ]);
});

const a: WrittenEntry = { name: 'a', data: 'a' };
test.each<[string, WrittenEntry[], string]>([
  ['a part ..', [{ name: 'b/../../a', data: 'a' }], 'has a part ".."'],
  ['an absolute name', [{ name: '/etc/passwd', data: 'a' }], 'is not relative'],
  ['a drive letter', [{ name: 'C:/a', data: 'a' }], 'is not relative'],
  ['a backslash', [{ name: '..\\a', data: 'a' }], 'has a backslash'],
  ['NUL', [{ name: 'a\0b', data: 'a' }], 'has control characters'],
  ['an escape sequence', [{ name: 'a\x1b[2J', data: 'a' }], 'has control characters'],
  ['an empty part', [{ name: 'a//b', data: 'a' }], 'has an empty part'],
  ['no name', [{ name: '', data: 'a' }], 'is empty'],
  ['a name that is no UTF-8', [{ name: Buffer.from([0x61, 0xff]), data: 'a' }], 'is not valid UTF-8'],
  ['a link', [a, { name: 'b', data: '/etc/passwd', mode: 0o120777 }], '"b" is a symbolic link'],
  ['a pipe', [{ ...a, mode: 0o010644 }], 'is a named pipe'],
  ['a device', [{ ...a, mode: 0o020644 }], 'is a device'],
  ['a name twice', [a, a], '"a" is there twice'],
  ['a name twice, written otherwise', [a, { name: './a' }], '"a" is there twice'],
  ['a file that is a folder', [a, { name: 'a/b', data: 'b' }], '"a" is both a file and a folder'],
  ['a folder with content', [a, { name: 'b/', data: 'b' }], 'is a folder, and has content'],
  ['encryption', [{ ...a, flags: 0x801 }], 'is encrypted'],
  ['another compression', [{ ...a, method: 14 }], 'is compressed by method 14'],
  ['nothing', [], 'it has no files'],
  ['a folder only', [{ name: 'b/' }], 'it has no files'],
  ['a false checksum', [{ ...a, crc: 7 }], 'its checksum'],
  ['more bytes than it says', [{ ...a, data: 'x'.repeat(100_000), sizeBytes: 10 }], 'too many bytes'],
  ['fewer bytes than it says', [{ ...a, sizeBytes: 10 }], 'not enough bytes'],
  [
    'bytes of another entry',
    [
      { ...a, data: 'long'.repeat(9), method: 0 },
      { name: 'b', data: 'b', start: 0 },
    ],
    'shares its bytes',
  ],
  ['a place behind the end', [{ ...a, start: 9999 }], 'shares its bytes'],
  ['a file of 1 GB in a few bytes', [{ ...a, sizeBytes: 1e9 }], 'more than 200 times'],
  [
    '21 GB',
    Array.from({ length: 7 }, (_, at) => ({ name: `${at}`, data: 'a', sizeBytes: 3e9 })),
    'at most 20 GB',
  ],
])('%s is refused', async (_, entries, why) => {
  await expect(read(write(zipOf(entries)))).rejects.toMatchObject({
    name: 'zip-refused',
    exitCode: 2,
    why: expect.stringMatching(new RegExp(why.replace(/[.]/g, '\\.'), 'i')) as string,
  });
});

test('a real bomb is refused before anything is read', async () => {
  const path = write(zipOf([{ name: 'a', data: Buffer.alloc(120_000_000) }]));
  await expect(readZipTree(path, 'files')).rejects.toMatchObject({ name: 'zip-refused' });
});

test('a file that is cut off at any byte is refused', async () => {
  const bytes = zipOf([a, { name: 'b', data: 'x'.repeat(50) }]);
  for (let length = 4; length < bytes.length; length += 7)
    await expect(read(write(bytes.subarray(0, length)))).rejects.toMatchObject({ name: 'zip-refused' });
});

test('an entry whose bytes are damaged is refused with its name', async () => {
  const bytes = zipOf([{ name: 'deep/a', data: 'some content', method: 0 }]);
  bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
  await expect(read(write(bytes))).rejects.toMatchObject({
    name: 'zip-refused',
    what: expect.stringContaining('deep/a') as string,
  });
});

/** Whether this process has the file open. */
const isOpen = (path: string) =>
  readdirSync('/proc/self/fd').some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  });

test('the file is closed: after a fault, when all is read, and when reading stops in the middle', async () => {
  const path = write(zipOf([{ name: 'a', data: randomBytes(3_000_000) }]));
  const tree = await readZipTree(path, 'files');
  expect(isOpen(path)).toBe(true);
  for (const file of tree.files) for await (const piece of file.content()) if (piece.length > 0) break;
  await tree[Symbol.asyncDispose]();
  await expect.poll(() => isOpen(path)).toBe(false);
  await read(path);
  await expect.poll(() => isOpen(path)).toBe(false);
  writeFileSync(path, 'PK');
  await expect(readZipTree(path, 'files')).rejects.toMatchObject({ name: 'zip-refused' });
  expect(isOpen(path)).toBe(false);
});

test('66,000 entries, as zip64', async () => {
  const script =
    'import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z:\n for i in range(66000): z.writestr(f"d/{i}", b"")';
  execFileSync('python3', ['-c', script, at('many.zip')]);
  await using tree = await readZipTree(at('many.zip'), 'files');
  expect(tree.fileCount).toBe(66_000);
}, 120_000);
