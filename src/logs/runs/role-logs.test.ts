import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RunFolder, runOf, trial } from '../../../tests/fixtures/run-folder.js';
import { systemClock } from '../../events.js';
import { roleFolder, type RunRecord } from '../records/index.js';
import type { LogChoice, LogLines } from './log-choice.js';
import { LogTail } from './log-tail.js';
import { followLogs, readLogs } from './role-logs.js';
import { thisController } from './controller.js';

const both = { streams: ['stdout', 'stderr'] } as const;

async function log(folder: string, number: number, name: string, file: string, text: string) {
  const [role = '', rank = '0'] = name.split('-');
  const there = roleFolder(folder, { trial: number }, role, Number(rank));
  await mkdir(there, { recursive: true });
  await appendFile(join(there, file), text);
}

async function printed(all: AsyncIterable<LogLines>): Promise<string[]> {
  const lines: string[] = [];
  for await (const { trial: of, role, rank, stream, bytes } of all)
    lines.push(
      ...bytes
        .toString()
        .split('\n')
        .map((line) => `${of} ${role}-${rank} ${stream}: ${line}`),
    );
  return lines;
}

async function twoTrials(): Promise<{ folder: string; record: RunRecord }> {
  const begun = (number: number) => trial(number, { started_at: `2026-11-21T12:5${number}:00.000Z` });
  const record = runOf({ trials: [begun(1), begun(2), trial(3, { state: 'pending', started_at: null })] });
  const { path: folder } = await RunFolder.make(record);
  for (const number of [1, 2]) {
    await log(folder, number, 'server-0', 'stdout.log', `s${number}\n\nend`);
    await log(folder, number, 'client-0', 'stdout.log', `c${number}\n`);
    await log(folder, number, 'client-0', 'stderr.log', `e${number}\n`);
  }
  return { folder, record };
}

test.each<[Partial<LogChoice>, string[]]>([
  [
    {},
    [
      '2 server-0 stdout: s2',
      '2 server-0 stdout: ',
      '2 server-0 stdout: end',
      '2 client-0 stdout: c2',
      '2 client-0 stderr: e2',
    ],
  ],
  [{ roles: ['client-0'], streams: ['stderr'] }, ['2 client-0 stderr: e2']],
  [
    { trials: [1, 2], roles: ['client'], streams: ['stdout'] },
    ['1 client-0 stdout: c1', '2 client-0 stdout: c2'],
  ],
  [{ roles: ['server'], tail: 2 }, ['2 server-0 stdout: ', '2 server-0 stdout: end']],
])('reads %j', async (choice, expected) => {
  const { folder, record } = await twoTrials();
  expect(await printed(readLogs(folder, record, { ...both, ...choice }))).toEqual(expected);
});

test.each<[Partial<LogChoice>, string]>([
  [{ trials: [3] }, 'no-such-trial'],
  [{ trials: [9] }, 'no-such-trial'],
  [{ roles: ['serve'] }, 'no-such-role'],
])('%j is an error with a name', async (choice, name) => {
  const { folder, record } = await twoTrials();
  await expect(printed(readLogs(folder, record, { ...both, ...choice }))).rejects.toMatchObject({ name });
});

test.each([0, 1, 3, 20_000, 100_000])(
  'the last %d lines of a file that is longer than one read',
  async (last) => {
    const { path: folder } = await RunFolder.make(runOf());
    const path = join(folder, 'a.log');
    const all = Array.from({ length: 30_000 }, (_, at) => `line ${at}`);
    await writeFile(path, `${all.join('\n')}\n`);
    const seen: string[] = [];
    for await (const bytes of new LogTail(path, last).next(true)) seen.push(...bytes.toString().split('\n'));
    expect(seen).toEqual(last === 0 ? [] : all.slice(-last));
  },
);

test('a line that grows comes once, when it is whole, or when nothing more will come', async () => {
  const { path: folder } = await RunFolder.make(runOf());
  const path = join(folder, 'a.log');
  const tail = new LogTail(path);
  const next = async (final: boolean) => {
    const seen: string[] = [];
    for await (const bytes of tail.next(final)) seen.push(bytes.toString());
    return seen;
  };
  expect(await next(false)).toEqual([]);
  await appendFile(path, 'one\ntw');
  expect(await next(false)).toEqual(['one']);
  await appendFile(path, 'o\nthree');
  expect(await next(false)).toEqual(['two']);
  expect(await next(true)).toEqual(['three']);
  expect(await next(true)).toEqual([]);
});

test('follows the trial that runs and those after it to the end of the run, and leaves no line out', async () => {
  const record = runOf({ state: 'running', ended_at: null, controller: await thisController() });
  const { path: folder } = await RunFolder.make(record);
  const journal = (...events: object[]) =>
    appendFile(
      join(folder, 'events.jsonl'),
      events.map((event) => `${JSON.stringify({ time: '2026-11-21T12:53:01.000Z', ...event })}\n`).join(''),
    );
  const started = (number: number) => [
    { kind: 'trial.started', trial: number, of: 3, parameters: {}, repeat: 0, warmup: false },
    { kind: 'role.starting', trial: number, role: 'client', rank: 0, device: 'nano2' },
  ];
  const ended = (number: number) => ({ kind: 'trial.ended', trial: number, of: 3, state: 'complete' });
  await journal(...started(1), ended(1), ...started(2));
  await log(folder, 1, 'client-0', 'stdout.log', 'old\n');
  await log(folder, 2, 'client-0', 'stdout.log', 'a\nb\n');
  const seen: string[] = [];
  const stop = new AbortController();
  for await (const { trial: of, bytes } of followLogs(
    folder,
    { ...both, tail: 1 },
    systemClock,
    stop.signal,
  )) {
    seen.push(
      ...bytes
        .toString()
        .split('\n')
        .map((line) => `${of} ${line}`),
    );
    if (seen.length === 1) {
      await log(folder, 2, 'client-0', 'stdout.log', 'c\nd');
      await log(folder, 3, 'client-0', 'stderr.log', 'e\n');
      await journal(ended(2), ...started(3), ended(3), { kind: 'run.ended', state: 'complete' });
    }
  }
  expect(seen).toEqual(['2 b', '2 c', '2 d', '3 e']);
});
