import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { Workspace } from '../../workspace/index.js';
import { flavorSources, readFlavor, readFlavors, type FlavorImage } from './flavor.js';

let workspace: Workspace;
beforeEach(async () => {
  workspace = new Workspace(await mkdtemp(join(tmpdir(), 'flavors-')));
});

async function put(name: string, content: string) {
  const path = join(workspace.root, 'base-images', name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
const firstImage = ({ images }: { images: readonly FlavorImage[] }): FlavorImage => {
  const [image] = images;
  if (image === undefined) throw new Error('no image');
  return image;
};

test("a user's folder with a Dockerfile is a flavor, and takes precedence over a built-in one", async () => {
  await put('mine/Dockerfile', 'FROM scratch\n');
  await put('python/Dockerfile', 'FROM own\n');
  await put('notes/readme.txt', 'no flavor');
  expect((await readFlavors(workspace)).map(({ name }) => name)).toEqual([
    'fleet',
    'media',
    'mine',
    'python',
    'torch',
    'torch-1.10',
  ]);
  expect(await readFlavor(workspace, 'mine')).toMatchObject({
    manifest: null,
    images: [{ dockerfile: 'Dockerfile' }],
  });
  expect((await readFlavor(workspace, 'python')).folder).toBe(join(workspace.root, 'base-images/python'));
  await expect(readFlavor(workspace, 'notes')).rejects.toMatchObject({ name: 'no-flavor', exitCode: 2 });
});

test('reports every fault in a manifest with its line', async () => {
  await put('mine/Dockerfile', 'FROM scratch\n');
  await put(
    'mine/manifest.yaml',
    'description: x\ncontains: []\ndevices: any\nimages:\n  - dockerfile: ../Dockerfile\n    arch: [armv7]\n    l4t: [R32]\nbuilt: true\n',
  );
  const error: unknown = await readFlavor(workspace, 'mine').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'flavor-invalid', exitCode: 2 });
  const { why } = error as { why: string };
  for (const place of [
    'manifest.yaml:5  images.0.dockerfile',
    'manifest.yaml:6  images.0.arch.0',
    ':7  images.0.l4t.0',
    'built',
  ]) {
    expect(why).toContain(place);
  }
});

test('reports a missing Dockerfile and invalid YAML', async () => {
  await put('mine/Dockerfile', 'FROM scratch\n');
  const manifest = 'description: x\ncontains: []\ndevices: any\nimages: [{ dockerfile: Dockerfile.l4t }]\n';
  await put('mine/manifest.yaml', manifest);
  await expect(readFlavor(workspace, 'mine')).rejects.toMatchObject({
    why: 'manifest.yaml: there is no file Dockerfile.l4t next to it',
  });
  await put('mine/manifest.yaml', 'a: [');
  await expect(readFlavor(workspace, 'mine')).rejects.toMatchObject({ name: 'flavor-invalid' });
});

describe('the tag of a base', () => {
  const hashOf = async (name: string, image?: FlavorImage) => {
    const flavor = await readFlavor(workspace, name);
    return (await flavorSources(flavor, image ?? firstImage(flavor))).hash;
  };

  test('depends on the Dockerfile, the files next to it and the ARGs, but not on the manifest', async () => {
    await put('mine/Dockerfile', 'FROM scratch\n');
    await put('mine/extra.conf', 'a');
    const before = await hashOf('mine');
    await put(
      'mine/manifest.yaml',
      'description: x\ncontains: []\ndevices: any\nimages: [{ dockerfile: Dockerfile }]\n',
    );
    expect(await hashOf('mine')).toBe(before);
    expect(await hashOf('mine', { dockerfile: 'Dockerfile', args: { A: '1' }, size_mb: {} })).not.toBe(
      before,
    );
    await put('mine/extra.conf', 'b');
    expect(await hashOf('mine')).not.toBe(before);
  });

  test('for a PC does not depend on the Dockerfile for Jetsons', async () => {
    const flavor = await readFlavor(workspace, 'torch-1.10');
    const sources = await Promise.all(flavor.images.map((image) => flavorSources(flavor, image)));
    expect(new Set(sources.map(({ hash }) => hash)).size).toBe(sources.length);
    for (const { files } of sources) {
      expect(files.map(({ name }) => name).filter((name) => /Dockerfile|manifest/.test(name))).toEqual([]);
    }
  });
});

