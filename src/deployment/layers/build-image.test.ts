import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LayerStore } from '../delivery/index.js';
import { FakeEngine } from '../engine/fake-engine.js';
import { type BuildContext, buildImage, type ImageSources } from './build-image.js';
import type { LayerEvent } from './events.js';
import { planLayers } from './layer-plan.js';

const publicDebian = 'debian:trixie-slim';
const ownDebian = 'collab/debian:trixie';
const plan = planLayers(
  { role: 'client', flavor: 'python', apt: [], pip: [], requirements: 'req.txt', files: 'r' },
  {
    architecture: 'amd64',
    experiment: 'hello',
    baseHash: 'b',
    baseDockerfile: 'ARG DEBIAN\nFROM ${DEBIAN}\n',
    codeHash: 'c',
  },
);
const [base = '', dependencies = ''] = plan.layers.map(({ ref }) => ref);
const sources: ImageSources = {
  flavorFiles: [{ name: 'extra.conf', content: 'flavor' }],
  requirementFiles: [{ name: 'req.txt', content: 'flask' }],
};

let engine: FakeEngine;
let events: LayerEvent[];
beforeEach(() => {
  engine = new FakeEngine('this machine');
  events = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const build = (onController = true) =>
  buildImage(engine, plan, sources, { emit: (event) => events.push(event), onController });
const kinds = () => events.map(({ kind, ref }) => `${kind} ${ref}`);

describe('building', () => {
  beforeEach(() => engine.images.set(publicDebian, { id: 'sha256:debian', sizeBytes: 1 }));

  test('builds the layers from the bottom, each from its own files, and reports each', async () => {
    const image = await build();
    expect(engine.builds.map(({ tag }) => tag)).toEqual([base, dependencies]);
    expect(image.id).toBe(await engine.imageId(dependencies));
    const [first, second] = engine.builds.map(({ context }) => context.toString());
    expect(engine.builds.map(({ args }) => args)).toEqual([{ DEBIAN: publicDebian }, {}]);
    expect(first).toContain('extra.conf');
    expect(second).toContain('requirements/req.txt');
    expect(kinds().filter((kind) => kind.startsWith('layer.built'))).toHaveLength(2);
    const step = { step: 1, of: 1, instruction: 'FROM scratch' };
    expect(events.find(({ kind }) => kind === 'layer.step')).toMatchObject(step);
  });

  test('builds only what is missing', async () => {
    const image = await build();
    engine.images.delete(dependencies);
    engine.builds.length = 0;
    events = [];
    expect(await build()).toEqual(image);
    expect(engine.builds.map(({ tag }) => tag)).toEqual([dependencies]);
    expect(kinds().slice(0, 1)).toEqual([`layer.present ${base}`]);
  });

  test('does not look up the base if the layer above it exists', async () => {
    await build();
    engine.images.delete(base);
    engine.builds.length = 0;
    await build();
    expect(engine.builds).toEqual([]);
  });

  test('builds a base with one layer, keeps its tar, and leaves no intermediate image', async () => {
    const store = new LayerStore(await mkdtemp(join(tmpdir(), 'layers-')));
    await buildImage(engine, plan, sources, { emit: () => undefined, onController: true, store });
    const { layers = [] } = (await engine.image(base)) ?? {};
    expect(layers).toHaveLength(1);
    expect(await store.lacks(layers)).toEqual([]);
    expect((await engine.image(dependencies))?.layers[0]).toBe(layers[0]);
    expect([...engine.images.keys()].sort()).toEqual([base, dependencies, publicDebian].sort());
    expect([...engine.containers.keys()]).toEqual([]);
  });
});

describe('the Debian image', () => {
  test('is pulled if a registry has it', async () => {
    engine.registry.set(publicDebian, { id: 'sha256:debian', sizeBytes: 1 });
    await build();
    expect(engine.builds[0]?.args).toEqual({ DEBIAN: publicDebian });
    expect(kinds()).toContain(`layer.pull ${publicDebian}`);
  });

  test('is used without asking a registry if it was built before', async () => {
    engine.images.set(ownDebian, { id: 'sha256:own', sizeBytes: 1 });
    await build();
    expect(engine.calls.filter((call) => call.startsWith('pull'))).toEqual([]);
    expect(engine.builds[0]?.args).toEqual({ DEBIAN: ownDebian });
  });

  test('is built neither on a device nor without root; the error says what to do', async () => {
    await expect(build(false)).rejects.toMatchObject({ name: 'no-base-image', exitCode: 3 });
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    await expect(build()).rejects.toMatchObject({ name: 'no-base-image' });
  });

  /** Puts programs with the given names and text first in PATH. */
  const programs = async (texts: Record<string, string>) => {
    const folder = await mkdtemp(join(tmpdir(), 'programs-'));
    for (const [name, text] of Object.entries(texts)) {
      await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`);
      await chmod(join(folder, name), 0o755);
    }
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH ?? ''}`);
    vi.spyOn(process, 'getuid').mockReturnValue(0);
  };
  const debootstrap = 'echo "I: Retrieving Packages"; echo root > "$3/mark"';

  test('is built from Debian packages if no registry has it', async () => {
    await programs({ debootstrap });
    await build();
    expect(await engine.imageId(ownDebian)).not.toBeNull();
    expect(events.find(({ kind }) => kind === 'layer.line')).toMatchObject({ line: 'Retrieving Packages' });
  });

  test("is built by way of the user's proxies, whose logins are not shown", async () => {
    await programs({ debootstrap: `echo "I: by $http_proxy and $https_proxy"; ${debootstrap}` });
    const config = await mkdtemp(join(tmpdir(), 'docker-config-'));
    const proxies = { default: { httpsProxy: 'http://other:2' } };
    await writeFile(join(config, 'config.json'), JSON.stringify({ proxies }));
    vi.stubEnv('DOCKER_CONFIG', config);
    vi.stubEnv('HTTP_PROXY', 'http://me:pass@proxy:1');
    for (const name of ['http_proxy', 'https_proxy', 'HTTPS_PROXY']) vi.stubEnv(name, undefined);
    await build();
    expect(events.find(({ kind }) => kind === 'layer.line')).toMatchObject({
      line: 'by http://***@proxy:1 and http://other:2',
    });
  });

  test('is not used if debootstrap fails; its last lines are reported', async () => {
    await programs({ debootstrap: 'echo "E: No such script"; exit 1' });
    const error = await build().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'no-base-image',
      why: expect.stringContaining('E: No such script') as string,
    });
  });

  test('is never partial: a tar that fails midway leaves no image', async () => {
    await programs({ debootstrap, tar: 'echo half; echo "tar: disk error" >&2; exit 2' });
    await expect(build()).rejects.toMatchObject({
      why: expect.stringContaining('disk error') as string,
    });
    expect(await engine.imageId(ownDebian)).toBeNull();
  });
});

