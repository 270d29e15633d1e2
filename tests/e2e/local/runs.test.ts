import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { beforeAll, expect, it } from 'vitest';
import { onTerminal, keys } from '../on-terminal.js';
import { TestWorkspace } from '../workspace.js';

/** `runs`, `runs edit`, `runs remove` and `logs`, through the built command. */
const workspace = TestWorkspace.make();
const short = ['--local', '--set', 'size_bytes=64', '--set', 'messages=10', '--repeats', '2'];
const command = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

interface Listed {
  run_id: string;
  folder: string;
  name: string | null;
  tags: string[];
}
const listed = async (...args: string[]) =>
  (await workspace.result<{ runs: Listed[] }>('runs', ...args)).runs;

let [first, second] = ['', ''];
beforeAll(async () => {
  const made = async (...args: string[]) =>
    (await workspace.result<{ run_id: string }>('run', 'hello', ...short, ...args)).run_id;
  first = await made('--name', 'base', '--note', 'the fan was off', '--tag', 'paper', '--tag', 'fan');
  second = await made();
}, 60_000);

it('a run is found by its name, and its labels are where runs are shown', async () => {
  const { stdout } = await workspace.collab('show', 'base');
  expect(stdout).toContain(`hello  ${first}\n`);
  expect(stdout).toContain('\nName: base\nTags: fan, paper\nNote: the fan was off\n');
  expect((await workspace.collab('runs')).stdout).toMatch(/^RUN .* NAME  TAGS\n/);
  await workspace.result('report', 'base', '--format', 'html,csv', '--output', 'out');
  expect(readFileSync(join(workspace.folder, 'out/report.html'), 'utf8')).toContain(
    '<dd>the fan was off</dd>',
  );
  expect(readFileSync(join(workspace.folder, 'out/runs.csv'), 'utf8')).toContain(
    ',base,fan paper,the fan was off',
  );
  const bad = await workspace.collab('run', 'hello', ...short, '--name', 'a/b');
  expect(bad).toMatchObject({ code: 2 });
  expect(bad.stderr).toContain('the name: has a /');
});

it('runs are filtered, sorted and labeled afterwards', async () => {
  expect((await listed('--tag', 'paper')).map(({ run_id: id }) => id)).toEqual([first]);
  expect((await listed('hello', '--sort', 'started', '--reverse')).map(({ run_id: id }) => id)).toEqual([
    first,
    second,
  ]);
  expect(await listed('--filter', 'size_bytes=64', '--filter', 'messages>10')).toEqual([]);
  const edited = await workspace.result<Listed>('runs', 'edit', second, '--name', 'later', '--tag', 'paper');
  expect(edited).toMatchObject({ run_id: second, name: 'later', tags: ['paper'] });
  expect((await listed('--tag', 'paper')).map(({ name }) => name)).toEqual(['later', 'base']);
  const nothing = await workspace.collab('runs', 'edit', second);
  expect(nothing).toMatchObject({ code: 2 });
  const typo = await workspace.collab('runs', '--filter', 'stat=complete');
  expect(typo.code).toBe(2);
  expect(typo.stderr).toContain('Fields: run, experiment, name');
  const misplaced = await workspace.collab('runs', '--filter', 'state=failed', 'remove', first);
  expect(misplaced.code).toBe(2);
  expect(misplaced.stderr).toContain("give --filter after 'remove'");
});

it('--tag of old, which chose devices, is an error where it means nothing', async () => {
  const old = await workspace.collab('device', 'list', '--tag', 'camera');
  expect(old.code).toBe(2);
  expect(old.stderr).toContain("unknown option '--tag'");
});

it('logs prints what the roles printed', async () => {
  const { stdout, code } = await workspace.collab(
    'logs',
    'base',
    '--role',
    'client',
    '--trial',
    '1',
    '--trial',
    '2',
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/^trial 1 client-0 +\| 10 messages, .*\ntrial 2 client-0 +\| 10 messages, .*\n$/);
  const json = await workspace.collab('logs', '--json', '--role', 'server-0', '--tail', '1');
  const lines = json.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toMatchObject([
    {
      kind: 'role.printed',
      trial: 2,
      role: 'server',
      rank: 0,
      stream: 'stdout',
      lines: [expect.stringContaining('disconnected')],
    },
    { kind: 'result', run_id: second, state: 'complete' },
  ]);
  const none = await workspace.collab('logs', '--role', 'nobody');
  expect(none).toMatchObject({ code: 2 });
  expect(none.stderr).toContain('server-0, client-0');
});

it('a reader that wants no more of the logs is no error', async () => {
  const script = `"$0" "$1" logs base | head -n 1; echo "code \${PIPESTATUS[0]}"`;
  const child = spawn('bash', ['-c', script, process.execPath, command], { cwd: workspace.folder });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(stdout).toMatch(/^server-0 +\| listening on port \d+\ncode 0\n$/);
  expect(stderr).toBe('');
});

