import { expect, test } from 'vitest';
import {
  AskedLeader,
  endOf,
  folderWith,
  id,
  jobOf,
  quiet,
  taskOf,
} from '../../../tests/fixtures/asked-leader.js';
import { putPath } from '../files/index.js';
import { batches, inferenceModel, parametersOf, type TaskStatus } from '../jobs/index.js';
import { jobResults, missingText } from './job-results.js';
import { mapAhead } from './map-ahead.js';
import { getPictures } from './pictures.js';
import { resultFormatOf, resultText } from './result-text.js';
import { faultOf, type MissingImages, type ResultRow } from './results.js';

const model = inferenceModel.parse({
  name: 'mine',
  key: '0123456789abcdef',
  kind: 'detect',
  loader: 'my.py:load',
  width: 8,
  height: 8,
  weights: null,
  classes: null,
});
const inBatches = batches.parse({ kind: 'batches', images: 5, sizes: [{ task: 0, image: 0, size: 2 }] });
const job = jobOf({
  tasks: 3,
  inference: { model, batches: inBatches },
});
const row = (index: number, more = {}) =>
  JSON.stringify({ monotonic_s: 1.5, index, image: `${index}.png`, ...more });

async function leaderWith(tasks: TaskStatus[], files: Record<string, string>): Promise<AskedLeader> {
  const leader = await AskedLeader.make();
  const said = tasks.map((one) => ({ ...one, parameters: parametersOf({ tasks: inBatches }, one.task) }));
  leader.answer = ({ kind }) =>
    kind === 'tasks' ? { kind: 'tasks', tasks: said, total: 3 } : { kind: 'job', job };
  const local = await folderWith(files);
  await putPath(leader.store.files, { local, name: `jobs/${id}/trials` }, { clock: leader.clock, ...quiet });
  return leader;
}

async function read({ jobs }: AskedLeader): Promise<{ rows: ResultRow[]; missing: MissingImages[] }> {
  const rows: ResultRow[] = [];
  const missing: MissingImages[] = [];
  for await (const one of (await jobResults(jobs, id)).batches)
    if ('rows' in one) rows.push(...one.rows);
    else missing.push(one.missing);
  return { rows, missing };
}

test('each image is there once, in order, from the attempt that counts; what is missing has its state', async () => {
  const found = [{ class: '7', probability: 0.9, box: [1, 2, 3, 4] }];
  const leader = await leaderWith(
    [
      taskOf(0, { ends: [endOf(1, 'failed'), endOf(2, 'done')] }),
      taskOf(1, { state: 'failed', ends: [endOf(1, 'failed')] }),
      taskOf(2, { state: 'queued', ends: [] }),
    ],
    {
      '1/task-0/results.jsonl': row(0, { class: 'of an attempt that failed' }),
      '1.2/task-0/results.jsonl': `${row(1, { class: '7', probability: 0.9, boxes: JSON.stringify(found) })}\n${row(0, { error: 'no image' })}\n`,
      '2/task-0/results.jsonl': row(2),
    },
  );
  const { rows, missing } = await read(leader);
  const about = { device: 'nano1', batch: 0, attempt: 2 };
  expect(rows).toEqual([
    {
      index: 0,
      image: '0.png',
      class: null,
      probability: null,
      top: [],
      boxes: [],
      error: 'no image',
      ...about,
    },
    { index: 1, image: '1.png', class: '7', probability: 0.9, top: [], boxes: found, error: null, ...about },
  ]);
  expect(missing).toEqual([
    { batch: 1, state: 'failed', first: 2, images: 2 },
    { batch: 2, state: 'queued', first: 4, images: 1 },
  ]);
  expect(missingText(missing)).toBe('2 images of a batch that failed (1); 1 image of a batch that waits (2)');
});

test.each([
  ['an image twice', [0, 0], 'Image 0 is there twice in batch 0, attempt 1, of nano1.'],
  ['an image of another batch', [0, 2], 'Image 2 does not belong there in batch 0'],
  ['an image that is not there', [1], '1 of 2 images, such as 0, are not there in batch 0'],
])('%s in a batch that is done is a fault of ours', async (_, indices, why) => {
  const text = indices.map((index) => row(index)).join('\n');
  const leader = await leaderWith([taskOf(0)], { '1/task-0/results.jsonl': text });
  await expect(read(leader)).rejects.toMatchObject({
    name: 'infer-results-broken',
    why: expect.stringContaining(why) as string,
    exitCode: 1,
  });
});

