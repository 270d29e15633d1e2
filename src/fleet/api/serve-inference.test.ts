import { afterEach, beforeEach, expect, it } from 'vitest';
import { AskedLeader, id, jobOf, none, taskOf } from '../../../tests/fixtures/asked-leader.js';
import { systemClock } from '../../events.js';
import { inferenceModel, type JobsQuestion } from '../jobs/index.js';
import type { Endpoint } from './endpoint.js';
import { endpoints, type EndpointName } from './endpoints.js';
import type { Listening } from './listen.js';
import { fault as faultSchema } from './schemas.js';
import { serveWorkspace } from './serve-workspace.js';

const token = `collab_${'t'.repeat(43)}`;
const imagesId = '20261121-125302-i00000';
const model = inferenceModel.parse({
  name: 'mine',
  key: '0123456789abcdef',
  kind: 'classify',
  loader: 'my.py:load',
  width: 8,
  height: 8,
  weights: null,
  classes: null,
});
const imagesJob = jobOf({
  id: imagesId,
  counts: { ...none, done: 1 },
  inference: { model, batches: { kind: 'batches', images: 2, sizes: [{ task: 0, image: 0, size: 4 }] } },
});
const newInference = {
  model: 'mine',
  settings: { loader: 'my.py:load', input: { width: 8, height: 8 } },
  code: 'models/code',
  images: 'photos/**',
};

const parameters = { first_image: 0, images: 2 };

let leader: AskedLeader;
let listening: Listening;
beforeEach(async () => {
  leader = await AskedLeader.make();
  leader.answer = answerOf;
  const served = {
    fleet: 'test',
    jobs: leader.jobs,
    members: () => Promise.resolve([]),
    acts: { leave: () => Promise.resolve(), join: () => Promise.resolve(0) },
    logsFolder: '/nowhere',
    token,
    version: '0.1.0',
    clock: systemClock,
    random: () => 0.5,
    log: () => undefined,
  };
  listening = await serveWorkspace(served, { address: '127.0.0.1', port: 0 });
});
afterEach(() => listening[Symbol.asyncDispose]());

function answerOf(question: JobsQuestion): object {
  switch (question.kind) {
    case 'list':
      return { kind: 'jobs', jobs: [imagesJob, jobOf()] };
    case 'tasks':
      return { kind: 'tasks', tasks: [taskOf(question.from, { parameters })], total: 1 };
    case 'workers':
      return { kind: 'workers', workers: [] };
    case 'batch-sizes':
    case 'set-batch-size':
      return { kind: 'batch-sizes', sizes: [{ model: 'mine', size: 4 }], jobs: [imagesId] };
    case 'show':
      return { kind: 'job', job: question.id === imagesId ? imagesJob : jobOf() };
    default:
      return { kind: 'job', job: jobOf() };
  }
}

const call = (path: string, method = 'GET', body?: unknown) =>
  fetch(`http://127.0.0.1:${listening.port}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const put = (name: string, text: string) =>
  fetch(`http://127.0.0.1:${listening.port}/v1/files/${name}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}` },
    body: text,
  });

async function refusal(...asked: Parameters<typeof call>): Promise<[number, string]> {
  const answer = await call(...asked);
  return [answer.status, faultSchema.parse(await answer.json()).name];
}

const calls: readonly [EndpointName, ...Parameters<typeof call>][] = [
  ['submitInference', '/v1/inference', 'POST', newInference],
  ['getRates', `/v1/inference/rate?job=${imagesId}`],
  ['getTimes', '/v1/inference/times'],
  ['listBatches', '/v1/inference/assignments'],
  ['listBatchSizes', '/v1/inference/batch-sizes'],
  ['setBatchSize', '/v1/inference/batch-sizes/mine', 'PUT', { size: 4 }],
];

it.each(calls)('%s answers as the specification says', async (name, ...asked) => {
  for (const file of ['models/code/my.py', 'photos/a.png']) await put(file, 'content');
  const answer = await call(...asked);
  const { status, answer: schema }: Endpoint = endpoints[name];
  const body: unknown = await answer.json();
  expect(answer.status, JSON.stringify(body)).toBe(status);
  expect(schema?.safeParse(body).error).toBeUndefined();
});

it('submits a job with the code and the images of the store', async () => {
  for (const file of ['models/code/my.py', 'models/code/train/train.py', 'photos/a.png'])
    await put(file, 'content');
  await call('/v1/inference', 'POST', { ...newInference, count: 9, weight: 2 });
  expect(leader.asked.at(-1)).toMatchObject({
    kind: 'submit',
    definition: {
      weight: 2,
      tasks: { kind: 'batches', images: 9, sizes: [{ size: 4 }] },
      model: { name: 'mine', loader: 'my.py:load' },
    },
  });
  expect(await leader.namesIn('jobs')).toEqual(
    ['images.jsonl', 'inference.json', 'model/my.py'].map((name) => `jobs/${id}/files/${name}`),
  );
});

it('gives the results of a job as lines of JSON, of all its batches or of those that are done', async () => {
  const row = { index: 0, image: 'a.png', class: 'cat', probability: 0.9, top: '[]', boxes: '[]' };
  const lines = [row, { ...row, index: 1, class: null, error: 'no image' }].map((one) => JSON.stringify(one));
  await put(`jobs/${imagesId}/trials/1/task-0/results.jsonl`, lines.join('\n'));
  const answer = await call(`/v1/inference/${imagesId}/output`);
  const rows = (await answer.text()).trimEnd().split('\n');
  expect(rows.map((line) => JSON.parse(line) as object)).toMatchObject([
    { index: 0, class: 'cat', device: 'nano1', batch: 0, attempt: 1, error: null },
    { index: 1, class: null, error: 'no image' },
  ]);
  leader.answer = (question) =>
    question.kind === 'show' ? { kind: 'job', job: { ...imagesJob, counts: none } } : answerOf(question);
  expect(await refusal(`/v1/inference/${imagesId}/output`)).toEqual([409, 'api-not-all-done']);
  expect((await call(`/v1/inference/${imagesId}/output?partial=true`)).status).toBe(200);
});

it('refuses inference whose code or images are not in the store, and jobs that are none of it', async () => {
  await put('photos/a.png', 'content');
  expect(await refusal('/v1/inference', 'POST', newInference)).toEqual([404, 'api-no-code']);
  await put('models/code/my.py', 'content');
  const other = { ...newInference, images: 'none/**' };
  expect(await refusal('/v1/inference', 'POST', other)).toEqual([404, 'infer-no-images']);
  expect(await refusal(`/v1/inference/${id}/output`)).toEqual([409, 'infer-other-job']);
});
