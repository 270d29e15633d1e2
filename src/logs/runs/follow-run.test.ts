import { appendFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { systemClock, type AnyEvent } from '../../events.js';
import { followRun } from './follow-run.js';
import { roleFolder } from '../records/index.js';

let folder: string;
const about = { trial: 1, role: 'client', rank: 0, device: 'nano1' };
const tell = (event: AnyEvent) =>
  appendFile(
    join(folder, 'events.jsonl'),
    `${JSON.stringify({ time: '2026-11-21T12:00:00.000Z', ...event })}\n`,
  );

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-'));
  await mkdir(roleFolder(folder, { trial: 1 }, 'client', 0), { recursive: true });
});

it('yields past events, then new ones as they arrive, until the run ends', async () => {
  await tell({ kind: 'run.started' });
  await tell({ kind: 'role.starting', ...about });
  const role = roleFolder(folder, { trial: 1 }, 'client', 0);
  await writeFile(
    join(role, 'samples.jsonl'),
    '{"monotonic_s":1,"cpu_percent":5}\n{"monotonic_s":2,"cpu_percent":7}\n{"mono',
  );
  await writeFile(join(role, 'stdout.log'), 'hello\n\nworld\nhalf');
  const seen: AnyEvent[] = [];
  for await (const event of followRun(folder, systemClock, new AbortController().signal)) {
    seen.push(event);
    if (event.kind === 'role.printed') {
      await tell({ kind: 'role.ended', ...about, code: 0 });
      await tell({ kind: 'run.ended' });
    }
  }
  expect(seen.map(({ kind }) => kind)).toEqual([
    'run.started',
    'role.starting',
    'role.sampled',
    'role.printed',
    'role.ended',
    'run.ended',
  ]);
  expect(seen[2]).toEqual({ kind: 'role.sampled', ...about, monotonic_s: 2, metrics: { cpu_percent: 7 } });
  expect(seen[3]).toEqual({ kind: 'role.printed', ...about, stream: 'stdout', lines: ['hello', 'world'] });
});

it('stops on abort where it cannot be known whether the controller is still there', async () => {
  await tell({ kind: 'run.started' });
  const stop = new AbortController();
  const seen: string[] = [];
  for await (const { kind } of followRun(folder, systemClock, stop.signal)) {
    seen.push(kind);
    stop.abort();
  }
  expect(seen).toEqual(['run.started']);
});

it('goes on after the end of a run that was resumed', async () => {
  for (const kind of ['run.started', 'run.ended', 'run.resumed', 'run.ended']) await tell({ kind });
  const seen: string[] = [];
  for await (const { kind } of followRun(folder, systemClock, new AbortController().signal)) seen.push(kind);
  expect(seen).toEqual(['run.started', 'run.ended', 'run.resumed', 'run.ended']);
});