test('a file that is not there, or has other rows, is told as such', async () => {
  await expect(read(await leaderWith([taskOf(0)], {}))).rejects.toMatchObject({
    name: 'infer-results-broken',
  });
  const leader = await leaderWith([taskOf(0)], { '1/task-0/results.jsonl': '{"index":"x"}' });
  await expect(read(leader)).rejects.toMatchObject({ name: 'infer-results-broken' });
});

test('random subsets and repeats of indices are found out', () => {
  for (let seed = 1; seed < 300; seed += 1) {
    const size = (seed % 7) + 1;
    const picked = Array.from({ length: size }, (_, at) => ({
      index: 10 + ((seed * (at + 3) * 7919) % size),
    }));
    const isWhole = new Set(picked.map(({ index }) => index)).size === size;
    expect(faultOf(picked, 10, size) === null).toBe(isWhole);
  }
});

test('a job of a command, and of somebody else, is refused', async () => {
  const leader = await AskedLeader.make();
  await expect(jobResults(leader.jobs, id)).rejects.toMatchObject({ name: 'infer-other-job' });
  leader.answer = () => ({ kind: 'job', job: { ...job, owner: 'bob' } });
  await expect(jobResults(leader.jobs, id)).rejects.toMatchObject({ name: 'job-not-yours' });
});

test('pictures are those of the attempts that count', async () => {
  const leader = await leaderWith(
    [taskOf(0, { ends: [endOf(1, 'failed'), endOf(2, 'done')] }), taskOf(1, { state: 'running', ends: [] })],
    {
      '1/task-0/outputs/0.png': 'old',
      '1.2/task-0/outputs/0.png': 'new',
      '1.2/task-0/outputs/notes.txt': '',
      '2/task-0/outputs/2.png': 'not yet',
    },
  );
  const folder = await folderWith({});
  expect(await getPictures(leader.jobs, job, folder, { clock: leader.clock, ...quiet })).toBe(1);
  const { readFile, readdir } = await import('node:fs/promises');
  expect(await readdir(folder)).toEqual(['0.png']);
  expect(await readFile(`${folder}/0.png`, 'utf8')).toBe('new');
});

const one: ResultRow = {
  index: 0,
  image: '=a, "b".png',
  class: 'cat',
  probability: 0.25,
  top: [{ class: 'cat', probability: 0.25 }],
  boxes: [],
  error: null,
  device: 'nano1',
  batch: 0,
  attempt: 1,
};
async function written(format: 'csv' | 'jsonl' | 'json', parts: ResultRow[][]): Promise<string> {
  async function* rows() {
    yield* await Promise.resolve(parts);
  }
  let text = '';
  for await (const piece of resultText(format, rows())) text += piece;
  return text;
}

test('results are written as CSV, as lines of JSON, or as a list', async () => {
  expect(['a.csv', 'a.JSONL', 'b.json', 'c', ''].map(resultFormatOf)).toEqual([
    'csv',
    'jsonl',
    'json',
    'csv',
    'csv',
  ]);
  expect(await written('csv', [[one]])).toBe(
    `index,image,class,probability,top,boxes,error,device,batch,attempt\n0,"'=a, ""b"".png",cat,0.25,"[{""class"":""cat"",""probability"":0.25}]",[],,nano1,0,1\n`,
  );
  expect(JSON.parse(await written('json', [[one], [], [one, one]]))).toEqual([one, one, one]);
  expect(JSON.parse(await written('json', []))).toEqual([]);
  expect(await written('jsonl', [[one], [one]])).toBe(`${JSON.stringify(one)}\n`.repeat(2));
});

test('work that is done ahead keeps the order, and its errors come in their turn', async () => {
  async function* numbers() {
    yield* await Promise.resolve([0, 1, 2, 3, 4, 5]);
  }
  let [now, most] = [0, 0];
  const slow = async (number: number) => {
    most = Math.max(most, (now += 1));
    await new Promise((resolve) => setTimeout(resolve, 6 - number));
    now -= 1;
    if (number === 4) throw new Error('four');
    return number;
  };
  const got: number[] = [];
  await expect(
    (async () => {
      for await (const number of mapAhead(numbers(), 3, slow)) got.push(number);
    })(),
  ).rejects.toThrow('four');
  expect([got, most]).toEqual([[0, 1, 2, 3], 3]);
});
