import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Controller, LAN, LanStore } from '../network/index.js';
import { deviceOf } from '../../tests/fixtures/connected-device.js';
import { Workspace } from '../workspace/index.js';
import { readNames } from './names.js';

let root: string;
const write = async (path: string, text: string) => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'names-'));
  await mkdir(join(root, 'TestCases'));
});

const namesOf = async (listed: Promise<{ name: string }[]>) => (await listed).map(({ name }) => name);

test('reads what the workspace has, as its own rooms write it', async () => {
  const controller = new Controller(deviceOf('pc'));
  const lan = new LAN('shelf', controller, [
    deviceOf('nano1', { tags: ['camera', 'gpu'] }),
    deviceOf('nano2', { tags: ['gpu'], id: 'SHA256:other', address: '10.0.0.2' }),
  ]);
  await new LanStore(new Workspace(root)).save(lan);
  await write(
    'TestCases/hello/experiment.yaml',
    'roles: { server: {}, client: {} }\nparameters: { size: [1, 2.50], range: { from: 1, to: 9 } }\n',
  );
  await write('Logs/hello/20261201-093000-cafe/run.json', '{}');
  await write('Logs/split/20261202-093000-beef/run.json', '{}');
  await write('Logs/reports/summary.csv', '');
  await write('.collab/fleets/shelf/fleet.json', JSON.stringify({ members: [{ name: 'nano1' }] }));
  const names = readNames(join(root, 'TestCases'));
  expect(await namesOf(names.experiments())).toEqual(['hello']);
  expect(await names.runs()).toEqual([
    { name: '20261202-093000-beef', note: 'split' },
    { name: '20261201-093000-cafe', note: 'hello' },
  ]);
  expect(await namesOf(names.lans())).toEqual(['shelf']);
  expect(await namesOf(names.devices())).toEqual(['nano1', 'nano2']);
  expect(await namesOf(names.devices('desk'))).toEqual([]);
  expect(await names.tags('shelf')).toEqual([
    { name: 'camera', note: 'nano1' },
    { name: 'gpu', note: 'nano1, nano2' },
  ]);
  expect(await namesOf(names.fleets())).toEqual(['shelf']);
  expect(await namesOf(names.members())).toEqual(['nano1']);
  expect(await names.parameters('hello')).toEqual([
    { name: 'size', values: ['1', '2.5'] },
    { name: 'range', values: [] },
  ]);
  expect(await namesOf(names.roles('hello'))).toEqual(['client', 'server']);
  expect(await namesOf(names.bases())).toContain('torch');
  expect(await namesOf(names.models())).toContain('resnet50');
});

test('what is broken or missing is empty, and nothing is thrown', async () => {
  await write('.collab/lan', 'shelf\n');
  await write('.collab/lans/shelf.json', '{"devices": [{"name": 1}, ');
  await write('.collab/fleets/shelf/fleet.json', '{"members": 1}');
  await write('TestCases/bad/experiment.yaml', 'parameters: [');
  const nowhere = await mkdtemp(join(tmpdir(), 'nowhere-'));
  for (const names of [readNames(root), readNames(nowhere)]) {
    expect(await names.devices()).toEqual([]);
    expect(await names.tags()).toEqual([]);
    expect(await names.members()).toEqual([]);
    expect(await names.parameters('bad')).toEqual([]);
    expect(await names.roles('none')).toEqual([]);
    expect(await names.runs()).toEqual([]);
  }
  expect(await readNames(nowhere).experiments()).toEqual([]);
  expect(await namesOf(readNames(nowhere).pages())).toContain('own-boards');
});
