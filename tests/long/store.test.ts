import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { program, TestWorkspace } from '../e2e/workspace.js';

/** The store of a fleet of five devices of a Lab of its own, through the built command. */
const lab = 'store';
const workspace = TestWorkspace.make();
const keepers = ['edge1', 'edge2', 'edge3'];
const result = <T>(...args: string[]) => workspace.result<T>(...args);
const path = (name: string) => join(workspace.folder, name);
const sha256 = (file: string) =>
  createHash('sha256')
    .update(readFileSync(path(file)))
    .digest('hex');
const container = (device: string, ...act: string[]) =>
  program('docker', 'exec', `collab-${lab}-${device}`, 'docker', ...act, `collab-fleet-${lab}`);
const kill = (device: string) => container(device, 'kill', '--signal', 'KILL');
const start = (device: string) => container(device, 'start');
const belowTarget = async () => {
  const { store } = await result<{ store: { below_target: number | null } | null }>('fleet', 'status');
  return store?.below_target ?? null;
};
const whole = { timeout: 180_000, interval: 1000 };

function random(name: string, bytes: number): string {
  writeFileSync(path(name), randomBytes(bytes));
  return sha256(name);
}

beforeAll(async () => {
  await result('lab', 'up', '--name', lab, '--devices', '5');
  const key = `.collab/lab/${lab}/id_ed25519`;
  await result('setup', '--lan', lab, '--interface', `collab-${lab}`, '--expect', '5', '--key', key, '--yes');
  await result('fleet', 'up', '--keepers', keepers.join(','), '--yes');
});
afterAll(() => workspace.collab('lab', 'down', '--name', lab));

it('a keeper killed at 20 random moments costs no acknowledged version and makes no half file', async () => {
  const acknowledged = new Map<number, string>();
  for (let at = 0; at < 20; at++) {
    await expect.poll(belowTarget, whole).toBe(0);
    const keeper = keepers[at % 3] ?? '';
    const sha = random('moment', 8_000_000);
    const put = workspace.collab('store', 'put', 'moment', 'moment.bin', '--keep', '30', '--json');
    const get = workspace.collab('store', 'get', 'moment.bin', `got-${at}`);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 2500));
    await kill(keeper);
    const [wrote, read] = await Promise.all([put, get]);
    await start(keeper);
    if (wrote.code === 0) {
      const { files } = JSON.parse(wrote.stdout.trim().split('\n').at(-1) ?? '') as {
        files: { version: number }[];
      };
      acknowledged.set(files[0]?.version ?? 0, sha);
    }
    if (read.code === 0) expect([...acknowledged.values()]).toContain(sha256(`got-${at}`));
    else expect(readdirSync(workspace.folder)).not.toContain(`got-${at}`);
  }
  expect(acknowledged.size).toBeGreaterThan(10);
  await expect.poll(belowTarget, whole).toBe(0);
  for (const [version, sha] of acknowledged) {
    await result('store', 'get', 'moment.bin', 'again', '--version', String(version));
    expect(sha256('again')).toBe(sha);
  }
});

it('with two keepers gone it says so, and goes on when one is back', async () => {
  const sha = random('two', 1_000_000);
  await result('store', 'put', 'two', 'two.bin');
  await kill('edge1');
  await kill('edge2');
  const refused = await workspace.collab('store', 'put', 'two', 'three.bin');
  expect(refused.code).toBe(4);
  expect(refused.stderr).toMatch(/1 of 3 keepers/);
  await start('edge1');
  await expect
    .poll(async () => (await workspace.collab('store', 'put', 'two', 'three.bin')).code, whole)
    .toBe(0);
  await start('edge2');
  await result('store', 'get', 'two.bin', 'two.back');
  expect(sha256('two.back')).toBe(sha);
});

it('all keepers killed at once have every file afterwards', async () => {
  const shas = new Map<string, string>();
  for (let at = 0; at < 5; at++) {
    shas.set(`all-${at}`, random(`all-${at}`, 5_000_000));
    await result('store', 'put', `all-${at}`, `all/${at}`);
  }
  await Promise.all(keepers.map(kill));
  await Promise.all(keepers.map(start));
  await expect.poll(belowTarget, whole).toBe(0);
  for (const [name, sha] of shas) {
    await result('store', 'get', name.replace('-', '/'), `${name}.back`);
    expect(sha256(`${name}.back`)).toBe(sha);
  }
});

it('one keeper, three, five and one again keep every version', async () => {
  const shas = new Map<number, string>();
  const check = async () => {
    const { versions } = await result<{ versions: { version: number }[] }>('store', 'versions', 'kept.bin');
    expect(versions.map(({ version }) => version).sort()).toEqual([...shas.keys()].sort());
    for (const [version, sha] of shas) {
      await result('store', 'get', 'kept.bin', 'kept.back', '--version', String(version));
      expect(sha256('kept.back')).toBe(sha);
    }
  };
  let version = 0;
  for (const wanted of [
    'edge1',
    'edge1,edge2,edge3',
    'edge1,edge2,edge3,edge4,edge5',
    'edge2,edge3,edge5',
    'edge3',
  ]) {
    await result('fleet', 'up', '--keepers', wanted, '--yes');
    if (version > 0) await check();
    version += 1;
    shas.set(version, random('kept', 3_000_000));
    await result('store', 'put', 'kept', 'kept.bin');
    await check();
  }
});

