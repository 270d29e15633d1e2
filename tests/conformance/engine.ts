import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tarOf } from '../../src/deployment/archives/tar.js';
import type { ContainerSpec, Engine } from '../../src/deployment/index.js';
import { describeLasting } from './lasting.js';
import { describeWaiting } from './waiting.js';
import { breaking } from '../fixtures/breaking-stream.js';

/** An engine to test, and what the contract itself does not offer to the test. */
export interface EngineSubject {
  engine: Engine;
  /** An image with `sh`. */
  image: string;
  /** Waits until a container has exited; a fake ends it as its command would. */
  ended: (containerId: string) => Promise<void>;
  /** Waits until a container that is to restart has ended and runs again; a fake ends it. */
  restarted: (containerId: string) => Promise<void>;
  /** Name of a bridge (at most 15 characters) and an unused subnet. */
  network: { bridge: string; subnet: string };
}

/** The contract of every Engine: the fake and Docker. */
export function describeEngine(name: string, makeSubject: () => Promise<EngineSubject>): void {
  describe(`Engine: ${name}`, () => {
    const mark = `conformance-${randomBytes(4).toString('hex')}`;
    const labels = { 'collab.test': mark };
    const refOf = (tag: string) => `collab/${mark}:${tag}`;
    let subject: EngineSubject;
    let engine: Engine;
    const tar = (content: string) => tarOf([{ name: 'file', content }]);
    const imported = async (tag: string, content = tag) => {
      await engine.importImage(await tar(content), refOf(tag), labels);
      return refOf(tag);
    };
    const build = async (tag: string, from: string, onLine?: (line: string) => void) => {
      const context = await tarOf([
        { name: 'Dockerfile', content: `FROM ${from}\nCOPY hello.txt /\n` },
        { name: 'hello.txt', content: mark },
      ]);
      return engine.build({ context, tag: refOf(tag), args: {}, labels, ...(onLine && { onLine }) });
    };

    beforeAll(async () => {
      subject = await makeSubject();
      engine = subject.engine;
    });
    afterAll(async () => {
      for (const id of await engine.find(labels)) await engine.remove(id);
      const left = await engine.listImages(labels);
      for (const { id, refs } of left.reverse())
        for (const ref of refs.length > 0 ? refs : [id]) await engine.removeImage(ref);
      await engine.removeNetwork(mark);
      await engine.removeVolume(mark);
    });

    it('has a version, an architecture and a kind of image store', async () => {
      const { version, architecture } = await engine.version();
      expect(version).toMatch(/^\d+\.\d+/);
      expect(architecture).toMatch(/^[a-z0-9]+$/);
      expect(['classic', 'containerd']).toContain((await engine.imageStore()).kind);
    });

    describe('an image', () => {
      it('is imported from a tar, with one layer and its labels', async () => {
        const image = await engine.image(await imported('tar'));
        expect(image?.id).toMatch(/^sha256:[0-9a-f]{64}$/);
        expect(image?.layers).toHaveLength(1);
        expect(image?.run).toMatchObject({ Labels: labels });
        expect(image?.sizeBytes).toBeGreaterThan(0);
        expect(image?.repoDigests.every((one) => /^[^@\s]+@sha256:[0-9a-f]{64}$/.test(one))).toBe(true);
        expect(await engine.imageId(refOf('tar'))).toBe(image?.id);
      });

      it('is found by its id and by its tag', async () => {
        const id = (await engine.imageId(await imported('by-id'))) ?? '';
        expect([await engine.imageId(id), (await engine.image(id))?.id]).toEqual([id, id]);
      });

      it('has the same content for the same layers', async () => {
        const [one, same, other] = await Promise.all(
          [await imported('one', 'x'), await imported('same', 'x'), await imported('other', 'y')].map((ref) =>
            engine.image(ref),
          ),
        );
        expect(one?.layers).toEqual(same?.layers);
        expect(one?.content).toBe(same?.content);
        expect(other?.content).not.toBe(one?.content);
      });

      it('is built on another image, and reports its lines', async () => {
        const lines: string[] = [];
        const below = await engine.image(await imported('below'));
        const id = await build('built', refOf('below'), (line) => lines.push(line));
        const image = await engine.image(refOf('built'));
        expect(image).toMatchObject({ id, run: { Labels: labels } });
        expect(image?.layers).toHaveLength(2);
        expect(image?.layers[0]).toBe(below?.layers[0]);
        expect(lines[0]).toMatch(/^Step 1\/\d+ : FROM /);
      });

      it('whose build is interrupted does not exist', async () => {
        const abort = new AbortController();
        const context = new Readable({ read: () => undefined });
        const work = engine.build({ context, tag: refOf('never'), args: {}, labels, signal: abort.signal });
        setTimeout(() => abort.abort(), 50);
        await expect(work).rejects.toThrow();
        expect(await engine.imageId(refOf('never'))).toBeNull();
      });

      it('gets a second tag, and is removed with its last tag', async () => {
        const id = await engine.imageId(await imported('first'));
        await engine.tag(refOf('first'), refOf('second'));
        expect(await engine.imageId(refOf('second'))).toBe(id);
        const listed = (await engine.listImages(labels)).filter((one) => one.id === id);
        expect(listed).toHaveLength(1);
        expect([...(listed[0]?.refs ?? [])].sort()).toEqual([refOf('first'), refOf('second')]);
        await engine.removeImage(refOf('first'));
        expect(await engine.imageId(refOf('second'))).toBe(id);
        await engine.removeImage(refOf('second'));
        expect(await engine.imageId(id ?? '')).toBeNull();
      });

      it('is found by its labels, with given or any values', async () => {
        const id = await engine.imageId(await imported('listed'));
        const ids = async (asked: Record<string, string>) =>
          (await engine.listImages(asked)).map((one) => one.id);
        expect(await ids(labels)).toContain(id);
        expect(await ids({ 'collab.test': '' })).toContain(id);
        expect(await ids({ ...labels, 'collab.other': '' })).toEqual([]);
      });

      it('that does not exist is null and cannot be saved or tagged; removing it is no error', async () => {
        expect(await engine.imageId(refOf('absent'))).toBeNull();
        expect(await engine.image(refOf('absent'))).toBeNull();
        const fault = { name: 'engine-failed', exitCode: 4 };
        await expect(engine.save(refOf('absent'))).rejects.toMatchObject(fault);
        await expect(engine.tag(refOf('absent'), refOf('other'))).rejects.toMatchObject(fault);
        await engine.removeImage(refOf('absent'));
      });

      it('that no registry has cannot be pulled', async () => {
        expect(await engine.pull('127.0.0.1:9/none:latest')).toBe(false);
      });

      it('is the same after it is saved and loaded', async () => {
        await imported('under');
        const id = await build('saved', refOf('under'));
        const saved = await buffer(await engine.save(refOf('saved')));
        await engine.removeImage(refOf('saved'));
        await engine.load(Readable.from([saved]));
        expect(await engine.imageId(refOf('saved'))).toBe(id);
      });

      it('that is truncated is an error and leaves nothing', async () => {
        await imported('cut', 'x'.repeat(100_000));
        const saved = await buffer(await engine.save(refOf('cut')));
        await engine.removeImage(refOf('cut'));
        const half = saved.subarray(0, 50_000);
        await expect(engine.load(Readable.from([half]))).rejects.toMatchObject({ exitCode: 4 });
        await expect(engine.load(breaking(half))).rejects.toMatchObject({
          why: expect.stringContaining('the link is gone') as string,
        });
        await expect(engine.importImage(breaking(half), refOf('cut'))).rejects.toMatchObject({
          why: expect.stringContaining('the link is gone') as string,
        });
        expect(await engine.imageId(refOf('cut'))).toBeNull();
      });
    });

    describe('a container', () => {
      const command = ['sh', '-c', 'echo one; echo two; exit 7'];
      const endless = ['sleep', '60'];
      const create = (change: Partial<ContainerSpec> = {}) =>
        engine.create({
          name: `${mark}-${randomBytes(3).toString('hex')}`,
          image: subject.image,
          command,
          labels,
          capabilities: [],
          ...change,
        });

      it('is created, runs, ends, and is removed', async () => {
        const id = await create();
        expect(await engine.inspect(id)).toMatchObject({ running: false, exitCode: 0, labels });
        await engine.start(id);
        await subject.ended(id);
        const state = await engine.inspect(id);
        expect(state).toMatchObject({ running: false, exitCode: 7, outOfMemory: false });
        expect(Math.abs(Date.now() - (state?.createdAt.getTime() ?? 0))).toBeLessThan(600_000);
        expect(await engine.logs(id, 10)).toBe('one\ntwo\n');
        expect(await engine.logs(id, 1)).toBe('two\n');
        await engine.remove(id);
        expect(await engine.inspect(id)).toBeNull();
      });

      describeWaiting(
        () => engine,
        (change) => create({ command: endless, ...change }),
      );

      it('can be stopped repeatedly, and removed while it runs', async () => {
        const id = await create({ command: endless });
        await engine.start(id);
        expect(await engine.inspect(id)).toMatchObject({ running: true, exitCode: null });
        await engine.stop(id, 0);
        const stopped = await engine.inspect(id);
        expect(stopped).toMatchObject({ running: false });
        await engine.stop(id, 0);
        expect(await engine.inspect(id)).toEqual(stopped);
        await engine.start(id);
        await engine.remove(id);
        expect(await engine.inspect(id)).toBeNull();
      });

      it('that does not exist can be stopped and removed, but not started, read or exported', async () => {
        const absent = `${mark}-absent`;
        await engine.stop(absent, 0);
        await engine.remove(absent);
        expect(await engine.inspect(absent)).toBeNull();
        const fault = { name: 'engine-failed', exitCode: 4 };
        await expect(engine.start(absent)).rejects.toMatchObject(fault);
        await expect(engine.logs(absent, 1)).rejects.toMatchObject(fault);
        await expect(engine.exportContainer(absent)).rejects.toMatchObject(fault);
      });

      it('needs an existing image and a free name', async () => {
        const fault = { name: 'engine-failed', exitCode: 4 };
        await expect(create({ image: refOf('absent') })).rejects.toMatchObject(fault);
        await create({ name: `${mark}-twice` });
        await expect(create({ name: `${mark}-twice` })).rejects.toMatchObject(fault);
      });

      it('is found by its labels, running or not', async () => {
        const own = { ...labels, 'collab.role': 'client' };
        const id = await create({ labels: own });
        expect(await engine.find(own)).toEqual([id]);
        expect(await engine.find({ ...labels, 'collab.role': '' })).toEqual([id]);
        expect(await engine.find(labels)).toContain(id);
        expect(await engine.find({ ...labels, 'collab.role': 'server' })).toEqual([]);
      });

      it('cannot publish a port that another container publishes: port-in-use', async () => {
        for (const protocol of ['tcp', 'udp'] as const) {
          const ports = [{ container: 8080, host: 48_617, protocol }];
          await engine.start(await create({ ports, command: endless }));
          const second = await create({ ports });
          await expect(engine.start(second)).rejects.toMatchObject({ name: 'port-in-use', exitCode: 4 });
        }
        for (const id of await engine.find(labels)) await engine.remove(id);
      });

      it('keeps its image: image-in-use', async () => {
        await imported('held');
        const id = await create({ image: refOf('held') });
        await expect(engine.removeImage(refOf('held'))).rejects.toMatchObject({
          name: 'image-in-use',
          exitCode: 5,
        });
        await engine.remove(id);
        await engine.removeImage(refOf('held'));
        expect(await engine.imageId(refOf('held'))).toBeNull();
      });

      const lasting = (change: Partial<ContainerSpec>) => create({ command: endless, ...change });
      describeLasting(() => subject, lasting, { mark, labels });

      it('is exported as a stream, and its files can be read before it runs', async () => {
        const id = await create();
        expect((await buffer(await engine.exportContainer(id))).length).toBeGreaterThan(0);
        expect(String(await engine.readFile(id, '/etc/passwd'))).toMatch(/^root:x:0:0:/m);
        expect(await engine.readFile(id, '/etc/none')).toBeNull();
      });
    });

    it('a network gets a subnet that no other has, is created once, and can be removed', async () => {
      const spec = { name: mark, ...subject.network, labels };
      expect(await engine.subnetOf(mark)).toBeNull();
      await engine.makeInternalNetwork(spec);
      expect(await engine.subnetOf(mark)).toBe(subject.network.subnet);
      await expect(engine.makeInternalNetwork(spec)).rejects.toMatchObject({ name: 'engine-failed' });
      const sameSubnet = { ...spec, name: `${mark}-2`, bridge: `${spec.bridge}2` };
      await expect(engine.makeInternalNetwork(sameSubnet)).rejects.toMatchObject({ name: 'subnet-taken' });
      expect(await engine.subnets()).toContain(subject.network.subnet); // no container runs in it
      for (let time = 1; time <= 2; time += 1) await engine.removeNetwork(mark);
      expect(await engine.subnetOf(mark)).toBeNull();
    });

    it('a volume is found by its labels and can be removed', async () => {
      const folders = [await engine.makeVolume(mark, labels), await engine.makeVolume(mark, labels)];
      for (const folder of folders) expect(folder).toMatch(new RegExp(`^/.*/${mark}/`));
      expect(await engine.volumes(labels)).toEqual([mark]);
      expect(await engine.volumes({ 'collab.test': '' })).toContain(mark);
      for (let time = 1; time <= 2; time += 1) await engine.removeVolume(mark);
      expect(await engine.volumes(labels)).toEqual([]);
    });
  });
}
