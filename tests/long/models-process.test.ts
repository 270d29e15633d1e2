import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../src/deployment/index.js';
import { TorchContainer } from '../fixtures/torch-container.js';
import { WarmModel } from '../fixtures/warm-model.js';
import { baseImage } from '../integration/base-image.js';

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
  mkdirSync(join(pictures, 'bare'));
  for (const name of ['black.png', 'cut.png', 'green.png', 'notes.txt', 'white.png']) {
    cpSync(join(pictures, name), join(pictures, 'bare', name));
  }
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
  python('/models/serve.py', '--bare', '--loader', loader, '--width', '224', '--height', '224', ...more);
const warm = (loader: string, ...more: string[]) =>
  WarmModel.start(
    image,
    code,
    ['--loader', loader, ...more],
    [{ source: pictures, target: '/pictures' }],
    cpus,
  );
const cpus = ['--cpus', '1'];
/** Images of a batch, numbered from `first`. */
const batch = (first: number, ...names: string[]) =>
  names.map((name, at) => {
    const path = join(pictures, name);
    return { index: first + at, image: `set/${name}`, content: existsSync(path) ? readFileSync(path) : null };
  });
interface Span {
  name: string;
  duration_ms: number;
  ahead?: boolean;
  decode_ms?: number;
  load_ms?: number;
  images?: number;
}
const spans = (folder: string) =>
  readFileSync(join(folder, 'spans.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Span);
const span = (folder: string, name: string) => spans(folder).find((one) => one.name === name);
const made = { weights: 'none, it is a test', processor: 'cpu', threads: 1 };

describe('a model under collab', () => {
  it('answers each batch in a trial of one process, with an error for each file that is no image', async () => {
    const model = await warm('loud.py:load');
    await model.give(1, batch(17, 'white.png', 'black.png'));
    const first = await model.trial(1);
    const bright = { class: 'bright', probability: 1 };
    expect(first.results).toMatchObject([
      { index: 17, image: 'set/white.png', ...bright, ...made },
      { index: 18, image: 'set/black.png', class: 'dark', probability: 1, ...made },
    ]);
    expect(JSON.parse(first.results[0]?.top as string)).toEqual([bright, { class: 'dark', probability: 0 }]);
    expect(Object.keys(first.results[0] ?? {}).sort()).toEqual(
      [
        'class',
        'image',
        'index',
        'monotonic_s',
        'probability',
        'processor',
        'threads',
        'top',
        'weights',
      ].sort(),
    );
    expect(spans(first.folder).map((one) => one.name)).toEqual(['read', 'predict']);
    expect(span(first.folder, 'read')).toMatchObject({ images: 2, ahead: false });
    expect(span(first.folder, 'predict')?.load_ms).toBeGreaterThan(0);
    expect(existsSync(join(first.folder, 'outputs', '17.png'))).toBe(false);

    await model.give(2, batch(19, 'gone.png', 'notes.txt', 'white.png', 'cut.png'));
    await model.order(2);
    const second = await model.trial(2);
    expect(second.results.map(({ index, error }) => [index, error])).toEqual([
      [19, 'no such file'],
      [20, expect.stringMatching(/^not an image: /)],
      [21, undefined],
      [22, expect.stringMatching(/^not an image: /)],
    ]);
    expect(second.results[0]).not.toHaveProperty('class');
    expect(second.results[0]).not.toHaveProperty('top');
    expect(second.results[0]).toMatchObject(made);
    expect(second.results[2]).toMatchObject(bright);
    expect(span(second.folder, 'predict')).not.toHaveProperty('load_ms');
    expect(second.exit).toMatchObject({ code: 0, reason: 'exited' });

    await model.give(3, []);
    await model.order(3);
    expect((await model.trial(3)).results).toEqual([]);
    const { code: ended, stdout } = await model.end();
    expect(ended).toBe(0);
    expect(stdout.match(/loader prints/g)).toHaveLength(1); // one process for all
    expect(stdout).toMatch(/loaded none, it is a test in .* s, on cpu with 1 threads/);
  });

  it('decodes the next batch while one is predicted, also if it comes meanwhile', async () => {
    const model = await warm('loud.py:load');
    await model.give(1, batch(0, 'green.png', 'green.png', 'green.png')); // a second for each
    await model.says('1/spans.jsonl', '"read"');
    await model.give(2, batch(3, 'white.png'));
    await model.trial(1);
    await model.order(2);
    const second = await model.trial(2);
    expect(second.results).toMatchObject([{ index: 3, class: 'bright' }]);
    expect(span(second.folder, 'read')).toMatchObject({ images: 1, ahead: true });
    await model.give(3, batch(4, 'black.png')); // after batch 2 has ended: it is read when it is asked for
    await model.give(5, batch(5, 'white.png'));
    await model.order(5); // a batch is left out, as when it was cancelled
    const fifth = await model.trial(5);
    expect(fifth.results).toMatchObject([{ index: 5, class: 'bright' }]);
    expect(span(fifth.folder, 'read')).toMatchObject({ ahead: false });
    expect((await model.end()).code).toBe(0);
  });

  it('draws classes below the images of a batch that asks for pictures', async () => {
    const model = await warm('loud.py:load');
    await model.give(1, batch(7, 'black.png', 'notes.txt'), true);
    const { folder, results } = await model.trial(1);
    expect(results).toHaveLength(2);
    const drawn = readFileSync(join(folder, 'outputs', '7.png'));
    expect(drawn.readUInt32BE(16)).toBe(280); // 40 x 30, enlarged seven times
    expect(drawn.readUInt32BE(20)).toBeGreaterThan(210);
    expect(existsSync(join(folder, 'outputs', '8.png'))).toBe(false);
    expect(span(folder, 'draw')?.duration_ms).toBeGreaterThan(0);
    expect((await model.end()).code).toBe(0);
  });

  it('answers of a detector have boxes, and the class of the likeliest', async () => {
    const model = await warm('loud.py:detector');
    await model.give(1, batch(1, 'white.png', 'black.png'));
    const [white, black] = (await model.trial(1)).results;
    expect(white).toMatchObject({ class: 'left', probability: 0.9 });
    expect(JSON.parse(white?.boxes as string)).toEqual([
      { class: 'right', probability: 0.5, box: [20, 0, 40, 30] },
      { class: 'left', probability: 0.9, box: [0, 0, 20, 30] },
    ]);
    expect(white).not.toHaveProperty('top');
    expect(black?.boxes).toBe('[]');
    expect(black).not.toHaveProperty('class');
    expect((await model.end()).code).toBe(0);
  });

  it.each([
    ['red.png', /serve: the batch failed: the batch does not fit\n$/],
    ['blue.png', /serve: the batch failed: the model's answer has a number that is none: .*\n$/],
  ])('ends with a batch that fails, which leaves no rows: %s', async (name, reason) => {
    const model = await warm('loud.py:load');
    await model.give(1, batch(0, 'white.png', name));
    const { exit, results, stderr } = await model.trial(1);
    expect(exit).toMatchObject({ code: 1, reason: 'exited' });
    expect(results).toEqual([]);
    expect(stderr).toMatch(reason);
    expect((await model.ended()).code).toBe(1);
  });

  it.each([
    [['loud.py:broken'], /no weights for this test\. Train some: collab infer train test\n$/],
    [['gone.py:load'], /no loader gone\.py:load.*\n$/],
    [['../serve.py:main'], /beside serve\.py\n$/],
    [['torchvision_model.py:resnet50'], /there are no weights for resnet50.*collab infer train resnet50\n$/],
    [
      ['torchvision_model.py:inception_v3', '--weights', '/pictures/weights.pt'],
      /of resnet50, not of inception-v3\n$/,
    ],
  ])('that cannot load says why in its last line: %s', async ([loader = '', ...more], reason) => {
    const model = await warm(loader, ...more);
    const { code: ended, exit, stderr } = await model.ended();
    expect([ended, exit.code]).toEqual([1, 1]);
    expect(stderr.split('\n').at(-2)).toMatch(/^serve: /);
    expect(stderr).toMatch(reason);
  });

  it('classifies with a ResNet-50 and the weights that it is given', async () => {
    const model = await warm('torchvision_model.py:resnet50', '--weights', '/pictures/weights.pt');
    await model.give(1, batch(0, 'white.png', 'black.png'));
    const { results } = await model.trial(1);
    expect(results).toHaveLength(2);
    for (const row of results) {
      expect(row).toMatchObject({ weights: 'seed-0', processor: 'cpu', threads: 1 });
      const top = JSON.parse(row.top as string) as { class: string; probability: number }[];
      expect(top.map((one) => one.class).sort()).toEqual(['a', 'b', 'c']);
      expect(top.reduce((sum, one) => sum + one.probability, 0)).toBeCloseTo(1, 4);
      expect(top.map((one) => one.probability)).toEqual(
        top.map((one) => one.probability).sort((a, b) => b - a),
      );
      expect(row).toMatchObject(top[0] ?? {});
    }
    expect((await model.end()).code).toBe(0);
  });
});

describe('a model without collab', () => {
  const bare = ['--images', '/pictures/bare', '--batch-size', '3'];

  it('predicts the files of a folder again and again, as many as it is told', async () => {
    const worker = serve('loud.py:load', ...bare, '--count', '20');
    const told = (await worker.answer()) as Record<string, number>;
    expect(told).toMatchObject({ images: 20, batch_size: 3, device: 'cpu' });
    expect(told.images_per_s).toBeCloseTo(20 / (told.seconds ?? 0), 0);
    expect(told.seconds).toBeGreaterThan(2); // green.png takes a second each time
    expect(told.failed).toBeGreaterThan(3); // notes.txt and others are no images
    expect(await worker.end()).toEqual({ code: 0, lines: [] });
    expect(worker.stderr).toMatch(/loader prints[^]*model writes/); // and no line of them in the answer
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
