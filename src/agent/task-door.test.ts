import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { wrapperFolder } from '../../tests/fixtures/run-wrapper.js';
import { FakeStore } from '../fleet/files/fake-store.js';
import type { FileStore, OpenFile } from '../fleet/index.js';
import { TaskDoor } from './task-door.js';

async function openDoor(store: FileStore = new FakeStore(null)) {
  const folder = await mkdtemp(join(tmpdir(), 'collab-door-'));
  const socket = join(folder, 'store.sock');
  const door = new TaskDoor(socket, () => Promise.resolve(store));
  await door.open();
  onTestFinished(async () => {
    await door[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  /** Runs Python code in the folder. */
  const python = async (code: string, environment: Record<string, string> = { COLLAB_STORE: socket }) => {
    const env = { PATH: process.env.PATH ?? '', PYTHONPATH: wrapperFolder, ...environment };
    const child = spawn('python3', ['-B', '-c', `from collab import store\n${code}`], { cwd: folder, env });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (text += data.toString()));
    await once(child, 'close');
    return text;
  };
  const ask = async (method: string, path: string, body = '') => {
    const asked = request({ socketPath: socket, method, path }).end(body);
    const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
    let text = '';
    for await (const piece of response) text += String(piece);
    return { status: response.statusCode, text };
  };
  return { folder, socket, store, python, ask };
}

it('puts, lists, gets and removes files of a task', async () => {
  const { folder, python } = await openDoor();
  const content = Buffer.alloc(3_000_000, 'weights');
  await writeFile(join(folder, 'in.pt'), content, { mode: 0o640 });
  const output = await python(`
first = store.put('in.pt', 'weights/resnet 50%.pt')
assert first.version == 1 and first.size_bytes == 3000000 and first.mode == 0o640, first
assert store.put('in.pt', 'weights/resnet 50%.pt').version == 2
print([(file.name, file.version) for file in store.ls('weights/*')], store.ls('other/**'))
print([file.version for file in store.versions('weights/resnet 50%.pt')], store.versions('none'))
got = store.get('weights/resnet 50%.pt', 'out.pt')
store.get('weights/resnet 50%.pt', 'out.pt', version=1)
print(got.version, got.sha256)
print(store.delete('weights/resnet 50%.pt'), store.delete('weights/resnet 50%.pt'))`);
  expect(output).toBe(
    `[('weights/resnet 50%.pt', 2)] []\n[2, 1] []\n2 ${createHash('sha256').update(content).digest('hex')}\n2 0\n`,
  );
  expect((await readFile(join(folder, 'out.pt'))).equals(content)).toBe(true);
  expect((await stat(join(folder, 'out.pt'))).mode & 0o777).toBe(0o640);
  expect((await readdir(folder)).sort()).toEqual(['in.pt', 'out.pt', 'store.sock']);
});

it('keeps empty files and names in any script', async () => {
  const { folder, python } = await openDoor();
  await writeFile(join(folder, 'empty'), '');
  const output = await python(`
name = 'gr\\u00fc\\u00dfe/\\u4f60\\u597d ?#&.txt'
store.put('empty', name)
print(ascii(store.ls()[0].name) == ascii(name), store.get(name, 'again').size_bytes)`);
  expect(output).toBe('True 0\n');
});

it('names what is wrong in one sentence', async () => {
  const { socket, python } = await openDoor();
  const raised = (code: string, environment?: Record<string, string>) =>
    python(`try: ${code}\nexcept store.StoreError as e: print(type(e).__name__, e.code, e)`, environment);
  expect(await raised('store.get("none", "x")')).toMatch(/^NoFile store-no-file .*none/);
  expect(await raised('store.get("private/x", "x")')).toMatch(
    /^StoreError store-bad-request A task has no private/,
  );
  expect(await raised('store.versions("a/../b")')).toMatch(/^StoreError store-bad-name/);
  expect(await raised('store.ls()', {})).toMatch(/^StoreError None There is no file store here/);
  expect(await raised('store.ls()', { COLLAB_STORE: `${socket}x` })).toMatch(/does not answer at .*sockx/);
});

it('tells a task that the store cannot be used, and is there when it can', async () => {
  const store = new FakeStore(null);
  const { ask } = await openDoor(store);
  store.fault = new Error('a fault of ours');
  expect(await ask('GET', '/versions/a')).toMatchObject({ status: 500 });
  store.fault = null;
  expect(await ask('GET', '/versions/a')).toEqual({ status: 200, text: '[]\n' });
  expect(await ask('POST', '/files/a')).toMatchObject({ status: 400 });
  expect(await ask('GET', '/files/%ff')).toMatchObject({ status: 400 });
  expect(await ask('GET', '/files/a?version=x')).toMatchObject({ status: 400 });
});

it('never hands out the beginning of a damaged file as the whole', async () => {
  const store = new FakeStore(null);
  const { folder, python } = await openDoor(store);
  await writeFile(join(folder, 'in'), 'whole');
  await writeFile(join(folder, 'out'), 'from before');
  await python('store.put("in", "a")');
  const open = store.open.bind(store);
  store.open = async (...parameters): Promise<OpenFile> => ({
    file: (await open(...parameters)).file,
    async *content() {
      yield Buffer.from('wh');
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw new Error('damaged');
    },
  });
  expect(await python('store.get("a", "out")')).toMatch(/StoreError: /);
  expect(await readFile(join(folder, 'out'), 'utf8')).toBe('from before');
  expect((await readdir(folder)).sort()).toEqual(['in', 'out', 'store.sock']);
});

it('keeps nothing of a put whose task was killed', async () => {
  const { socket, store } = await openDoor();
  const client = connect(socket);
  client.write('PUT /files/half HTTP/1.1\r\nHost: collab\r\nContent-Length: 1000\r\n\r\nbeginning');
  await new Promise((resolve) => setTimeout(resolve, 100));
  client.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await store.versions('half')).toEqual([]);
});

it('takes more requests than it carries out at once', async () => {
  const { ask } = await openDoor();
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, number) => ask('PUT', `/files/many/${number}`, 'content')),
  );
  expect(answers.every(({ status }) => status === 201)).toBe(true);
  expect((await ask('GET', '/files?pattern=many/**')).text.trimEnd().split('\n')).toHaveLength(30);
});

