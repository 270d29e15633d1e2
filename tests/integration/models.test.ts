import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../src/deployment/index.js';
import { TorchContainer } from '../fixtures/torch-container.js';
import { baseImage } from './base-image.js';

const models = fileURLToPath(new URL('../../models', import.meta.url));
const loud = fileURLToPath(new URL('../fixtures/models/loud.py', import.meta.url));
let image: string;
let code: string;
let pictures: string;

/** Writes pictures of one color, an image that was cut off, and weights of a ResNet-50 that nobody trained. */
const PREPARE = `
import sys
sys.path.insert(0, '/models')
import torch
from PIL import Image
import checkpoints, torchvision_model
colors = {'black': (0, 0, 0), 'white': (255, 255, 255), 'red': (255, 0, 0), 'green': (0, 255, 0), 'blue': (0, 0, 255)}
for name, color in colors.items():
    Image.new('RGB', (40, 30), color).save('/pictures/%s.png' % name)
with open('/pictures/white.png', 'rb') as whole, open('/pictures/cut.png', 'wb') as cut:
    cut.write(whole.read()[:60])
torch.manual_seed(0)
network = torchvision_model.build('resnet50', 3)
checkpoints.save('/pictures/weights.pt', 'resnet50', network, ['a', 'b', 'c'], 'seed-0', 64, 64)
`;

beforeAll(async () => {
  image = await baseImage(await localEngine(), 'torch');
  code = join(mkdtempSync(join(tmpdir(), 'collab-models-')), 'models');
  cpSync(models, code, { recursive: true, filter: (path) => !path.includes('__pycache__') });
  cpSync(loud, join(code, 'loud.py'));
  pictures = join(code, '..', 'pictures');
  mkdirSync(pictures);
  writeFileSync(join(pictures, 'notes.txt'), 'no image\n');
  const { code: ended } = await python('-c', PREPARE).end();
  expect(ended).toBe(0);
});

const python = (...args: string[]) =>
  new TorchContainer(
    image,
    [
      { source: code, target: '/models' },
      { source: pictures, target: '/pictures', writable: true },
    ],
    args,
  );
const serve = (loader: string, ...more: string[]) =>
  python('/models/serve.py', '--loader', loader, '--width', '224', '--height', '224', ...more);
const paths = (...names: string[]) => names.map((name) => `/pictures/${name}`);

describe('a worker', () => {
  it('answers requests in their order, whatever the model prints, with an error for each file that is no image', async () => {
    const worker = serve('loud.py:load');
    expect(await worker.answer()).toEqual({
      ready: true,
      weights: 'none, it is a test',
      classes: ['dark', 'bright'],
      input: { width: 224, height: 224 },
      load_seconds: expect.any(Number) as number,
      device: 'cpu',
      threads: expect.any(Number) as number,
    });
    worker.ask({ id: 'b1', images: paths('white.png', 'black.png') });
    worker.ask({ id: 'b2', images: paths('gone.png', 'notes.txt', 'white.png', 'cut.png', '') });
    worker.write('{"id": "b3"\n');
    worker.ask({ id: 'b4', images: '/pictures/white.png' });
    worker.ask({ id: 'b5', images: [] });
    const bright = [
      { class: 'bright', probability: 1 },
      { class: 'dark', probability: 0 },
    ];
    const first = await worker.answer();
    expect(first).toMatchObject({
      id: 'b1',
      results: [
        { image: '/pictures/white.png', top: bright },
        {
          image: '/pictures/black.png',
          top: bright.map(({ probability }, at) => ({ class: ['dark', 'bright'][at], probability })),
        },
      ],
    });
    const seconds = first.seconds as { read: number; predict: number };
    expect(seconds.read).toBeGreaterThan(0);
    expect(seconds.predict).toBeGreaterThan(0);
    expect(await worker.answer()).toMatchObject({
      id: 'b2',
      results: [
        { image: '/pictures/gone.png', error: 'no such file' },
        { image: '/pictures/notes.txt', error: expect.stringMatching(/^not an image: /) as string },
        { image: '/pictures/white.png', top: bright },
        { image: '/pictures/cut.png', error: expect.stringMatching(/^not an image: /) as string },
        { image: '/pictures/', error: 'not a file' },
      ],
    });
    expect(await worker.answer()).toMatchObject({
      id: null,
      error: expect.stringContaining('not a request') as string,
    });
    expect(await worker.answer()).toMatchObject({
      id: null,
      error: expect.stringContaining('list of paths') as string,
    });
    expect(await worker.answer()).toMatchObject({ id: 'b5', results: [] });
    expect(await worker.end()).toEqual({ code: 0, lines: [] });
    for (const said of ['loader prints', 'loader writes', 'child prints', 'model prints', 'model writes']) {
      expect(worker.stderr).toContain(said);
    }
  });

  it('goes on after a batch that fails, or whose answer is no number', async () => {
    const worker = serve('loud.py:load');
    await worker.answer();
    worker.ask({ id: 'b1', images: paths('white.png', 'red.png', 'gone.png') });
    worker.ask({ id: 'b2', images: paths('blue.png') });
    worker.ask({ id: 'b3', images: paths('white.png') });
    const failed = 'predicting its batch failed: the batch does not fit';
    expect((await worker.answer()).results).toEqual([
      { image: '/pictures/white.png', error: failed },
      { image: '/pictures/red.png', error: failed },
      { image: '/pictures/gone.png', error: 'no such file' },
    ]);
    expect((await worker.answer()).results).toMatchObject([
      { error: expect.stringContaining('predicting its batch failed') as string },
    ]);
    expect((await worker.answer()).results).toMatchObject([{ top: [{ class: 'bright' }, {}] }]);
    expect(await worker.end()).toMatchObject({ code: 0 });
  });

  it.each([
    [['loud.py:broken'], /^no weights for this test$/],
    [['gone.py:load'], /no loader gone\.py:load/],
    [['../serve.py:main'], /beside serve\.py/],
    [['torchvision_model.py:resnet50'], /there are no weights for resnet50.*collab infer train resnet50/],
    [
      ['torchvision_model.py:inception_v3', '--weights', '/pictures/weights.pt'],
      /of resnet50, not of inception-v3/,
    ],
  ])('that cannot load says why: %s', async ([loader = '', ...more], reason) => {
    const worker = serve(loader, ...more);
    expect(await worker.answer()).toEqual({
      ready: false,
      error: expect.stringMatching(reason) as string,
    });
    expect(await worker.end()).toEqual({ code: 1, lines: [] });
    expect(worker.stderr).toMatch(/serve: /);
  });

  it('classifies with a ResNet-50 and the weights that it is given, at their size', async () => {
    const worker = serve('torchvision_model.py:resnet50', '--weights', '/pictures/weights.pt');
    expect(await worker.answer()).toMatchObject({
      ready: true,
      weights: 'seed-0',
      classes: ['a', 'b', 'c'],
      input: { width: 64, height: 64 },
    });
    worker.ask({ id: 1, images: paths('white.png', 'black.png') });
    const { results } = (await worker.answer()) as {
      results: { top: { class: string; probability: number }[] }[];
    };
    for (const { top } of results) {
      expect(top.map((one) => one.class).sort()).toEqual(['a', 'b', 'c']);
      expect(top.reduce((sum, one) => sum + one.probability, 0)).toBeCloseTo(1, 4);
      expect(top.map((one) => one.probability)).toEqual(
        top.map((one) => one.probability).sort((a, b) => b - a),
      );
    }
    expect(await worker.end()).toEqual({ code: 0, lines: [] });
  });
});