describe('torch-1.10 needs a registry to build, so these tests check that its pins are consistent', () => {
  const folder = fileURLToPath(new URL('../../../base-images/torch-1.10', import.meta.url));
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  const pinsOf = (text: string) => text.split('\n').filter((line) => line !== '' && !/^(#|--)/.test(line));
  const nameAndVersion = (line: string) => line.replace(/(\+cpu)?(;.*)?$/, '').replace('==', ' ');

  test('every requirement is pinned exactly, and the manifest lists the same versions', async () => {
    const { manifest } = await readFlavor(workspace, 'torch-1.10');
    const pins = pinsOf(await read('requirements.txt'));
    for (const pin of pins)
      expect(pin).toMatch(/^[A-Za-z0-9-]+==\d+(\.\d+)+(\+cpu)?(; platform_machine == "(x86_64|aarch64)")?$/);
    expect([...new Set(pins.map(nameAndVersion))].sort()).toEqual(
      manifest?.contains.filter((one) => !one.startsWith('python ')).sort(),
    );
    expect(manifest?.built_for).toEqual([]);
  });

  test('torch and torchvision are a matching pair, once for each architecture', async () => {
    const pins = pinsOf(await read('requirements.txt'));
    for (const [name, version] of [
      ['torch', '1.10.0'],
      ['torchvision', '0.11.1'],
    ] as const) {
      const own = pins.filter((pin) => pin.startsWith(`${name}==`));
      expect(own).toEqual([
        `${name}==${version}+cpu; platform_machine == "x86_64"`,
        `${name}==${version}; platform_machine == "aarch64"`,
      ]);
    }
  });

  test("a Jetson has the same pins, but NVIDIA's torch, for the release in the manifest", async () => {
    const jetson = pinsOf(await read('requirements-l4t.txt'));
    const others = pinsOf(await read('requirements.txt')).filter((pin) => !pin.startsWith('torch'));
    expect(jetson).toEqual(others);
    const { images } = await readFlavor(workspace, 'torch-1.10');
    const forJetson = images.filter(({ l4t }) => l4t !== undefined);
    expect(forJetson).not.toEqual([]);
    for (const { l4t, args, dockerfile } of forJetson) {
      const release = /^nvcr\.io\/nvidia\/l4t-pytorch:r(\d+\.\d+)\.\d+-pth1\.10-py3$/.exec(
        args.L4T_PYTORCH ?? '',
      )?.[1];
      expect(l4t).toEqual([release]);
      expect(await read(dockerfile)).toContain('FROM ${L4T_PYTORCH}');
    }
  });

  test('both images use Python 3.6, and each Dockerfile copies files of its own folder', async () => {
    const dockerfile = await read('Dockerfile');
    expect(dockerfile).toMatch(/^ARG PYTHON=python:3\.6\.\d+$/m);
    for (const name of ['Dockerfile', 'Dockerfile.l4t']) {
      for (const [, file = ''] of (await read(name)).matchAll(/^COPY (?!--from)(\S+) /gm)) {
        expect(await read(file)).not.toBe('');
      }
    }
  });
});

test('every built-in Dockerfile is valid: known instructions, FROM first, no moving tag', async () => {
  for (const flavor of await readFlavors(workspace)) {
    for (const image of flavor.images) {
      const { dockerfile } = await flavorSources(flavor, image);
      const steps = dockerfile
        .replace(/\\\n(\s*#.*\n)*/g, ' ')
        .split('\n')
        .filter((line) => line.trim() !== '' && !line.startsWith('#'));
      for (const step of steps) expect(step).toMatch(/^(ARG|FROM|ENV|RUN|COPY|WORKDIR|USER|ENTRYPOINT) /);
      expect(steps.find((step) => !step.startsWith('ARG '))).toMatch(/^FROM /);
      expect(dockerfile).not.toMatch(/:latest\b/);
      const declared = [...dockerfile.matchAll(/^ARG ([A-Z0-9_]+)=/gm)].map(([, name]) => name);
      expect(declared).toEqual(expect.arrayContaining(Object.keys(image.args)));
    }
  }
});