it(
  'logs --follow goes on to the end of the run, and Ctrl-C leaves the run alone',
  { timeout: 60_000 },
  async () => {
    const lasting = short.map((word) => (word === 'messages=10' ? 'messages=60' : word));
    const run = workspace.start('run', 'hello', ...lasting, '--name', 'followed');
    const ended = once(run, 'close');
    run.stdout?.resume();
    run.stderr?.resume();
    while (!existsSync(join(workspace.newestRun('hello'), 'trials')) || (await listed()).length < 3)
      await new Promise((wait) => setTimeout(wait, 50));
    const left = await onTerminal(
      workspace,
      [{ wait: 'listening', type: keys.interrupt }],
      'logs',
      'followed',
      '-f',
    );
    expect(left.code).toBe(130);
    expect(left.stdout).toContain('The run is not affected.');
    const removed = await workspace.collab('runs', 'remove', 'followed', '--yes');
    expect(removed.code).toBe(5);
    expect(removed.stderr).toContain('is under way');
    const { stdout } = await workspace.collab('logs', 'followed', '--follow');
    // Both roles print when they end, at about the same time.
    const last = stdout.trimEnd().split('\n').slice(-2);
    expect(last).toContainEqual(expect.stringMatching(/^trial 2 client-0 +\| 60 messages, /));
    expect(last).toContainEqual(
      expect.stringMatching(/^trial 2 server-0 +\| the client disconnected after 60 /),
    );
    expect((await ended)[0]).toBe(0);
  },
);

it('removes runs after a question, with what only they used', { timeout: 60_000 }, async () => {
  const dry = await workspace.collab('runs', 'remove', 'base', '--dry-run');
  expect(dry.stderr).toContain(first);
  expect((await listed()).length).toBe(3);
  const asked = await workspace.collab('runs', 'remove', 'base');
  expect(asked).toMatchObject({ code: 2 });
  expect(asked.stderr).toContain('--yes');
  const no = await onTerminal(
    workspace,
    [{ wait: 'for good?', type: `n${keys.enter}` }],
    'runs',
    'remove',
    'base',
  );
  expect(no).toMatchObject({ code: 0 });
  const stopped = await onTerminal(
    workspace,
    [{ wait: 'for good?', type: keys.interrupt }],
    'runs',
    'remove',
    'base',
  );
  expect(stopped).toMatchObject({ code: 130 });
  expect((await listed()).length).toBe(3);
  const yes = await onTerminal(
    workspace,
    [{ wait: 'for good?', type: `y${keys.enter}` }],
    'runs',
    'remove',
    'base',
  );
  expect(yes.stdout).toContain('Removed 1 run');
  expect((await listed()).map(({ name }) => name)).toEqual(['followed', 'later']);
  const none = await workspace.collab('runs', 'remove');
  expect(none).toMatchObject({ code: 2 });
  const young = await workspace.result<{ removed: { runs: [] } }>(
    'runs',
    'remove',
    '--older-than',
    '30d',
    '--yes',
  );
  expect(young.removed.runs).toEqual([]);
});

it('a folder that must not be written to keeps its runs whole', async () => {
  const logs = join(workspace.folder, 'Logs');
  chmodSync(workspace.folder, 0o755);
  chmodSync(logs, 0o555);
  try {
    // root may write everywhere.
    const other = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const child = spawn(process.execPath, [command, 'runs', 'remove', 'later', '--yes'], {
      cwd: workspace.folder,
      ...other,
    });
    const [said] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect(child.exitCode).toBe(1);
    expect(said).toContain('permission');
    expect((await listed()).map(({ name }) => name)).toEqual(['followed', 'later']);
  } finally {
    chmodSync(logs, 0o755);
  }
});

it('a removal that is killed while it deletes leaves no run by half', { timeout: 60_000 }, async () => {
  const run = (await listed('--filter', 'name=later'))[0];
  const folder = run?.folder ?? '';
  const many = join(folder, 'trials/1/client-0/outputs/many');
  mkdirSync(many, { recursive: true });
  for (let at = 0; at < 20_000; at += 1) writeFileSync(join(many, `${at}`), '');
  const removing = workspace.start('runs', 'remove', 'later', '--yes');
  const over = once(removing, 'close');
  while (removing.exitCode === null && existsSync(folder)) await new Promise((wait) => setImmediate(wait));
  removing.kill('SIGKILL');
  await over;
  const ids = (await listed()).map(({ run_id: id }) => id);
  expect(ids).not.toContain(second);
  const ended = await workspace.collab('runs', 'remove', '--filter', 'experiment=hello', '--yes');
  expect(ended.code).toBe(0);
  expect(readdirSync(join(workspace.folder, 'Logs')).sort()).toEqual(['.experiments', '.images']);
  expect(readdirSync(join(workspace.folder, 'Logs/.experiments'))).toEqual([]);
  expect(basename(folder)).toBe(second);
});
