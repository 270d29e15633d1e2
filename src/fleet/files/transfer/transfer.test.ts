import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../events.js';
import type { StoreEvent } from '../events.js';
import { FakeStore } from '../fake-store.js';
import type { FileStore, FileVersion, NewFile } from '../file-store.js';
import { countFiles, filesMatching } from '../matching.js';
import { planRemoval, removeFiles } from '../removal.js';
import { getFiles, getTo, getVersions, putPath } from './index.js';
import { linkStaysInside } from './inside.js';

let folder = '';
let store = new FakeStore();
let events: StoreEvent[] = [];
const context = { clock: systemClock, emit: (event: StoreEvent) => void events.push(event) };
const at = (...path: string[]) => join(folder, ...path);
const put = (local: string, name: string, into: FileStore = store) =>
  putPath(into, { local: at(local), name }, context);
const get = (name: string, local: string, from: FileStore = store) =>
  getTo(from, { name, local: at(local) }, context);

const newFile = (name: string, change: Partial<NewFile> = {}): NewFile => ({
  name,
  kind: 'file',
  mode: 0o644,
  target: null,
  async *content() {
    await Promise.resolve();
    yield Buffer.from(name);
  },
  ...change,
});

/** A store whose names are as bad as can be. */
class HostileStore extends FakeStore {
  constructor(private readonly entries: readonly Partial<FileVersion>[]) {
    super();
  }

  override async *list(): AsyncGenerator<FileVersion> {
    const [file] = await this.put([newFile('real')]);
    if (file !== undefined) for (const entry of this.entries) yield { ...file, ...entry };
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'collab-transfer-'));
  store = new FakeStore();
  events = [];
});

