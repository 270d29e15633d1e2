import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writePictures } from '../../bench/infer/pictures.js';
import { TestWorkspace } from '../e2e/workspace.js';
import { JobKills } from './job-kills.js';

/** Inference in containers with PyTorch, on a fleet of four devices of a Lab of its own, through the built command. */
const lab = 'infer4';
const workspace = TestWorkspace.make();
const keepers = ['edge1', 'edge2', 'edge3'];
const devices = [...keepers, 'edge4'];
const result = <T>(...args: string[]) => workspace.result<T>(...args);
const at = (name: string) => join(workspace.folder, name);
const kills = new JobKills(lab, (seconds) => new Promise((done) => setTimeout(done, seconds * 1000)));
const soon = { timeout: 300_000, interval: 1000 };

interface Job {
  id: string;
  state: string;
  counts: { done: number };
  task_list: {
    parameters: { images: number };
    ends: { member: string; outcome: string; ended_at: string }[];
  }[];
}
const show = (id: string) => result<Job>('job', 'show', id);
const submit = async (...words: string[]) => (await result<{ id: string }>('infer', 'submit', ...words)).id;
const doneOf = async (id: string) => (await show(id)).counts.done;
const isOver = async (id: string) => {
  await expect.poll(async () => (await show(id)).state, soon).toBe('done');
  return show(id);
};

/** The rows of a job's output. */
async function rows(id: string): Promise<Record<string, unknown>[]> {
  await result('infer', 'output', id, 'out.jsonl');
  const lines = readFileSync(at('out.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

beforeAll(async () => {
  await result('lab', 'up', '--name', lab, '--devices', '4', '--memory', '3g');
  const key = `.collab/lab/${lab}/id_ed25519`;
  await result('setup', '--lan', lab, '--interface', `collab-${lab}`, '--expect', '4', '--key', key, '--yes');
  await result('fleet', 'up', '--keepers', keepers.join(','), '--yes');
  mkdirSync(at('photos'));
  writePictures(at('photos'), 12);
});
afterAll(() => workspace.collab('lab', 'down', '--name', lab));

it('a model has no weights until a job has trained it', async () => {
  const early = await workspace.collab('infer', 'submit', 'resnet50', 'photos', '--wait', '--attempts', '1');
  expect(early.code).toBe(3);
  expect(early.stderr).toContain('collab infer train resnet50');
  const quick = '--train-images 256 --epochs 1 --test-images 200'.split(' ');
  const trained = await workspace.collab('infer', 'train', 'resnet50', '--wait', '--', ...quick);
  expect(trained.code, trained.stderr).toBe(0);
  expect(trained.stdout).toMatch(/accuracy/);
  const { models } = await result<{ models: { name: string; weights_version: unknown }[] }>(
    'infer',
    'models',
  );
  expect(models.find(({ name }) => name === 'resnet50')?.weights_version).toBe(1);
});

it('each image has one answer, and the devices say where', async () => {
  const id = await submit('resnet50', 'photos', '--count', '96', '--batch-size', '4', '--pictures');
  await isOver(id);
  const found = await rows(id);
  expect(found.map(({ index }) => index)).toEqual([...Array(96).keys()]);
  for (const { class: name, probability, error } of found) {
    expect(error ?? null).toBeNull();
    expect(name).toEqual(expect.any(String));
    expect(Number(probability)).toBeGreaterThan(0.1);
  }
  // The same image has the same class on all devices.
  const classes = new Map<unknown, Set<unknown>>();
  for (const { image, class: name } of found) classes.set(image, (classes.get(image) ?? new Set()).add(name));
  for (const names of classes.values()) expect(names.size).toBe(1);
  expect(new Set(found.map(({ device }) => device)).size).toBe(4);
  expect((await workspace.collab('infer', 'output', id, 'all.csv', '--pictures', 'drawn')).code).toBe(0);
  expect((await workspace.collab('infer', 'times', id)).stdout).toContain('resnet50');
  expect((await workspace.collab('infer', 'rate', id)).stdout).toContain('resnet50');
});

it('a worker and the leader are killed: each image once, on the devices that are left', async () => {
  await result('infer', 'batch-size', 'resnet50', '4');
  const id = await submit('resnet50', 'photos', '--count', '320');
  await expect.poll(() => doneOf(id), soon).toBeGreaterThan(2);
  await kills.member('edge4');
  const { store } = await result<{ store: { leader: string } }>('fleet', 'status');
  await expect.poll(() => doneOf(id), soon).toBeGreaterThan(20);
  await kills.agent(store.leader, 'agent that leads');
  await result('infer', 'batch-size', 'resnet50', '8');
  const { task_list: tasks } = await isOver(id);
  for (const { ends } of tasks) expect(ends.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
  expect((await rows(id)).map(({ index }) => index)).toEqual([...Array(320).keys()]);
  expect(tasks.some(({ parameters }) => parameters.images === 8)).toBe(true);
  const left = await Promise.all(
    devices.map((one) =>
      kills.on(one, `docker ps -q --filter label=collab.trial --filter label=collab.tasks-of=${lab}`),
    ),
  );
  expect(left.join('')).toBe('');
});
