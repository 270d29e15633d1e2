import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeKeyPair } from '../../src/network/index.js';
import { connectSsh, type SshOptions } from '../../src/network/ssh/client.js';
import type { SshShell } from '../../src/network/ssh/ssh-shell.js';
import { failure, startSshd, type Sshd } from './sshd.js';

let sshd: Sshd;
let agentSocket: string;
let agentPid: number;
const open: SshShell[] = [];
const agentKeys = ['one', 'two', 'three', 'four', 'five'];

beforeAll(async () => {
  sshd = await startSshd(['MaxAuthTries 3', 'LogLevel DEBUG1']);
  agentSocket = join(sshd.folder, 'agent');
  const started = execFileSync('ssh-agent', ['-s', '-a', agentSocket]).toString();
  agentPid = Number(/SSH_AGENT_PID=(\d+)/.exec(started)?.[1]);
  for (const name of [...agentKeys, 'own']) await makeKeyPair(join(sshd.folder, name), `${name}@desk`);
  for (const name of agentKeys) add(name);
});
afterEach(() => open.splice(0).forEach((shell) => shell.close()));
afterAll(() => {
  process.kill(agentPid);
  sshd.stop();
});

const inFolder = (name: string) => join(sshd.folder, name);
function add(name: string): void {
  execFileSync('ssh-add', ['-q', inFolder(name)], {
    env: { ...process.env, SSH_AUTH_SOCK: agentSocket },
    stdio: 'ignore',
  });
}
function authorize(name: string): void {
  appendFileSync(inFolder('authorized_keys'), readFileSync(inFolder(`${name}.pub`)));
}
/** Without a named key; none of this user's own keys is tried. */
const options = (changed: Partial<SshOptions> = {}) =>
  sshd.options({ keyPath: null, identities: [], agentSocket, ...changed });
async function connected(changed?: Partial<SshOptions>): Promise<SshShell> {
  const shell = await connectSsh(options(changed));
  open.push(shell);
  return shell;
}
const since = (before: number) => sshd.log().slice(before);

describe('a server that takes three keys at a login', () => {
  it('is offered all others over further connections; the error lists them, and no other', async () => {
    const before = sshd.log().length;
    const error = await failure(connected());
    expect(error).toMatchObject({ name: 'key-refused', exitCode: 4 });
    const names = agentKeys.map((name) => `${name}@desk \\(SHA256:\\S+\\) of the ssh agent at \\S+`);
    expect(error.why).toMatch(new RegExp(`^Offered: ${names.join(', ')}\\. The server said: `));
    expect(error.why).not.toContain('Not offered');
    expect(since(before).match(/^Connection from /gm)).toHaveLength(2);
  });

  it('lets in the fifth key', async () => {
    authorize('five');
    const shell = await connected();
    expect((await shell.exec(['echo', 'in'])).stdout).toBe('in\n');
    expect(shell.key?.name).toContain('five@desk');
  });

  it("is offered the workspace's own key before those of the agent", async () => {
    authorize('own');
    const before = sshd.log().length;
    const shell = await connected({ ownKeyPath: inFolder('own') });
    expect(shell.key?.name).toBe(inFolder('own'));
    expect(since(before).match(/^Connection from /gm)).toHaveLength(1);
    expect(since(before)).not.toContain('Failed publickey');
  });
});

it('what is no key is not said to be offered, nor an agent that does not answer', async () => {
  const broken = inFolder('broken');
  writeFileSync(broken, '-----BEGIN PRIVATE KEY-----\nno key\n-----END PRIVATE KEY-----\n');
  const gone = inFolder('gone');
  const identities = [broken, inFolder('stranger')];
  await makeKeyPair(inFolder('stranger'), '');
  const error = await failure(connected({ identities, agentSocket: gone }));
  expect(error.why).toContain(`Offered: ${inFolder('stranger')}. The server said: `);
  expect(error.why).toContain(
    `Not offered: ${broken}, whose format is not known, the ssh agent at ${gone}, which does not answer (`,
  );
});
