import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { SteppedClock } from '../../../tests/fixtures/stepped-clock.js';
import { FakeEngine } from '../../deployment/engine/fake-engine.js';
import { LocalShell } from '../../network/index.js';
import { Workspace } from '../../workspace/index.js';
import type { RunEvent } from '../events/index.js';
import { keptImage } from '../kept/index.js';
import { describeImages } from './describe-images.js';
import { describePython } from './describe-python.js';

const imageId = `sha256:${'ab'.repeat(32)}`;
const packages = {
  dpkg: { packages: { 'libc6:amd64': '2.41-12', tar: '1.35' } },
  python: { version: '3.13.5', executable: '/usr/bin/python3', how: 'pip', packages: {} },
};
const at = (device: string, role = 'worker') => ({ role, device, ref: 'collab/x:1', imageId });
let workspace: Workspace;
let engines: Map<string, FakeEngine>;
let events: RunEvent[];

beforeEach(async () => {
  workspace = new Workspace(await mkdtemp(join(tmpdir(), 'images-')));
  events = [];
  engines = new Map(['nano1', 'nano2'].map((name) => [name, new FakeEngine(name)]));
  for (const engine of engines.values()) {
    engine.images.set('collab/x:1', { id: imageId, sizeBytes: 7, layers: ['sha256:1', 'sha256:2'] });
    engine.endsAtOnce = () => ({ exitCode: 0 });
    engine.containerFiles.set('/tmp/collab-packages.json', JSON.stringify(packages));
  }
});

function engineOf(device: string): FakeEngine {
  const engine = engines.get(device);
  if (engine === undefined) throw new TypeError(`no ${device}`);
  return engine;
}

const describe = (...deployed: ReturnType<typeof at>[]) =>
  describeImages(deployed, {
    workspace,
    engineOf,
    labels: {},
    name: 'collab-1',
    clock: new SteppedClock(),
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
  });
const reads = () =>
  [...engines.values()].flatMap(({ calls }) => calls.filter((one) => one.startsWith('create')));

test('reads the packages of an image once for all roles, devices and runs', async () => {
  const described = await describe(at('nano1'), at('nano2'), at('nano2', 'client'));
  const known = {
    layers: ['sha256:1', 'sha256:2'],
    repoDigests: [],
    packages: { file: `.images/${'ab'.repeat(32)}.json`, dpkg: 2, python: 0 },
  };
  expect([...described]).toEqual([[imageId, known]]);
  expect(reads()).toHaveLength(1);
  expect(events.map(({ kind }) => kind)).toEqual(['packages.reading', 'packages.read']);
  expect(await keptImage(workspace, imageId)).toMatchObject({ packages, image: { size_bytes: 7 } });
  expect((await describe(at('nano1'))).get(imageId)).toEqual(known);
  expect(reads()).toHaveLength(1);
  expect(events).toHaveLength(2);
});

test('what could not be read is said, kept nowhere, and read by the next run', async () => {
  for (const engine of engines.values()) engine.endsAtOnce = () => ({ exitCode: 1, printed: 'no python3' });
  const described = await describe(at('nano1'));
  expect(described.get(imageId)).toMatchObject({
    layers: ['sha256:1', 'sha256:2'],
    packages: { unavailable: 'no python3' },
  });
  expect(events.at(-1)).toMatchObject({ kind: 'packages.read', unavailable: 'no python3' });
  expect(await keptImage(workspace, imageId)).toBeNull();
  await describe(at('nano1'));
  expect(reads()).toHaveLength(2);
});

test('a damaged list is read again', async () => {
  await describe(at('nano1'));
  const file = join(workspace.keptImages, `${'ab'.repeat(32)}.json`);
  await writeFile(file, (await readFile(file, 'utf8')).slice(0, 50));
  await describe(at('nano1'));
  expect(reads()).toHaveLength(2);
  expect(await keptImage(workspace, imageId)).not.toBeNull();
});

test.each(['../../etc/passwd', 'sha256:../x', '', 'python-'])('an id leads nowhere else: %j', async (id) => {
  expect(await keptImage(workspace, id)).toBeNull();
});

test('the Python of this machine is kept once per content', async () => {
  const clock = new SteppedClock();
  const one = await describePython(workspace, new LocalShell(), clock);
  expect(await describePython(workspace, new LocalShell(), clock)).toEqual(one);
  expect(await readdir(workspace.keptImages)).toHaveLength(1);
  if ('unavailable' in one || 'unavailable' in one.packages) throw new TypeError('python3 is listed');
  const id = one.packages.file.replace(/^\.images\/|\.json$/g, '');
  expect(await keptImage(workspace, id)).toMatchObject({ packages: { python: { version: one.version } } });
});