it('a dead keeper of five is replaced, and comes back as a new one', async () => {
  await result('fleet', 'up', '--keepers', 'edge1,edge2,edge3,edge4,edge5', '--yes');
  const sha = random('moved', 100_000_000);
  await result('store', 'put', 'moved', 'moved.bin');
  await kill('edge2');
  await result('fleet', 'replace', 'edge2', '--yes');
  await expect.poll(belowTarget, whole).toBe(0);
  await start('edge2');
  await expect
    .poll(async () => {
      const { members } = await result<{ members: { name: string; broker: { answers: boolean } | null }[] }>(
        'fleet',
        'status',
      );
      return members.find(({ name }) => name === 'edge2')?.broker?.answers;
    }, whole)
    .toBe(true);
  await result('store', 'get', 'moved.bin', 'moved.back');
  expect(sha256('moved.back')).toBe(sha);
});

it('of three keepers, a device that is gone for good is exchanged for another one', async () => {
  await result('fleet', 'up', '--keepers', 'edge1,edge2,edge3', '--yes');
  const sha = random('exchanged', 5_000_000);
  await result('store', 'put', 'exchanged', 'exchanged.bin');
  await program('docker', 'kill', `collab-${lab}-edge3`);
  // It says that edge3 cannot be reached, and does the rest.
  const up = await workspace.collab('fleet', 'up', '--keepers', 'edge1,edge2,edge4', '--yes');
  expect(up.code).toBe(4);
  expect(up.stderr).toContain('edge3');
  await expect.poll(belowTarget, whole).toBe(0);
  await program('docker', 'start', `collab-${lab}-edge3`);
  await result('store', 'get', 'exchanged.bin', 'exchanged.back');
  expect(sha256('exchanged.back')).toBe(sha);
});

it('with the disk of a keeper full, nothing is lost, and it has everything again when there is space', async () => {
  await result('fleet', 'up', '--keepers', 'edge1,edge2,edge3', '--yes');
  await expect.poll(belowTarget, whole).toBe(0);
  const device = (script: string) => program('docker', 'exec', `collab-${lab}-edge3`, 'sh', '-euc', script);
  const nats = `/var/lib/docker/volumes/collab-fleet-${lab}/_data/nats`;
  await container('edge3', 'stop');
  const mounted = await device(
    `mv ${nats} ${nats}.there; mkdir ${nats}; mount -t tmpfs -o size=200m small ${nats}; cp -a ${nats}.there/. ${nats}; chown 7946:7946 ${nats}; rm -r ${nats}.there`,
  );
  expect(mounted.code, mounted.stderr).toBe(0);
  await start('edge3');
  await expect.poll(belowTarget, whole).toBe(0);
  const acknowledged = new Map<string, string>();
  const fill = async () => {
    for (let at = 0; at < 20; at++) {
      const name = `filling/${acknowledged.size}`;
      const sha = random('filling', 10_000_000);
      const put = await workspace.collab('store', 'put', 'filling', name);
      if (put.code !== 0) return put.stderr;
      acknowledged.set(name, sha);
    }
    return '';
  };
  const check = async () => {
    // Each replica is asked several times.
    for (let round = 0; round < 5; round++)
      for (const [name, sha] of acknowledged) {
        await result('store', 'get', name, 'filling.back');
        expect(sha256('filling.back'), name).toBe(sha);
      }
    const { files } = await result<{ files: number }>('store', 'count', 'filling/*');
    expect(files).toBe(acknowledged.size);
  };
  // So little is left that the agents let nothing be put.
  expect(await fill()).toMatch(/the disk of a keeper is almost full.*edge3 has \d+ MB left/s);
  expect(acknowledged.size).toBeGreaterThan(5);
  expect((await workspace.collab('fleet', 'status')).stdout).toContain('Full: edge3.');
  await check();
  // Nothing is left at all, before the agents see it: the server of edge3 stops keeping files.
  await device(`mount -o remount,size=500m ${nats}`);
  await expect.poll(async () => (await workspace.collab('store', 'put', 'filling', 'x')).code, whole).toBe(0);
  await device(`head -c 1G /dev/zero >${nats}/junk || true`);
  await fill();
  await expect.poll(belowTarget, whole).not.toBe(0);
  await check();
  await device(`rm ${nats}/junk; mount -o remount,size=4g ${nats}`);
  await expect.poll(belowTarget, { timeout: 900_000, interval: 5000 }).toBe(0);
  expect(await fill()).toBe('');
  await check();
});

it('a folder of 100,000 files goes in, and all are counted', async () => {
  mkdirSync(path('many'));
  for (let at = 0; at < 100_000; at++) {
    const folder = path(`many/${at % 100}`);
    if (at < 100) mkdirSync(folder);
    writeFileSync(join(folder, `${at}.txt`), `${at}`);
  }
  await result('store', 'put', 'many', 'many');
  const { files } = await result<{ files: number }>('store', 'count', 'many/**');
  expect(files).toBe(100_000);
});

it('a file of 5 GB goes in and out', async () => {
  await program('sh', '-c', `head -c 5000000000 /dev/urandom >${path('large')}`);
  await result('store', 'put', 'large', 'large.bin');
  await result('store', 'get', 'large.bin', 'large.back');
  expect((await program('cmp', path('large'), path('large.back'))).code).toBe(0);
});