function makeTree(): void {
  mkdirSync(at('in/deep/er'), { recursive: true });
  mkdirSync(at('in/empty'), { mode: 0o750 });
  writeFileSync(at('in/run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(at('in/deep/er/é ü.txt'), 'text', { mode: 0o640 });
  writeFileSync(at('in/deep/nothing'), '');
  symlinkSync('deep/er/é ü.txt', at('in/link'));
  symlinkSync('../run.sh', at('in/deep/up'));
}

describe('a folder', () => {
  it('comes back with structure, modes, empty folders and links', async () => {
    makeTree();
    await put('in', 'sets/in');
    await get('sets/in', 'out');
    expect(readdirSync(at('out')).sort()).toEqual(['deep', 'empty', 'link', 'run.sh']);
    expect(readFileSync(at('out/deep/er/é ü.txt'), 'utf8')).toBe('text');
    expect(statSync(at('out/run.sh')).mode & 0o777).toBe(0o755);
    expect(statSync(at('out/deep/er/é ü.txt')).mode & 0o777).toBe(0o640);
    expect(statSync(at('out/empty')).mode & 0o777).toBe(0o750);
    expect(statSync(at('out/deep/nothing')).size).toBe(0);
    expect(readlinkSync(at('out/deep/up'))).toBe('../run.sh');
    expect(readFileSync(at('out/link'), 'utf8')).toBe('text');
  });

  it('merges with what is there', async () => {
    makeTree();
    await put('in', 'in');
    mkdirSync(at('out'));
    writeFileSync(at('out/own'), 'mine');
    writeFileSync(at('out/run.sh'), 'old');
    await get('in', 'out');
    expect(readFileSync(at('out/own'), 'utf8')).toBe('mine');
    expect(readFileSync(at('out/run.sh'), 'utf8')).toBe('#!/bin/sh\n');
  });

  it('with things that cannot be kept is refused before anything is sent', async () => {
    makeTree();
    symlinkSync('/etc/passwd', at('in/absolute'));
    symlinkSync('../../outside', at('in/deep/outside'));
    const server = createServer().listen(at('in/socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const failed = await put('in', 'in').catch((error: unknown) => error);
    server.close();
    expect(failed).toMatchObject({ name: 'store-not-put' });
    for (const one of ['absolute', 'deep/outside', 'socket'])
      expect((failed as { why: string }).why).toContain(`${one}: `);
    expect(await countFiles(store, '')).toMatchObject({ files: 0, folders: 0 });
    expect(events).toEqual([]);
  });
});

describe('a file', () => {
  it('gets its own name in a folder, or the name that is given', async () => {
    writeFileSync(at('a'), 'one');
    await put('a', 'x/a.txt');
    mkdirSync(at('here'));
    expect((await get('x/a.txt', 'here')).path).toBe(at('here/a.txt'));
    expect((await get('x/a.txt', 'new/')).path).toBe(at('new/a.txt'));
    await get('x/a.txt', 'a');
    expect(readFileSync(at('a'), 'utf8')).toBe('one');
  });

  it('is never half there: a fault keeps what was there, and leaves nothing else', async () => {
    await store.put([newFile('a')]);
    class Breaking extends FakeStore {
      override async open(name: string) {
        const opened = await store.open(name);
        return {
          file: opened.file,
          async *content() {
            yield* opened.content();
            throw new Error('damaged');
          },
        };
      }
      override list(): AsyncGenerator<FileVersion> {
        return store.list('a');
      }
    }
    writeFileSync(at('a'), 'before');
    await expect(get('a', 'a', new Breaking())).rejects.toThrow('damaged');
    expect(readdirSync(folder)).toEqual(['a']);
    expect(readFileSync(at('a'), 'utf8')).toBe('before');
  });

  it('that is not here, or not in the store, is an error', async () => {
    await expect(put('none', 'none')).rejects.toMatchObject({ name: 'store-no-local' });
    await expect(get('none', 'none')).rejects.toMatchObject({ name: 'store-no-file' });
  });

  it('does not replace a folder', async () => {
    await store.put([newFile('f/a')]);
    mkdirSync(at('out/a'), { recursive: true });
    await expect(get('f', 'out')).rejects.toMatchObject({ name: 'store-blocked' });
  });
});

describe('a hostile store', () => {
  it.each(['../x', '/etc/x', 'a/../../x', 'a//x', 'a\nb'])('cannot write %j', async (name) => {
    const hostile = new HostileStore([{ name: 'real' }, { name }]);
    const files = await filesMatching(hostile, '');
    await expect(getFiles(hostile, files, { folder: at('out'), label: '' }, context)).rejects.toMatchObject({
      name: 'store-unsafe-name',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('cannot write through a link, its own or one that is there', async () => {
    mkdirSync(at('secret'));
    mkdirSync(at('out'));
    symlinkSync('../secret', at('out/a'));
    await store.put([newFile('w/a/b')]);
    await expect(get('w', 'out')).rejects.toMatchObject({ name: 'store-blocked' });
    expect(readdirSync(at('secret'))).toEqual([]);
  });

  it('makes no link that leads out', async () => {
    await store.put([
      newFile('w/x'),
      newFile('w/out', { kind: 'link', target: '../../etc/passwd' }),
      newFile('w/in', { kind: 'link', target: 'x' }),
    ]);
    expect((await get('w', 'w')).left).toEqual(['w/out']);
    expect(readdirSync(at('w')).sort()).toEqual(['in', 'x']);
  });
});

it.each([
  ['a', 'b', true],
  ['a', '..', false],
  ['d/a', '..', true],
  ['d/a', '../../x', false],
  ['d/a', 'x/../../y', false],
  ['a', '/x', false],
  ['a', '', false],
])('a link %j to %j stays inside: %s', (link, target, stays) => {
  expect(linkStaysInside(link, target)).toBe(stays);
});

describe('versions', () => {
  beforeEach(async () => {
    for (const text of ['one', 'two\n', 'three'])
      await store.put([
        newFile('log/a.txt', {
          content: async function* () {
            await Promise.resolve();
            yield Buffer.from(text);
          },
        }),
      ]);
  });

  it('go into one file, the oldest first, with a line before each', async () => {
    await getVersions(store, { name: 'log/a.txt', count: 2 }, { file: at('all') }, {});
    const lines = readFileSync(at('all'), 'utf8').split('\n');
    expect(lines[0]).toMatch(/^--- log\/a.txt version 2, ann, .*Z, 4 bytes ---$/);
    expect(lines[1]).toBe('two');
    expect(lines[2]).toContain('version 3');
    expect(lines.slice(3)).toEqual(['three', '']);
  });

  it('go into a file each', async () => {
    await getVersions(store, { name: 'log/a.txt', count: 9 }, { into: at('v') }, {});
    expect(readdirSync(at('v')).sort()).toEqual(['a.v1.txt', 'a.v2.txt', 'a.v3.txt']);
  });
});

describe('patterns and removal', () => {
  beforeEach(async () => {
    await store.put(['w/a.pt', 'w/b.txt', 'w/deep/c.pt', 'other'].map((name) => newFile(name)));
  });
  const names = async (pattern: string) => (await filesMatching(store, pattern)).map(({ name }) => name);

  it('matches names', async () => {
    expect(await names('w/*.pt')).toEqual(['w/a.pt']);
    expect(await names('w/**/*.pt')).toEqual(['w/a.pt', 'w/deep/c.pt']);
    expect(await names('w')).toHaveLength(3);
    expect(await countFiles(store, '')).toMatchObject({ files: 4 });
  });

  it('removes a folder only when asked to, and what is of others only by force', async () => {
    const options = { user: 'ann', force: false, recursive: false };
    await expect(planRemoval(store, 'w', options)).rejects.toMatchObject({ name: 'store-is-folder' });
    await expect(planRemoval(store, 'other', { ...options, user: 'bob' })).rejects.toMatchObject({
      name: 'store-not-yours',
    });
    const planned = await planRemoval(store, 'w', { ...options, recursive: true });
    expect(await removeFiles(store, planned)).toBe(3);
    expect(await names('')).toEqual(['other']);
  });
});