describe('a base with a program', () => {
  const member = {
    name: 'member' as const,
    hash: 'abc',
    files: [{ name: 'main.go', content: 'package main' }],
  };
  const compiler = 'collab/compile-member:amd64-abc';
  const compiling = (on: FakeEngine) => {
    const start = on.start.bind(on);
    on.containerFiles.set('/out/member', 'a program');
    on.start = async (id) => {
      await start(id);
      on.change(id, { running: false, exitCode: 0 });
    };
  };
  const buildWith = async (change: Partial<BuildContext>) => {
    const programFolder = await mkdtemp(join(tmpdir(), 'programs-'));
    const context = { emit: () => undefined, onController: true, programFolder, ...change };
    return buildImage(engine, plan, { ...sources, programs: [member] }, context);
  };
  beforeEach(() => {
    engine.images.set(publicDebian, { id: 'sha256:debian', sizeBytes: 1 });
    compiling(engine);
  });

  test('has it in the context of the base only', async () => {
    await buildWith({});
    expect(engine.builds.map(({ tag }) => tag)).toEqual([compiler, base, dependencies]);
    const has = engine.builds.map(({ context }) => context.includes('programs/member'));
    expect(has).toEqual([false, true, false]);
  });

  test('compiles it on this machine if a device builds its own image', async () => {
    const here = new FakeEngine('this machine', 'amd64');
    here.images.set(publicDebian, { id: 'sha256:debian', sizeBytes: 1 });
    compiling(here);
    await buildWith({ onController: false, compiler: here });
    expect(here.builds.map(({ tag }) => tag)).toEqual([compiler]);
    expect(engine.builds.map(({ tag }) => tag)).toEqual([base, dependencies]);
    expect(await here.imageId(compiler)).not.toBeNull();
  });

  test('compiles it natively when the image is built by emulation', async () => {
    engine.images.set(`${ownDebian}-arm64`, { id: 'sha256:arm', sizeBytes: 1 });
    await buildWith({ emulated: 'arm64' });
    expect(engine.builds.map(({ platform }) => platform)).toEqual([undefined, 'linux/arm64', 'linux/arm64']);
    expect(engine.builds[0]?.args).toEqual({ DEBIAN: publicDebian });
  });
});

describe('an image for another architecture', () => {
  const emulate = () => {
    const emit = (event: LayerEvent) => void events.push(event);
    return buildImage(engine, plan, sources, { emit, onController: true, emulated: 'arm64' });
  };

  test('is built for its platform in every layer, and reported', async () => {
    engine.images.set(`${ownDebian}-arm64`, { id: 'sha256:arm', sizeBytes: 1 });
    await emulate();
    expect(engine.builds.map(({ platform }) => platform)).toEqual(['linux/arm64', 'linux/arm64']);
    expect(engine.builds[0]?.args).toEqual({ DEBIAN: `${ownDebian}-arm64` });
    expect(kinds()).toContain(`layer.emulated ${base}`);
  });

  test("leaves the public tag to the engine's own architecture", async () => {
    engine.images.set(publicDebian, { id: 'sha256:own', sizeBytes: 1 });
    engine.registry.set(publicDebian, { id: 'sha256:arm', sizeBytes: 1 });
    await emulate();
    expect(engine.calls).toContain(`pull ${publicDebian} linux/arm64`);
    expect(await engine.imageId(`${ownDebian}-arm64`)).toBe('sha256:arm');
  });

  test('removes a public tag that did not exist before', async () => {
    engine.registry.set(publicDebian, { id: 'sha256:arm', sizeBytes: 1 });
    await emulate();
    expect(await engine.imageId(publicDebian)).toBeNull();
    expect(await engine.imageId(`${ownDebian}-arm64`)).toBe('sha256:arm');
  });
});