describe('a worker without requests', () => {
  const bare = ['--bare', '--images', '/pictures', '--batch-size', '3'];

  it('predicts the files of a folder again and again, as many as it is told', async () => {
    const worker = serve('loud.py:load', ...bare, '--count', '20');
    const told = (await worker.answer()) as Record<string, number>;
    expect(told).toMatchObject({ images: 20, batch_size: 3, device: 'cpu' });
    expect(told.images_per_s).toBeCloseTo(20 / (told.seconds ?? 0), 0);
    expect(told.seconds).toBeGreaterThan(2); // green.png takes a second each time
    expect(told.failed).toBeGreaterThan(3); // notes.txt and others are no images
    expect(await worker.end()).toEqual({ code: 0, lines: [] });
  });

  it('stops once the seconds have passed', async () => {
    const worker = serve('loud.py:load', ...bare, '--seconds', '1.5');
    const told = (await worker.answer()) as Record<string, number>;
    expect(told.seconds).toBeGreaterThanOrEqual(1.5);
    expect(told.images).toBeGreaterThan(3);
    expect(await worker.end()).toEqual({ code: 0, lines: [] });
  });
});

it('an answer is drawn onto its image', async () => {
  const result = { boxes: [{ class: '7', probability: 0.97, box: [4, 10, 20, 25] }] };
  writeFileSync(join(pictures, 'result.json'), JSON.stringify(result));
  const words = [
    '--image',
    '/pictures/black.png',
    '--result',
    '/pictures/result.json',
    '--out',
    '/pictures/drawn.png',
  ];
  expect((await python('/models/draw.py', ...words).end()).code).toBe(0);
  const drawn = readFileSync(join(pictures, 'drawn.png'));
  expect([drawn.readUInt32BE(16), drawn.readUInt32BE(20)]).toEqual([280, 210]); // enlarged seven times
  const bad = python('/models/draw.py', '--image', '/pictures/notes.txt', ...words.slice(2));
  expect((await bad.end()).code).toBe(1);
  expect(bad.stderr).toMatch(/draw: .*notes\.txt: not an image/);
});

it('the models pass their own tests', { timeout: 600_000 }, async () => {
  const tests = python('-m', 'unittest', 'discover', '-s', '/models/train', '-p', 'test_*.py');
  expect((await tests.end()).code, tests.stderr).toBe(0);
  expect(tests.stderr).toMatch(/Ran (1[5-9]|[2-9]\d) tests[^]*\nOK\n/);
});

it('the models parse as Python 3.6', async () => {
  const parse = `
import ast, glob
for path in glob.glob('/models/**/*.py', recursive=True):
    with open(path) as file:
        print(path, ast.parse(file.read(), path, feature_version=(3, 6)) is not None)
`;
  const parsed = python('-c', parse);
  expect((await parsed.end()).lines.length).toBeGreaterThan(10);
  expect(parsed.stderr).toBe('');
});
