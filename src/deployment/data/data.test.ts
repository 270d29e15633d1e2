import { appendFile, mkdir, mkdtemp, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { connectedTo, deviceOf, factsOf } from '../../../tests/fixtures/connected-device.js';
import { HomeShell } from '../../../tests/fixtures/home-shell.js';
import { systemClock } from '../../events.js';
import type { ConnectedDevice } from '../../network/index.js';
import { Workspace } from '../../workspace/index.js';
import type { DataEvent } from './events.js';
import { HashCache } from './hash-cache.js';
import { folderHere, planData, planLocalData, type DataContext, type DataNeed } from './plan-data.js';
import { sendData } from './send-data.js';

let outer: string;
let home: string;
let shell: HomeShell;
let connected: ConnectedDevice;
let events: DataEvent[];

beforeEach(async () => {
  outer = await mkdtemp(join(tmpdir(), 'collab-data-'));
  home = join(outer, 'home');
  await mkdir(home);
  await mkdir(join(outer, 'workspace/TestCases/hello'), { recursive: true });
  shell = new HomeShell(home);
  const user = { name: 'pi', uid: 1000, gid: 1000, home };
  connected = connectedTo(deviceOf('nano1', { facts: factsOf({ user }) }), shell);
  events = [];
  await put('workspace/digits/train/0.bin', 'zero');
  await put('workspace/digits/labels.txt', '0\n');
});

async function put(path: string, content: string) {
  await mkdir(dirname(join(outer, path)), { recursive: true });
  await writeFile(join(outer, path), content);
}
const context = (): DataContext => ({
  experimentFolder: join(outer, 'workspace/TestCases/hello'),
  connected: () => connected,
  cache: new HashCache(new Workspace(join(outer, 'workspace'))),
});
const need = (path: string, name = 'digits'): DataNeed => ({ role: 'client', device: 'nano1', name, path });
async function plan(path: string) {
  const [one] = await planData([need(path)], context());
  if (one === undefined) throw new Error('nothing was planned');
  return one;
}
async function bring(path: string) {
  const planned = await planData([need(path)], context());
  await sendData(planned, {
    ...context(),
    knownHostsPath: '/dev/null',
    clock: systemClock,
    emit: (event) => events.push(event),
  });
  const [one] = planned;
  if (one === undefined) throw new Error('nothing was planned');
  return one;
}
const kinds = () => events.map(({ kind }) => kind).filter((kind) => kind !== 'data.progress');

describe('data from the controller', () => {
  test('is sent once, stored on the device by its content, and not sent again', async () => {
    const first = await bring('../../digits');
    expect(first).toMatchObject({ source: 'controller', present: false, sizeBytes: 6, files: 2 });
    expect(kinds()).toEqual(['data.sending', 'data.sent']);
    expect(first.deviceFolder).toBe(`${home}/.collab/data/${first.hash.slice(0, 32)}`);
    expect(await readFile(join(first.deviceFolder, 'train/0.bin'), 'utf8')).toBe('zero');
    events = [];
    const second = await bring('../../digits');
    expect(second).toMatchObject({ hash: first.hash, present: true });
    expect(kinds()).toEqual(['data.present']);
  });

  test('is hashed again only if a file looks changed', async () => {
    await bring('../../digits');
    await bring('../../digits');
    shell.ran.length = 0;
    await plan('../../digits');
    expect(shell.ran.filter((line) => line.includes('sha256sum'))).toEqual([]);
  });

  test('with other content gets another folder; the old one stays', async () => {
    const before = await bring('../../digits');
    await put('workspace/digits/labels.txt', '1\n');
    const after = await bring('../../digits');
    expect(after.hash).not.toBe(before.hash);
    expect(await readFile(join(after.deviceFolder, 'labels.txt'), 'utf8')).toBe('1\n');
    expect(await readFile(join(before.deviceFolder, 'labels.txt'), 'utf8')).toBe('0\n');
  });

  test('that changed on the device is sent again', async () => {
    const { deviceFolder, hash } = await bring('../../digits');
    await appendFile(join(deviceFolder, 'labels.txt'), 'broken');
    expect(await plan('../../digits')).toMatchObject({ present: false, hash });
    await bring('../../digits');
    expect(await readFile(join(deviceFolder, 'labels.txt'), 'utf8')).toBe('0\n');
  });

  test('resumes where it was interrupted', async () => {
    const planned = await plan('../../digits');
    await put(`home/.collab/data/${planned.hash.slice(0, 32)}.part/train/0.bin`, 'zero');
    const { atime, mtime } = await stat(join(outer, 'workspace/digits/train/0.bin'));
    await utimes(`${planned.deviceFolder}.part/train/0.bin`, atime, mtime);
    await bring('../../digits');
    expect(events.find(({ kind }) => kind === 'data.sent')).toMatchObject({ sent_bytes: 2 });
  });

  test('does not get its name if it did not arrive completely', async () => {
    const exec = shell.exec.bind(shell);
    const planned = await plan('../../digits');
    shell.exec = async (argv, options) => {
      if (argv.some((word) => word.includes('sha256sum')) && argv.at(-1)?.endsWith('.part')) {
        await writeFile(`${planned.deviceFolder}.part/labels.txt`, 'x');
      }
      return exec(argv, options);
    };
    await expect(bring('../../digits')).rejects.toMatchObject({ name: 'data-not-whole', exitCode: 4 });
    expect(kinds()).toEqual(['data.sending']);
    shell.exec = exec;
    await bring('../../digits');
    expect(kinds().at(-1)).toBe('data.sent');
  });

  test('that does not fit is rejected before a byte is sent', async () => {
    const exec = shell.exec.bind(shell);
    shell.exec = (argv, options) =>
      argv.some((word) => word.includes('df -Pk'))
        ? Promise.resolve({ code: 0, signal: null, stderr: '', stdout: '/dev/x 100 99 1 99% /\n0\n' })
        : exec(argv, options);
    await expect(bring('../../digits')).rejects.toMatchObject({ name: 'device-full', exitCode: 4 });
    await expect(stat(join(home, '.collab'))).rejects.toThrow('ENOENT');
  });

  test('that is missing is reported, and nothing is sent', async () => {
    await expect(plan('../../nothing')).rejects.toMatchObject({ name: 'no-data', exitCode: 2 });
  });
});

describe('data with a path of the device', () => {
  test('that exists there is used as it is, with its hash', async () => {
    await put('home/mnist/a', 'zero');
    const absolute = await bring(join(home, 'mnist'));
    expect(absolute).toMatchObject({ source: 'device', present: true, deviceFolder: join(home, 'mnist') });
    expect(await plan('~/mnist')).toMatchObject({ hash: absolute.hash, deviceFolder: join(home, 'mnist') });
    expect(kinds()).toEqual(['data.present']);
  });

  test('that exists only here is sent', async () => {
    const { source, deviceFolder } = await bring(join(outer, 'workspace/digits'));
    // This machine is also the device here, so the folder is found there first.
    expect({ source, deviceFolder }).toEqual({
      source: 'device',
      deviceFolder: join(outer, 'workspace/digits'),
    });
    await expect(plan('/nowhere/at/all')).rejects.toMatchObject({ name: 'no-data' });
  });

  test('the same files have the same hash in any location', async () => {
    await put('home/copy/train/0.bin', 'zero');
    await put('home/copy/labels.txt', '0\n');
    expect((await plan('~/copy')).hash).toBe((await plan('../../digits')).hash);
  });
});

test('without devices, data is read in place', async () => {
  const [one] = await planLocalData([need('../../digits')], context());
  expect(one).toMatchObject({ deviceFolder: join(outer, 'workspace/digits'), present: true });
  expect(one?.hash).toBe((await plan('../../digits')).hash);
});

test('resolves a path to a folder of this machine', () => {
  expect(folderHere('~/a', '/w/e')).toBe(join(homedir(), 'a'));
  expect(folderHere('../a', '/w/e')).toBe('/w/a');
  expect(folderHere('/a', '/w/e')).toBe('/a');
});

test('a cache that cannot be read or written costs only time', async () => {
  await put('workspace/.collab/data-hashes.json', 'not json');
  await expect(plan('../../digits')).resolves.toMatchObject({ files: 2 });
});
