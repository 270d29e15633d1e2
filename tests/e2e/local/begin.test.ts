import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keys, onTerminal } from '../on-terminal.js';
import { TestWorkspace } from '../workspace.js';

const menu = 'What do you want to do?';

it('in an empty folder and without a terminal, every command says how to begin', async () => {
  const empty = new TestWorkspace();
  for (const words of [[], ['runs'], ['new', 'mine'], ['run', 'hello', '--local']]) {
    const { code, stdout, stderr } = await empty.collab(...words);
    expect({ code, stdout }, words.join(' ')).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('next:  Make one here: collab init.');
  }
  expect(readdirSync(empty.folder)).toEqual([]);
});

it('init makes a workspace, in which collab without arguments prints its help', async () => {
  const empty = new TestWorkspace();
  const made = await empty.result<{ existed: boolean; made: string[] }>('init');
  expect(made).toMatchObject({ existed: false, made: ['README.md', 'Logs/.gitignore', 'TestCases/hello/'] });
  const again = await empty.collab('init');
  expect(again.stdout).toContain(`${empty.folder} is a workspace already.`);
  expect((await empty.collab()).stdout).toContain('Usage: collab');
  const inside = await empty.collab('init', 'TestCases/sub');
  expect(inside.code).toBe(2);
  expect(inside.stderr).toContain('collab init --force');
});

it('the menu of an empty folder says what collab is, and makes a workspace', async () => {
  const empty = new TestWorkspace();
  const ended = await onTerminal(empty, [{ wait: menu, type: keys.enter }]);
  expect(ended.code, ended.stdout).toBe(0);
  expect(ended.stdout).toContain('collab runs repeatable DNN experiments');
  expect(ended.stdout).toContain('> collab init\r\n');
  expect(existsSync(join(empty.folder, 'TestCases/hello/experiment.yaml'))).toBe(true);
  const next = await onTerminal(empty, [{ wait: menu, type: keys.interrupt }]);
  expect(next.stdout).toContain('Run hello on this machine');
});

it('new asks before it makes a workspace; no leaves the folder empty', async () => {
  const empty = new TestWorkspace();
  const no = await onTerminal(empty, [{ wait: 'Make one here?', type: `n${keys.enter}` }], 'new', 'mine');
  expect(no.code, no.stdout).toBe(2);
  expect(readdirSync(empty.folder)).toEqual([]);
  const yes = await onTerminal(empty, [{ wait: 'Make one here?', type: keys.enter }], 'new', 'mine');
  expect(yes.code, yes.stdout).toBe(0);
  expect(readdirSync(join(empty.folder, 'TestCases')).sort()).toEqual(['hello', 'mine']);
});

it('docs lists the pages and prints one, outside a workspace too', async () => {
  const empty = new TestWorkspace();
  const { folder, pages } = await empty.result<{ folder: string; pages: { name: string }[] }>('docs');
  expect(pages.map(({ name }) => `${name}.md`)).toEqual(
    readdirSync(folder).filter((one) => one.endsWith('.md')),
  );
  expect((await empty.collab('docs', 'own-boards')).stdout).toMatch(/^# /);
  expect(await empty.collab('docs', 'nope')).toMatchObject({ code: 2 });
});
