import { beforeAll, describe, expect, it } from 'vitest';
import { unpainted } from '../../../src/cli/text/paint.js';
import { textWidth } from '../../../src/cli/text/text-width.js';
import { onTerminalWith } from '../on-terminal.js';
import { TestWorkspace } from '../workspace.js';

const workspace = TestWorkspace.make();
const quick = ['run', 'hello', '--local', '--set', 'size_bytes=64', '--set', 'messages=2', '--repeats', '1'];
const commands = [
  ['runs'],
  ['show'],
  ['show', '--provenance'],
  ['experiments'],
  ['run', 'hello', '--local', '--dry-run'],
  ['validate', 'broken'],
  ['show', 'nothing'],
  ['run', '--help'],
];
const shown = async (variables: Record<string, string>, ...args: string[]) =>
  (await onTerminalWith(variables, workspace, [], ...args)).stdout.replaceAll('\r', '');

beforeAll(async () => {
  expect(await workspace.collab(...quick)).toMatchObject({ code: 0 });
}, 60_000);

describe.each([80, 40])('on a terminal of %i columns', (columns) => {
  it.each(commands)('%s %s %s %s has no wider line', { timeout: 60_000 }, async (...args) => {
    const lines = unpainted(await shown({ TERMINAL_COLUMNS: String(columns) }, ...args)).split('\n');
    expect(lines.length).toBeGreaterThan(2);
    // A path is not broken, so that it can be copied.
    const wide = lines.filter((line) => textWidth(line) > columns && line.trim().includes(' '));
    expect(wide).toEqual([]);
  });
});

it(
  'has color for verdicts, states and errors, and none where it is not wanted',
  { timeout: 60_000 },
  async () => {
    expect(await shown({}, 'show')).toMatch(/^.*\n\x1b\[32mcomplete\x1b\[39m, started/);
    expect(await shown({}, 'show', 'nothing')).toContain('\x1b[31merror\x1b[39m: ');
    expect(await shown({ NO_COLOR: '1' }, 'show')).not.toContain('\x1b');
    expect(await shown({ NO_COLOR: '1' }, 'show', 'nothing')).not.toMatch(/\x1b\[\d*m/);
    for (const args of [['show'], ['show', 'nothing'], ['experiments']])
      expect(await shown({ TERM: 'dumb' }, ...args)).not.toContain('\x1b');
  },
);

it(
  'a run tells its time from the first trial on, and in the title of the terminal',
  { timeout: 60_000 },
  async () => {
    const seen = await shown({}, ...quick);
    // The run before tells how long a trial takes.
    expect(seen).toMatch(/Trial 1 of 1 \S+ \d+ %, 0:0\d so far, about 0:0\d left/);
    expect(seen).toMatch(
      /\x1b\[22;0t\x1b\]0;collab: hello\x07[^]*\x1b\]0;collab: hello 1\/1\x07[^]*\x1b\[23;0t/,
    );
    expect(seen).toMatch(/Run \x1b\[32mcomplete\x1b\[39m after/);
    expect(await shown({ TERM: 'dumb' }, ...quick)).not.toMatch(/[\x1b\x07]/);
  },
);
