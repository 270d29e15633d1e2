import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { onTerminal } from '../on-terminal.js';
import { TestWorkspace } from '../workspace.js';

const workspace = TestWorkspace.make();
const short = ['--local', '--set', 'size_bytes=64', '--set', 'messages=10', '--repeats', '2'];

it('watches a running run from another terminal to its end', { timeout: 60_000 }, async () => {
  const run = workspace.start('run', 'hello', ...short);
  const ended = once(run, 'close');
  run.stdout?.resume();
  run.stderr?.resume();
  while (!existsSync(join(workspace.folder, 'Logs/hello'))) await new Promise((wait) => setTimeout(wait, 50));
  const watching = workspace.start('watch', '--json');
  const lines = (await text(watching.stdout ?? process.stdin)).trim().split('\n');
  const events = lines.map(
    (line) => JSON.parse(line) as { kind: string; metrics?: object; lines?: string[] },
  );
  const kinds = events.map(({ kind }) => kind);
  expect(kinds[0]).toBe('run.started');
  expect(kinds.slice(-2)).toEqual(['run.ended', 'result']);
  expect(events.find(({ kind }) => kind === 'role.sampled')?.metrics).toHaveProperty('memory_bytes');
  expect(events.flatMap(({ lines: printed }) => printed ?? []).join('\n')).toContain('listening on port');
  expect((await ended)[0]).toBe(0);
});

it(
  'on a terminal, a run shows its progress and the resource use of its roles',
  { timeout: 60_000 },
  async () => {
    // Logs are read once a second, so a trial must last longer to be seen at work.
    const lasting = short.map((word) => (word === 'messages=10' ? 'messages=60' : word));
    const { stdout: seen } = await onTerminal(workspace, [], 'run', 'hello', ...lasting);
    expect(seen).toContain('Trial 1 of 2');
    expect(seen).toMatch(/server-0 on \S+ ready .*mem .*[▁-█]+ [\d.]+ MB/);
    expect(seen).toContain('| listening on port');
    expect(seen).toMatch(/about \d:\d\d left/);
  },
);
