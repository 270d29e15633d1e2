import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { CodeLayers, LayerStore, planLayers } from '../../deployment/index.js';
import { FakeEngine } from '../../deployment/engine/fake-engine.js';
import { deployImages } from './deploy-images.js';
import type { ImageSite } from './image-site.js';
import { lookAtImages } from './look-at-images.js';
import type { RunEvent } from '../events/index.js';

let here: FakeEngine;
let engines: Map<string, FakeEngine>;
let events: RunEvent[];
let store: LayerStore;

beforeEach(async () => {
  store = new LayerStore(await mkdtemp(join(tmpdir(), 'layers-')));
  here = new FakeEngine('this machine');
  engines = new Map(['nano1', 'nano2', 'pi1'].map((name) => [name, new FakeEngine(name)]));
  events = [];
});

function engineOf(device: string): FakeEngine {
  const engine = engines.get(device);
  if (engine === undefined) throw new Error(`no ${device}`);
  return engine;
}

const on = (device: string, architecture: string, role = 'worker') => ({ role, device, architecture });

async function deploy(
  instances: ImageSite['instances'],
  controllerEngine: ImageSite['controllerEngine'] = { engine: here, architecture: 'amd64' },
) {
  const site: ImageSite = {
    instances,
    controllerEngine,
    store,
    code: new CodeLayers(store, join(store.folder, 'code')),
    targetOf: (device) => ({
      engine: engineOf(device),
      freeBytes: () => Promise.resolve(1e12),
      linkBytesPerS: () => Promise.resolve(125e6),
    }),
    imageOf: (role, device) => ({
      plan: planLayers(
        { role, flavor: 'python', apt: [], pip: [], requirements: null },
        {
          architecture: instances.find((one) => one.device === device)?.architecture ?? '',
          experiment: 'hello',
          baseHash: 'b',
          baseDockerfile: 'FROM scratch\n',
          codeHash: 'c',
        },
      ),
      sources: { flavorFiles: [], requirementFiles: [] },
      code: {
        experiment: 'hello',
        hash: 'c',
        wrapperFiles: [],
        experimentFiles: [{ name: 'hello.py', content: 'print(1)' }],
      },
    }),
  };
  return deployImages({
    ...site,
    sited: await lookAtImages(site),
    planned: [],
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
  });
}

const built = (engine: FakeEngine) => engine.calls.filter((call) => call.startsWith('build')).length;

test('builds an image once on the controller and sends it to every device of its architecture', async () => {
  const deployed = await deploy([on('nano1', 'amd64'), on('nano2', 'amd64')]);
  expect(built(here)).toBe(1);
  expect(deployed.map(({ role, device }) => [role, device])).toEqual([
    ['worker', 'nano1'],
    ['worker', 'nano2'],
  ]);
  for (const { device, ref, imageId } of deployed) expect(await engineOf(device).imageId(ref)).toBe(imageId);
  expect(engineOf('nano1').calls).toEqual(['load']);
});

test('builds and sends nothing the second time', async () => {
  await deploy([on('nano1', 'amd64')]);
  events = [];
  await deploy([on('nano1', 'amd64')]);
  expect(built(here)).toBe(1);
  expect(events.map(({ kind }) => kind)).toEqual(['layer.present', 'delivery.present']);
});

test('for another architecture, the first such device builds the image, and the others get it from there', async () => {
  await deploy([on('nano1', 'amd64'), on('nano2', 'arm64'), on('pi1', 'arm64')]);
  expect([here, engineOf('nano1'), engineOf('nano2'), engineOf('pi1')].map(built)).toEqual([1, 0, 1, 0]);
  expect(engineOf('pi1').calls).toEqual(['load']);
  expect(engineOf('pi1').images.size).toBe(2);
});

test('sends an image for another architecture that already exists here instead of building it on a device', async () => {
  await deploy([on('pi1', 'arm64')], { engine: here, architecture: 'arm64' });
  expect(built(here)).toBe(1);
  await deploy([on('nano2', 'arm64')]);
  expect([built(here), built(engineOf('nano2'))]).toEqual([1, 0]);
  expect(engineOf('nano2').calls).toEqual(['load']);
});

test('without an engine here, each device builds its own image', async () => {
  await deploy([on('nano1', 'amd64')], null);
  expect([built(here), built(engineOf('nano1'))]).toEqual([0, 1]);
});

test('two roles with one image on one device need it once', async () => {
  const deployed = await deploy([on('nano1', 'amd64', 'server'), on('nano1', 'amd64', 'client')]);
  expect(deployed).toHaveLength(2);
  expect(engineOf('nano1').calls).toEqual(['load']);
});

test('throws the failure of one delivery after the running ones finish', async () => {
  vi.spyOn(engineOf('nano1'), 'load').mockRejectedValue(new Error('no space left on device'));
  await expect(deploy([on('nano1', 'amd64'), on('nano2', 'amd64')])).rejects.toThrow('no space left');
  expect(engineOf('nano2').calls).toEqual(['load']);
});
