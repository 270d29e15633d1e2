import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContainerSpec, deviceEngine, type Engine, localEngine } from '../../src/deployment/index.js';
import { tarOf } from '../../src/deployment/archives/tar.js';
import { CollabError } from '../../src/errors.js';
import { connectSsh } from '../../src/network/ssh/client.js';
import { connectedTo, deviceOf } from '../fixtures/connected-device.js';
import { baseImage } from './base-image.js';
import { removeImages } from './remove-images.js';
import { startSshd } from './sshd.js';

/** The label of every object in this file, so that all can be found and removed. */
const mark = `engine-test-${randomBytes(4).toString('hex')}`;
const labels = { 'collab.test': mark };
const refOf = (name: string) => `collab/${mark}:${name}`;

let engine: Engine;
/** Refs of the images built here. */
const made = new Set<string>();

beforeAll(async () => {
  engine = await localEngine().catch((error: unknown) => {
    const why = error instanceof CollabError ? `${error.what} ${error.why ?? ''}` : String(error);
    throw new Error(`These tests need a Docker Engine (scripts/engine.sh gives one): ${why}`);
  });
});
afterAll(async () => {
  if ((engine as Engine | undefined) === undefined) return;
  for (const id of await engine.find(labels)) await engine.remove(id);
  await removeImages([...made]);
});

async function failure(work: Promise<unknown>): Promise<CollabError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CollabError) return error;
  throw new Error(`not an error in our words: ${String(error)}`);
}

async function build(name: string, dockerfile: string, lines: string[] = []): Promise<string> {
  const context = await tarOf([
    { name: 'Dockerfile', content: dockerfile },
    { name: 'hello.txt', content: `${mark}\n` },
  ]);
  made.add(refOf(name));
  return engine.build({ context, tag: refOf(name), args: {}, labels, onLine: (line) => lines.push(line) });
}

