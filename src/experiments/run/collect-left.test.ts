import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { connectedTo, deviceOf } from '../../../tests/fixtures/connected-device.js';
import { FakeRuntime } from '../../deployment/runtimes/fake-runtime.js';
import type { TrialRecord } from '../../logs/index.js';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { collectLeft } from './collect-left.js';

const runId = '20261121-125301-8000';
const base = `/home/pi/.collab/runs/${runId}`;
const trial = (number: number, attempt?: number): TrialRecord => ({
  number,
  parameters: {},
  repeat: 0,
  warmup: false,
  state: 'lost',
  started_at: null,
  ended_at: null,
  ...(attempt !== undefined && { attempt }),
});
const record = {
  run_id: runId,
  trials: [trial(1, 2), trial(2)],
  placement: [
    { role: 'worker', rank: 0, device: 'nano1' },
    { role: 'other', rank: 0, device: 'nano2' },
  ],
};

let folder: string;
let shell: FakeShell;
const runtime = new FakeRuntime(() => undefined);
const collect = () =>
  collectLeft({ folder, record }, { connected: connectedTo(deviceOf('nano1'), shell), runtime });
const put = (path: string, content: string) => shell.write(`${base}/${path}`, content);
const here = (path: string) => readFile(join(folder, 'trials', path), 'utf8');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'left-'));
  shell = new FakeShell();
});

test('each attempt gets what is of it, and the device keeps nothing of it', async () => {
  await put('1/worker-0/samples.jsonl', 'first\n');
  await put('1.2/worker-0/samples.jsonl', 'second\n');
  await put('1.2/worker-0/outputs/model.bin', 'model');
  expect(await collect()).toEqual([
    { trial: 1, role: 'worker', rank: 0 },
    { trial: 1, attempt: 2, role: 'worker', rank: 0 },
  ]);
  expect(await here('1/worker-0/samples.jsonl')).toBe('first\n');
  expect(await here('1.2/worker-0/samples.jsonl')).toBe('second\n');
  expect(await here('1.2/worker-0/outputs/model.bin')).toBe('model');
  expect([...shell.files.keys()]).toEqual([]);
  expect(await collect()).toEqual([]);
});

test('the log of a process that stayed is collected after those of its trials', async () => {
  await put('warm/worker-0.2/1/samples.jsonl', 'first\n');
  await put('warm/worker-0.2/stdout.log', 'imported\n');
  expect(await collect()).toEqual([{ trial: 1, role: 'worker', rank: 0 }]);
  expect(await here('1/worker-0/samples.jsonl')).toBe('first\n');
  expect(await here('../warm/worker-0.2/stdout.log')).toBe('imported\n');
  expect(await readdir(join(folder, 'warm/worker-0.2'))).toEqual(['stdout.log']);
  expect([...shell.files.keys()]).toEqual([]);
});

test('what was copied before is not there twice', async () => {
  await put('2/worker-0/results.jsonl', 'a\nb\nc\n');
  await mkdir(join(folder, 'trials/2/worker-0'), { recursive: true });
  await writeFile(join(folder, 'trials/2/worker-0/results.jsonl'), 'a\nb\n');
  await collect();
  expect(await here('2/worker-0/results.jsonl')).toBe('a\nb\nc\n');
});

test('a device that lost its last lines with its power does not take them from here', async () => {
  await put('2/worker-0/results.jsonl', 'a\n');
  await put('2/worker-0/samples.jsonl', 'other\n');
  await mkdir(join(folder, 'trials/2/worker-0'), { recursive: true });
  await writeFile(join(folder, 'trials/2/worker-0/results.jsonl'), 'a\nb\n');
  await writeFile(join(folder, 'trials/2/worker-0/samples.jsonl'), 'longer and different\n');
  await collect();
  expect(await here('2/worker-0/results.jsonl')).toBe('a\nb\n');
  expect(await here('2/worker-0/samples.jsonl')).toBe('other\n');
  expect(await readdir(join(folder, 'trials/2/worker-0'))).toEqual(['results.jsonl', 'samples.jsonl']);
});

test('names that the run does not know are left alone', async () => {
  await put('9/worker-0/stdout.log', 'x');
  await put('2/stranger-0/stdout.log', 'x');
  await put('2/other-0/stdout.log', 'x');
  expect(await collect()).toEqual([]);
  expect([...shell.files.keys()]).toHaveLength(3);
});
