import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { keys, onTerminal } from '../e2e/on-terminal.js';
import { TestWorkspace } from '../e2e/workspace.js';
import { makeAccount, type Account } from './account.js';
import { startSshd, type Sshd } from './sshd.js';

let account: Account;
/** Two that take a password, and one that takes keys only. */
let sshds: Sshd[];
let workspace: TestWorkspace;

beforeAll(async () => {
  account = makeAccount();
  const noPassword = account.sshdLines.map((line) =>
    line.replace(/^(PasswordAuthentication|KbdInteractiveAuthentication) yes/, '$1 no'),
  );
  sshds = [
    await startSshd([...account.sshdLines]),
    await startSshd([...account.sshdLines]),
    await startSshd(noPassword),
  ];
});
afterAll(() => {
  for (const sshd of sshds) sshd.stop();
  account.remove();
});
beforeEach(() => {
  workspace = new TestWorkspace(mkdtempSync(join(tmpdir(), 'collab-passwords-')));
  mkdirSync(join(workspace.folder, 'TestCases'));
  mkdirSync(join(workspace.folder, 'Logs'));
});
afterEach(() => {
  rmSync(workspace.folder, { recursive: true });
  rmSync(join(account.home, '.ssh'), { recursive: true, force: true });
});

const places = () => sshds.map(({ port }) => `${account.user}@127.0.0.1:${port}`);

it('a password is asked for once for all devices that want one, and not for one that takes keys only', async () => {
  const [one = '', two = '', three = ''] = places();
  const ended = await onTerminal(
    workspace,
    [
      { wait: 'Trust these 3 host keys', type: keys.enter },
      { wait: `Password of ${one}, ${two} (`, type: account.password + keys.enter },
    ],
    'setup',
    '--lan',
    'shelf',
    '--no-fix',
    '--device',
    one,
    '--device',
    two,
    '--device',
    three,
  );
  expect(ended.stdout).not.toContain(account.password.slice(0, 10));
  expect(ended.stdout.match(/the\s+password\s+is\s+forgotten/g)).toHaveLength(2);
  expect(ended.stdout).toMatch(/takes\s+keys\s+only,\s+so\s+no\s+password\s+was\s+asked\s+for/);
  expect(ended.code, ended.stdout).toBe(4);
  const saved = readFileSync(join(workspace.folder, '.collab/lans/shelf.json'), 'utf8');
  expect((JSON.parse(saved) as { devices: unknown[] }).devices).toHaveLength(2);
});

it('an empty answer asks for each, and so does a password that is refused', async () => {
  const [one = '', two = ''] = places();
  const ended = await onTerminal(
    workspace,
    [
      { wait: 'Trust these 2 host keys', type: keys.enter },
      { wait: 'empty to be asked for each', type: keys.enter },
      { wait: `Password of ${one} (No key is accepted`, type: `wrong${keys.enter}` },
      { wait: `Password of ${one} (Try again`, type: keys.enter },
      { wait: `Password of ${two} (No key is accepted`, type: account.password + keys.enter },
    ],
    'setup',
    '--lan',
    'shelf',
    '--no-fix',
    '--device',
    one,
    '--device',
    two,
  );
  expect(ended.code, ended.stdout).toBe(4);
  expect(ended.stdout.match(/the\s+password\s+is\s+forgotten/g)).toHaveLength(1);
});
