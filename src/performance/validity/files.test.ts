import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { boards, sampled, textsOf } from '../../../tests/fixtures/judged-run.js';
import { onlyClient } from '../../../tests/fixtures/performance-bed.js';
import {
  completeRole,
  exitOf,
  lines,
  loadOf,
  RunFolder,
  runOf,
  sealed,
  trial,
} from '../../../tests/fixtures/run-folder.js';
import { Performance } from '../opening/index.js';
import { validityOf } from '../opening/cached-verdict.js';

const results = lines([1, 2, 3, 4].map((total_ms) => ({ total_ms })));

/** A valid run of five repeats; gives the folder of the client in trial 3, whose files the wrapper has counted. */
async function runWith(exit: Record<string, unknown> = {}): Promise<{ run: string; role: string }> {
  const trials = [1, 2, 3, 4, 5].map((number) => trial(number));
  const definition = { samplingS: 0.1 };
  const folder = await RunFolder.make(
    runOf({
      placement: onlyClient,
      trials,
      devices: boards({}, {}),
      experiment: { name: 'x', id: '', definition },
    }),
  );
  const own = JSON.stringify(exitOf({ missed_samples: 0, device_load: loadOf(), ...exit }));
  const texts = sealed({
    ...completeRole({ exit: own, samples: sampled({}) }),
    results,
    stdout: 'one\ntwo\n',
    stderr: '',
    processes: '',
  });
  let role = '';
  for (const { number } of trials) {
    const path = await folder.role(number, 'client', texts);
    if (number === 3) role = path;
  }
  return { run: folder.path, role };
}

test('the files as the wrapper left them are no reason for doubt', async () => {
  const { run } = await runWith();
  expect((await Performance.open(run)).validity).toEqual({ verdict: 'VALID', findings: [] });
});

describe('a file that is not as its role left it makes the run doubtful', () => {
  test.each<[string, string, (path: string) => Promise<void>, RegExp]>([
    ['deleted', 'results.jsonl', (path) => rm(path), /results\.jsonl is missing \(4 lines\)/],
    ['an empty log that is deleted', 'stderr.log', (path) => rm(path), /stderr\.log is missing \(0 lines\)/],
    [
      'cut at the end of a line',
      'results.jsonl',
      async (path) =>
        writeFile(path, (await readFile(path, 'utf8')).split('\n').slice(0, 2).join('\n') + '\n'),
      /results\.jsonl has 2 instead of 4 lines \(30 instead of 60 bytes\)/,
    ],
    [
      'doubled',
      'samples.jsonl',
      async (path) => appendFile(path, await readFile(path)),
      /samples\.jsonl has 12 instead of 6 lines/,
    ],
    [
      'with one line twice',
      'results.jsonl',
      (path) => appendFile(path, '{"total_ms":4}\n'),
      /results\.jsonl has 5 instead of 4 lines/,
    ],
    [
      'with one line in place of another of the same length',
      'results.jsonl',
      async (path) => writeFile(path, (await readFile(path, 'utf8')).replace('3', '4')),
      /results\.jsonl was changed after the role had ended/,
    ],
    [
      'added',
      'spans.jsonl',
      (path) => writeFile(path, ''),
      /spans\.jsonl was added after the role had ended/,
    ],
    [
      'a log of the role that is cut',
      'stdout.log',
      (path) => writeFile(path, 'one\n'),
      /stdout\.log has 1 instead of 2 lines/,
    ],
  ])('%s', async (_, name, change, expected) => {
    const { run, role } = await runWith();
    await change(join(role, name));
    const { validity } = await Performance.open(run);
    expect(validity.verdict).toBe('DOUBTFUL');
    expect(textsOf(validity, 'doubt').join('\n')).toMatch(expected);
    expect(textsOf(validity, 'doubt').join('\n')).toContain(
      'files whole: Files are not as their role left them: trial 3, client-0',
    );
    expect((await validityOf(run))?.verdict).toBe('DOUBTFUL');
  });

  test('an output of another size', async () => {
    const { run, role } = await runWith({
      outputs: { files: 1, bytes: 7, listed: { 'model.bin': 7 } },
    });
    const { validity } = await Performance.open(run);
    expect(textsOf(validity, 'doubt').join('\n')).toMatch(
      /trial 3, client-0: outputs\/model\.bin is missing/,
    );
    expect(role).toContain('trials/3');
  });
});

describe('what cannot be compared is said, and is no doubt', () => {
  test('a run of an older version', async () => {
    const { run, role } = await runWith();
    const exit = JSON.parse(await readFile(join(role, 'exit.json'), 'utf8')) as Record<string, unknown>;
    await writeFile(join(role, 'exit.json'), JSON.stringify({ ...exit, files: undefined }));
    const { validity } = await Performance.open(run);
    expect(validity.verdict).toBe('VALID');
    expect(textsOf(validity, 'remark')).toEqual([
      'files whole: Could not check whether all files are complete (exit.json does not have their sizes): trial 3, client-0.',
    ]);
  });

  test('a file that a process of the role may have written on', async () => {
    const unsure = '1 process of the role could not be ended and may still be writing';
    const { run, role } = await runWith({ files_unsure: unsure });
    await appendFile(join(role, 'stdout.log'), 'three\n');
    const { validity } = await Performance.open(run);
    expect(validity.verdict).toBe('VALID');
    expect(textsOf(validity, 'remark').join('\n')).toContain(unsure);
  });

  test('a trial that runs is not compared: its files are still being copied', async () => {
    const { run, role } = await runWith();
    await rm(join(role, 'results.jsonl'));
    const record = JSON.parse(await readFile(join(run, 'run.json'), 'utf8')) as {
      trials: { number: number }[];
    };
    const trials = record.trials.map((one) => (one.number === 3 ? { ...one, state: 'running' } : one));
    await writeFile(join(run, 'run.json'), JSON.stringify({ ...record, state: 'running', trials }));
    const { validity } = await Performance.open(run);
    expect(textsOf(validity, 'doubt').join('\n')).not.toContain('files whole');
  });
});