/** Opening a file waits in it until it is let go. */
function slowStore() {
  const store = new FakeStore(null);
  const open = store.open.bind(store);
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((go) => (letGo = go));
  let opened = 0;
  store.open = async (...parameters) => {
    opened += 1;
    await held;
    return open(...parameters);
  };
  return { store, letGo: () => letGo(), opened: () => opened };
}

it('goes on after requests whose programs went while they waited', async () => {
  const { store, letGo, opened } = slowStore();
  const { socket, ask } = await openDoor(store);
  // More than a connection takes at once, so that an answer to nobody would be waited for.
  await Promise.all(
    Array.from({ length: 200 }, (_, number) => ask('PUT', `/files/${'long'.repeat(50)}/${number}`)),
  );
  const slow = Array.from({ length: 4 }, () => ask('GET', '/files/none'));
  await expect.poll(opened).toBe(4);
  const gone = Array.from({ length: 8 }, () => {
    const client = connect(socket).on('error', () => undefined);
    client.write('GET /files?pattern=** HTTP/1.1\r\nHost: collab\r\n\r\n');
    return client;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  for (const client of gone) client.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  letGo();
  expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  expect(await ask('GET', '/versions/none')).toEqual({ status: 200, text: '[]\n' });
});

it('takes no more connections than it has descriptors for', async () => {
  const { socket, ask } = await openDoor();
  const clients = Array.from({ length: 300 }, () => connect(socket).on('error', () => undefined));
  await expect.poll(() => clients.filter((client) => client.closed).length).toBe(300 - 256);
  for (const client of clients) client.destroy();
  await expect.poll(() => ask('GET', '/versions/none').catch(() => null)).toMatchObject({ status: 200 });
});
