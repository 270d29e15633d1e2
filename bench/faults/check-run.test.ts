import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { checkRun } from './check-run.js';

let folder: string;
const steps = (...numbers: number[]) => numbers.map((step) => `${JSON.stringify({ step })}\n`).join('');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faults-'));
  await writeFile(join(folder, 'events.jsonl'), '{"kind":"run.started"}\n');
});

/** A run of one trial, whose attempts recorded these steps. */
async function checkOf(state: string, ...attempts: string[]): Promise<ReturnType<typeof checkRun>> {
  const trials = [{ number: 1, state, ...(attempts.length > 1 && { attempt: attempts.length }) }];
  await writeFile(join(folder, 'run.json'), JSON.stringify({ trials }));
  for (const [at, results] of attempts.entries()) {
    const role = join(folder, 'trials', at === 0 ? '1' : `1.${at + 1}`, 'counter-0');
    await mkdir(role, { recursive: true });
    await writeFile(join(role, 'results.jsonl'), results);
    await writeFile(join(role, 'exit.json'), '{}');
    const times = [1, 1.1, 1.2, 1.5].map((monotonic_s) => `${JSON.stringify({ monotonic_s })}\n`);
    await writeFile(join(role, 'samples.jsonl'), times.join(''));
  }
  return checkRun(folder, { steps: 3 });
}

test('a run that is as it must be, after a lost attempt', async () => {
  expect(await checkOf('complete', steps(0, 1), steps(0, 1, 2))).toEqual({
    wrong: 0,
    doubled: 0,
    samplesLost: 2,
    unreadable: 0,
  });
});

test('a step that is missing from a complete trial, or is not of it', async () => {
  expect(await checkOf('complete', steps(0, 2, 3))).toMatchObject({ wrong: 2 });
});

test('a step that is there twice, in any attempt', async () => {
  expect(await checkOf('lost', steps(0, 1, 1))).toMatchObject({ doubled: 1, wrong: 0 });
  expect(await checkOf('complete', steps(0, 0), steps(0, 1, 2))).toMatchObject({ doubled: 1, wrong: 0 });
});

test('a complete trial without data', async () => {
  await checkOf('complete', '');
  expect(await checkOf('complete', '')).toMatchObject({ wrong: 3 });
});

test('a line of the journal that is cut', async () => {
  await writeFile(join(folder, 'events.jsonl'), '{"kind":"run.started"}\n{"kind":"tri');
  expect(await checkOf('complete', steps(0, 1, 2))).toMatchObject({ unreadable: 1 });
});
