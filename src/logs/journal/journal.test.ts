import { appendFile, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Clock } from '../../events.js';
import { Journal } from './journal.js';

const clock: Clock = { now: () => new Date('2026-11-21T12:53:01.000Z'), sleep: () => Promise.resolve() };
const folder = () => mkdtemp(join(tmpdir(), 'collab-journal-'));
const text = (run: string) => readFile(join(run, 'events.jsonl'), 'utf8');

test('writes events in call order, one per line, with their time', async () => {
  const run = await folder();
  const journal = await Journal.open(run, clock);
  await Promise.all(
    Array.from({ length: 200 }, (_, n) => journal.append({ kind: 'run.tick', n, text: 'a\nb' })),
  );
  await journal.close();
  const events = (await text(run))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { n: number });
  expect(events.map(({ n }) => n)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  expect(events[0]).toEqual({ time: '2026-11-21T12:53:01.000Z', kind: 'run.tick', n: 0, text: 'a\nb' });
});

test('an event is in the file when append resolves', async () => {
  const run = await folder();
  const journal = await Journal.open(run, clock);
  await journal.append({ kind: 'run.started' });
  expect(await text(run)).toBe('{"time":"2026-11-21T12:53:01.000Z","kind":"run.started"}\n');
  await journal.close();
});

test('a truncated journal continues with a complete line', async () => {
  const run = await folder();
  await appendFile(join(run, 'events.jsonl'), '{"kind":"run.st');
  const journal = await Journal.open(run, clock);
  await journal.append({ kind: 'run.resumed' });
  await journal.close();
  expect((await text(run)).split('\n')[1]).toBe('{"time":"2026-11-21T12:53:01.000Z","kind":"run.resumed"}');
});

test('close waits for appended events and rejects later ones', async () => {
  const run = await folder();
  const journal = await Journal.open(run, clock);
  const written = journal.append({ kind: 'run.ended' });
  await journal.close();
  await written;
  expect(await text(run)).toContain('run.ended');
  await expect(journal.append({ kind: 'late' })).rejects.toThrow('closed');
});