describe('images', () => {
  it('imports an image, builds on it, and finds it by id', async () => {
    made.add(refOf('imported'));
    await engine.importImage(await tarOf([{ name: 'etc/mark', content: mark }]), refOf('imported'));
    const below = await engine.imageId(refOf('imported'));
    const lines: string[] = [];
    const id = await build('built', `FROM ${refOf('imported')}\nCOPY hello.txt /\n`, lines);
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(id).not.toBe(below);
    expect(await engine.imageId(refOf('built'))).toBe(id);
    const image = await engine.image(refOf('built'));
    expect(image).toMatchObject({ id, run: { Labels: labels } });
    expect(image?.sizeBytes).toBeGreaterThan(0);
    expect(image?.layers).toHaveLength(2);
    const listed = await engine.listImages(labels);
    expect(listed.find((one) => one.id === id)?.refs).toEqual([refOf('built')]);
    expect(lines.join('\n')).toContain('COPY hello.txt /');
  });

  it('an interrupted import leaves no image', async () => {
    made.add(refOf('half'));
    const half = (await buffer(await tarOf([{ name: 'big', content: 'x'.repeat(100_000) }]))).subarray(
      0,
      50_000,
    );
    const breaking = Readable.from(
      (function* () {
        yield half;
        throw new Error('tar ended with 2');
      })(),
    );
    expect((await failure(engine.importImage(breaking, refOf('half')))).why).toContain('tar ended with 2');
    expect(await engine.imageId(refOf('half'))).toBeNull();
  });

  it('a missing image has no id', async () => {
    expect(await engine.imageId(refOf('absent'))).toBeNull();
    expect(await engine.image(refOf('absent'))).toBeNull();
    expect(await failure(engine.save(refOf('absent')))).toMatchObject({ name: 'engine-failed' });
    await engine.removeImage(refOf('absent'));
  });

  it('a failing build reports its failing step, and leaves no image', async () => {
    const error = await failure(build('broken', 'FROM scratch\nCOPY missing.txt /b\n'));
    expect(error).toMatchObject({ name: 'build-failed', exitCode: 3 });
    expect(error.why).toContain('COPY missing.txt /b');
    expect(error.why).toMatch(/missing\.txt.*(no such file|not found|not exist)/s);
    expect(error.why).not.toContain('FROM scratch');
    expect(await engine.imageId(refOf('broken'))).toBeNull();
  });

  it('interrupts a build, even while its context is sent', async () => {
    const abort = new AbortController();
    const context = new Readable({ read: () => undefined });
    const work = engine.build({ context, tag: refOf('never'), args: {}, labels, signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await expect(work).rejects.toThrow();
    expect(await engine.imageId(refOf('never'))).toBeNull();
  });

  it('a registry that does not answer fails quickly', async () => {
    const started = performance.now();
    expect(await engine.pull('127.0.0.1:9/none:latest')).toBe(false);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('loads a saved image with the same id', async () => {
    const id = await build('saved', 'FROM scratch\nCOPY hello.txt /saved\n');
    const tar = await buffer(await engine.save(refOf('saved')));
    await removeImages([refOf('saved')]);
    expect(await engine.imageId(refOf('saved'))).toBeNull();
    await engine.load(Readable.from([tar]));
    expect(await engine.imageId(refOf('saved'))).toBe(id);
  });

  it('a truncated or interrupted load counts as failed', async () => {
    await build('cut', 'FROM scratch\nCOPY hello.txt /cut\n');
    const tar = await buffer(await engine.save(refOf('cut')));
    await removeImages([refOf('cut')]);
    const half = tar.subarray(0, Math.floor(tar.length / 2));
    expect(await failure(engine.load(Readable.from([half])))).toMatchObject({ exitCode: 4 });
    const breaking = Readable.from(
      (function* () {
        yield half;
        throw new Error('the link is gone');
      })(),
    );
    expect((await failure(engine.load(breaking))).why).toContain('the link is gone');
    expect(await engine.imageId(refOf('cut'))).toBeNull();
  });
});

describe('containers', () => {
  let image = '';
  beforeAll(async () => {
    image = await baseImage(engine);
  });

  const create = async (script: string, change: Partial<ContainerSpec> = {}): Promise<string> => {
    const name = `${mark}-${randomBytes(2).toString('hex')}`;
    const command = ['python3', '-c', script];
    return engine.create({ name, image, command, labels, user: '65534:65534', capabilities: [], ...change });
  };
  const ended = async (id: string) => {
    for (let state = await engine.inspect(id); ; state = await engine.inspect(id)) {
      if (state?.running !== true) return state;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it('a container runs, reports its exit and output, and can be removed', async () => {
    const id = await create('import sys; print("out"); sys.stderr.write("err\\n"); sys.exit(7)');
    expect(await engine.inspect(id)).toMatchObject({ running: false, labels: { 'collab.test': mark } });
    await engine.start(id);
    expect(await ended(id)).toMatchObject({ running: false, exitCode: 7, outOfMemory: false });
    const said = await engine.logs(id, 10);
    expect(said.split('\n').sort()).toEqual(['', 'err', 'out']);
    await engine.remove(id);
    expect(await engine.inspect(id)).toBeNull();
    await engine.remove(id);
    await engine.stop(id, 1);
  });

  it('it runs as the given user, without capabilities or new privileges, within its memory limit', async () => {
    const script =
      'import os; print(os.getuid()); print([l.split()[1] for l in open("/proc/self/status") if l[:6] in ("CapEff", "CapBnd", "NoNewP")])';
    const id = await create(script, { user: '1234:1234' });
    await engine.start(id);
    await ended(id);
    expect((await engine.logs(id, 10)).split('\n').slice(0, 2)).toEqual([
      '1234',
      "['0000000000000000', '0000000000000000', '1']",
    ]);
    const hungry = await create('x = bytearray(200 << 20); x[::4096] = bytes(len(x[::4096]))', {
      memoryBytes: 32 << 20,
    });
    await engine.start(hungry);
    expect(await ended(hungry)).toMatchObject({ exitCode: 137 });
  });

  it('it stops within its grace period, and stopping it again does nothing', async () => {
    const id = await create('import time; time.sleep(60)');
    await engine.start(id);
    expect(await engine.inspect(id)).toMatchObject({ running: true, exitCode: null });
    await engine.stop(id, 0);
    expect(await engine.inspect(id)).toMatchObject({ running: false });
    await engine.stop(id, 0);
  });

  it('it is found by its labels, running or not', async () => {
    const other = { ...labels, 'collab.role': 'client' };
    const id = await create('pass', { labels: other });
    expect(await engine.find(other)).toEqual([id]);
    expect(await engine.find(labels)).toContain(id);
    expect(await engine.find({ ...labels, 'collab.role': 'server' })).toEqual([]);
  });

  it('files that it is given have their modes and their owner', async () => {
    const script =
      'import os; s = os.stat("/srv/a/key"); print(oct(s.st_mode), s.st_uid, s.st_gid, oct(os.stat("/srv/a").st_mode)); print(open("/srv/a/key").read())';
    const id = await create(script, { user: '1234:1234' });
    const files = [{ name: 'a/key', content: 'secret', mode: 0o600 }];
    await engine.writeFiles(id, '/srv', files, { uid: 1234, gid: 1234 });
    await engine.start(id);
    await ended(id);
    expect(await engine.logs(id, 10)).toBe('0o100600 1234 1234 0o40755\nsecret\n');
  });

  it('a port in use is reported as such', async () => {
    const ports = [{ container: 8080, host: 48_613 }];
    const first = await create('import time; time.sleep(60)', { ports });
    await engine.start(first);
    const second = await create('pass', { ports });
    expect(await failure(engine.start(second))).toMatchObject({ name: 'port-in-use', exitCode: 4 });
    await engine.remove(first);
  });
});

describe('reaching an engine', () => {
  it.each(['unix:///nonexistent/docker.sock', 'tcp://127.0.0.1:9'])('%s has none', async (address) => {
    const error = await failure(localEngine(address));
    expect(error).toMatchObject({ name: 'no-engine', exitCode: 4 });
    expect(error.what).toBe('This machine has no running Docker Engine.');
  });

  it("an ssh address is rejected, because it would bypass the workspace's host keys", async () => {
    expect(await failure(localEngine('ssh://pi@127.0.0.1'))).toMatchObject({
      name: 'engine-address',
      exitCode: 2,
    });
  });
});

describe('the engine of a device', () => {
  it('answers many requests at once, again and again; each of them ends when the connection is lost', async () => {
    const sshd = await startSshd();
    const shell = await connectSsh(sshd.options());
    try {
      const remote = await deviceEngine(connectedTo(deviceOf('nano1'), shell));
      const askMany = () => Array.from({ length: 20 }, () => remote.find(labels));
      for (let round = 0; round < 10; round++) await Promise.all(askMany());
      const cut = askMany().map((asked) => failure(asked));
      shell.close();
      const names = (await Promise.all(cut)).map((error) => error.name);
      expect(new Set(names)).toEqual(new Set(['connection-lost']));
    } finally {
      shell.close();
      sshd.stop();
    }
  });
});
