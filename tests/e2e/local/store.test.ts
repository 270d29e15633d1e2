import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestWorkspace } from '../workspace.js';

/** Files on a fleet of three processes on this machine, through the built command. */
const workspace = TestWorkspace.make();
const guest = TestWorkspace.make();
const store = (...args: string[]) => workspace.collab('store', ...args, '--local');
const result = <T>(...args: string[]) => workspace.result<T>('store', ...args, '--local');
const at = (...path: string[]) => join(workspace.folder, ...path);
const count = async (pattern: string) => (await result<{ files: number }>('count', pattern)).files;

beforeAll(async () => {
  const up = await workspace.collab('fleet', 'up', '--local', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
}, 600_000);
afterAll(() => workspace.collab('fleet', 'down', '--local', '--purge'));

it('a folder goes in with one put and comes back as it was', async () => {
  mkdirSync(at('in/deep'), { recursive: true });
  mkdirSync(at('in/empty'));
  writeFileSync(at('in/run.sh'), 'x', { mode: 0o755 });
  writeFileSync(at('in/deep/ü'), randomBytes(3_000_000));
  symlinkSync('../run.sh', at('in/deep/link'));
  expect((await store('put', 'in', 'sets/in')).stdout).toContain('2 files');
  expect((await store('get', 'sets/in', 'out')).code).toBe(0);
  expect(readdirSync(at('out')).sort()).toEqual(['deep', 'empty', 'run.sh']);
  expect(readFileSync(at('out/deep/ü')).equals(readFileSync(at('in/deep/ü')))).toBe(true);
  expect(statSync(at('out/run.sh')).mode & 0o777).toBe(0o755);
  expect(readlinkSync(at('out/deep/link'))).toBe('../run.sh');
  expect(await count('sets/**')).toBe(2);
  expect((await store('get-all', 'sets/**/*.sh', 'all')).code).toBe(0);
  expect(existsSync(at('all/sets/in/run.sh'))).toBe(true);
});

it('each put is a version, and the last ones are kept', async () => {
  for (const text of ['one\n', 'two\n', 'three\n']) {
    writeFileSync(at('a'), text);
    await result('put', 'a', 'v/a.txt', '--keep', '2');
  }
  const { versions } = await result<{ versions: { version: number; owner: string }[] }>(
    'versions',
    'v/a.txt',
  );
  expect(versions.map(({ version }) => version)).toEqual([3, 2]);
  expect((await store('get', 'v/a.txt', '-', '--version', '2')).stdout).toBe('two\n');
  await result('get', 'v/a.txt', 'both', '--versions', '2');
  expect(readFileSync(at('both'), 'utf8')).toMatch(
    /^--- v\/a.txt version 2, .* ---\ntwo\n--- v\/a.txt version 3, .* ---\nthree\n$/,
  );
});

it('says which devices hold a file, and what each holds', async () => {
  const { versions } = await result<{ versions: { replicas: number; devices: { name: string }[] }[] }>(
    'ls',
    'v/a.txt',
  );
  expect(versions[0]?.replicas).toBe(3);
  expect(versions[0]?.devices.map(({ name }) => name).sort()).toEqual(['m1', 'm2', 'm3']);
  const { devices } = await result<{ devices: { files: number; content_bytes: number }[] }>('store');
  expect(devices).toHaveLength(3);
  for (const device of devices) expect(device.content_bytes).toBeGreaterThan(3_000_000);
  expect((await store('store', 'm2')).stdout).toContain('v/a.txt');
  const status = await workspace.result<{ store: { quorum: boolean; below_target: number } }>(
    'fleet',
    'status',
    '--local',
  );
  expect(status.store).toMatchObject({ quorum: true, below_target: 0, degraded: false });
  expect((await store('scrub')).stdout).toContain('all are as they were put');
});

it.each([['../x'], ['/etc/passwd'], ['a//b'], ['a\nb'], ['x'.repeat(4000)]])(
  'refuses the name %.20s',
  async (name) => {
    const put = await store('put', 'a', name);
    expect(put.code).toBe(2);
    expect(put.stderr).toContain('cannot be the name of a file');
  },
);

it('Ctrl-C during a put leaves nothing', async () => {
  writeFileSync(at('large'), randomBytes(200_000_000));
  const putting = workspace.start('store', 'put', 'large', 'large', '--local', '--json');
  const [line] = (await once(putting.stdout ?? process.stdin, 'data')) as [Buffer];
  expect(line.toString()).toContain('store.putting');
  putting.kill('SIGINT');
  expect(await once(putting, 'exit')).toEqual([130, null]);
  expect(await count('large')).toBe(0);
  expect((await store('get', 'large')).code).toBe(2);
});

it('another user sees shared files and not private ones, and deletes nothing of others', async () => {
  await result('put', 'a', 'private/mine');
  const file = join(guest.folder, 'ann.fleet.json');
  await workspace.result('fleet', 'user', 'add', 'ann', '--out', file, '--local');
  await guest.result('fleet', 'user', 'use', file);
  // The brokers learn of her within seconds.
  const listed = async () => (await guest.collab('store', 'ls-all', '--local')).stdout;
  await expect.poll(listed, { timeout: 30_000, interval: 1000 }).toContain('v/a.txt');
  expect(await listed()).not.toContain('private/');
  expect((await guest.collab('store', 'get', 'private/mine', '--local')).code).toBe(2);
  const refused = await guest.collab('store', 'delete', 'v/a.txt', '--yes', '--local');
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain('somebody else');
  expect((await guest.collab('store', 'scrub', '--local')).code).toBe(4);
  await workspace.result('fleet', 'user', 'remove', 'ann', '--yes', '--local');
  const lockedOut = async () => (await guest.collab('store', 'get', 'v/a.txt', '--local')).code;
  await expect.poll(lockedOut, { timeout: 30_000, interval: 1000 }).toBe(4);
});

it('the console answers about files', async () => {
  const asked = 'put a c/a.txt\nversions c/a.txt\nls c/a.txt\nls-all c\ncount c\ndelete c/a.txt\ncount c\n';
  const { code, stdout } = await workspace.collabFrom(asked, 'fleet', 'console', '--local');
  expect(code).toBe(0);
  expect(stdout).toContain('Put c/a.txt in the fleet local: version 1');
  expect(stdout).toMatch(/m1, m2, m3/);
  expect(stdout).toContain('Deleted 1 file with 1 version.');
  expect(stdout.trimEnd().endsWith('0 files, 0 B')).toBe(true);
});

it('three keepers become one and three again with all versions', async () => {
  const before = await result<object>('versions', 'v/a.txt');
  for (const keepers of ['m2', 'm1,m2,m3']) {
    await workspace.result('fleet', 'up', '--local', '--keepers', keepers, '--yes');
    expect(await result<object>('versions', 'v/a.txt')).toEqual(before);
    await result('get', 'v/a.txt', 'moved');
  }
});

it('delete removes a folder with all versions when asked to', async () => {
  expect((await store('delete', 'sets', '--yes')).stderr).toContain('--recursive');
  await result('delete', 'sets', '--recursive', '--yes');
  expect(await count('sets')).toBe(0);
});
