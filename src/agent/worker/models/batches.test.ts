import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProcessWorker } from '../../../../tests/fixtures/process-worker.js';
import { jobId, type WorkLeader } from '../../../../tests/fixtures/work-leader.js';
import type { InferenceModel } from '../../../fleet/index.js';

/** Says which process looked at which images, and what was in them. */
const serve = `import collab, json, os, sys, time
if 'broken.py:load' in sys.argv:
    sys.exit('there are no weights')
for trial in collab.trials():
    folder = collab.data('batches') / trial.parameters['batch']
    for one in json.loads((folder / 'batch.json').read_text())['images']:
        text = (folder / one['file']).read_text()
        if text == 'poison':
            os._exit(9)
        time.sleep(0.05)
        collab.record(index=one['index'], image=one['image'], text=text, pid=os.getpid())
`;

const model: InferenceModel = {
  name: 'toy',
  key: '0123456789abcdef',
  kind: 'classify',
  loader: 'toy.py:load',
  width: 8,
  height: 8,
  weights: null,
  classes: null,
};

let worker: ProcessWorker;
let leader: WorkLeader;

beforeEach(async () => {
  worker = await ProcessWorker.start(1);
  ({ leader } = worker);
  leader.isGenerous = true;
  await worker.put('files/model/serve.py', serve);
  await worker.put('files/inference.json', '{"pictures": false}');
  const lines = Array.from({ length: 6 }, (_, at) => ({ image: `a/${at}.png`, file: `images/a/${at}.png` }));
  await worker.put('files/images.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  for (const { file } of lines) await worker.put(file, `content of ${file}`);
});
afterEach(() => worker[Symbol.asyncDispose]());

const give = (task: number, change: Partial<InferenceModel> = {}, attempt = 1) =>
  leader.give(['collab-infer', 'toy'], {
    task,
    attempt,
    model: { ...model, ...change },
    parameters: { first_image: task * 2, images: 2 },
  });

async function rows(trial: string): Promise<Record<string, unknown>[]> {
  const text = (await worker.left(trial))['results.jsonl'] ?? '';
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('one process takes batch after batch, each measured and kept as a task', async () => {
  const given = [await give(0), await give(1), await give(2)];
  for (const one of given) {
    const end = await leader.endOf(one);
    expect(end, end.last_lines).toMatchObject({ outcome: 'done', code: 0 });
    expect(end.processing_s).toBeGreaterThan(0.09);
    expect(end.processing_s).toBeLessThan(3);
  }
  const all = [...(await rows('1')), ...(await rows('2')), ...(await rows('3'))];
  expect(JSON.stringify(all)).toContain('content of images/a/5.png');
  const pids = new Set(JSON.stringify(all).match(/"pid":\d+/g));
  expect(pids.size).toBe(1);
  expect(Object.keys(await worker.left('2'))).toEqual(
    expect.arrayContaining(['exit.json', 'results.jsonl', 'role.json', 'samples.jsonl']),
  );
  // The images of a batch do not stay.
  const [run = ''] = readdirSync(join(worker.state, 'models')).filter((name) => name.startsWith('model-'));
  await leader.until(() => readdirSync(join(worker.state, 'models', run, 'batches')).length === 0);
  await worker.end();
  expect(existsSync(join(worker.state, 'models', run))).toBe(false);
  expect(worker.log).toEqual([]);
});

test('a process that dies fails its batch with the reason, and the next batch has a new one', async () => {
  await worker.put('images/a/2.png', 'poison');
  const [good, bad] = [await give(0), await give(1)];
  expect(await leader.endOf(good)).toMatchObject({ outcome: 'done' });
  const end = await leader.endOf(bad);
  expect(end.outcome).toBe('failed');
  expect(end.reason).toContain('9');
  expect(await leader.endOf(await give(2))).toMatchObject({ outcome: 'done', reason: null });
});

test('a model that cannot be loaded says why', async () => {
  const end = await leader.endOf(await give(0, { loader: 'broken.py:load' }));
  expect(end.outcome).toBe('failed');
  expect(end.reason).toContain('there are no weights');
});

test('images that are not in the store fail the batch before it is its turn', async () => {
  const store = await worker.store();
  await store.remove(`jobs/${jobId}/images/a/3.png`);
  const end = await leader.endOf(await give(1));
  expect(end.outcome).toBe('failed');
  expect(end.reason).toContain('3.png');
});
