import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/events.js';
import {
  connectSsh,
  Device,
  hasRsync,
  readFacts,
  readLocalTree,
  syncDevice,
} from '../../src/network/index.js';
import { LocalShell } from '../../src/network/shell/local-shell.js';
import { look } from './look.js';
import { startSshd, type Sshd } from './sshd.js';

const script = fileURLToPath(new URL('../../scripts/sync_repos.sh', import.meta.url));
const searched = process.env.PATH ?? '';
let sshd: Sshd;
let folder: string;

beforeAll(async () => {
  sshd = await startSshd(['SetEnv HOME=/nonexistent']);
});
afterAll(() => sshd.stop());
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'collab both '));
});
afterEach(() => {
  process.env.PATH = searched;
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Sets PATH to a folder with links to all programs except rsync. */
function hideRsync(): void {
  const bin = join(folder, 'bin');
  fs.mkdirSync(bin);
  for (const place of ['/usr/bin', '/usr/sbin']) {
    for (const name of fs.readdirSync(place))
      if (name !== 'rsync' && !fs.existsSync(join(bin, name)))
        fs.symlinkSync(join(place, name), join(bin, name));
  }
  process.env.PATH = bin;
}

async function byCollab(from: string, to: string, remove: boolean): Promise<string> {
  const options = sshd.options();
  const { host, port, user } = options;
  const keyPath = options.keyPath ?? null;
  const shell = await connectSsh(options);
  const facts = await readFacts(new LocalShell());
  const device = new Device({
    name: 'a',
    id: shell.hostKey.fingerprint,
    address: host,
    port,
    user,
    keyPath,
    tags: [],
    facts,
  });
  const source = { folder: from, roots: ['.'] };
  const result = await syncDevice(
    {
      device,
      shell,
      onLost: () => () => undefined,
      lastHeardAt: () => new Date(),
      reach: () => Promise.resolve(),
      close: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    {
      source,
      to,
      remove,
      dryRun: false,
      clock: systemClock,
      emit: () => undefined,
      tree: await readLocalTree(source),
      rsyncHere: await hasRsync(),
      knownHostsPath: options.knownHosts.path,
    },
  );
  shell.close();
  return result.way;
}

function byScript(from: string, to: string, remove: boolean): string {
  const { port, user } = sshd.options();
  const known = join(sshd.folder, 'known_for_script');
  const ssh = `ssh -F /dev/null -p ${port} -i ${sshd.folder}/login -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=${known}`;
  const env = { ...process.env, SSH: ssh, TO: to, DELETE: remove ? '1' : '' };
  return execFileSync(script, [from, `${user}@127.0.0.1`], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe.each([
  ['rsync', 'rsync'],
  ['sftp', 'tar'],
])('collab sync by %s and sync_repos.sh by %s', (way, how) => {
  it('give the same result, at first and after changes, including removals', async () => {
    if (way === 'sftp') hideRsync();
    const from = join(folder, "the user's code");
    const one = join(folder, 'by collab');
    const other = join(folder, "by 'script'");
    fs.mkdirSync(join(from, 'a b'), { recursive: true });
    fs.mkdirSync(join(from, '.git/objects'), { recursive: true });
    fs.mkdirSync(join(from, 'deep/er'), { recursive: true });
    fs.writeFileSync(join(from, '.git/objects/x'), '');
    fs.writeFileSync(join(from, "a b/it's $(id).py"), 'print(1)\n');
    fs.writeFileSync(join(from, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
    fs.writeFileSync(join(from, 'deep/er/data\\x.bin'), Buffer.alloc(5_000_000, 'x'));
    fs.symlinkSync('../run.sh', join(from, 'a b/link'));
    fs.symlinkSync('deep', join(from, 'folder link'));
    const both = async (remove: boolean) => {
      expect(await byCollab(from, one, remove)).toBe(way);
      expect(byScript(from, other, remove)).toContain(`is up to date (by ${how})`);
      expect(look(other)).toEqual(look(one));
    };
    await both(false);
    const expected = Object.keys(look(from)).filter((path) => !path.startsWith('.git'));
    expect(Object.keys(look(one)).sort()).toEqual(expected.sort());

    fs.writeFileSync(join(from, 'run.sh'), '#!/bin/bash\n');
    fs.chmodSync(join(from, 'deep'), 0o750);
    fs.rmSync(join(from, 'a b'), { recursive: true });
    for (const place of [one, other])
      fs.mkdirSync(join(place, 'deep/er/node_modules/y'), { recursive: true });
    fs.rmSync(join(from, 'folder link'));
    fs.symlinkSync('deep/er', join(from, 'folder link'));
    await both(false);
    expect(fs.existsSync(join(one, 'a b/link'))).toBe(true);
    await both(true);
    expect(fs.existsSync(join(one, 'a b'))).toBe(false);
    expect(fs.existsSync(join(other, 'deep/er/node_modules/y'))).toBe(true);

    fs.symlinkSync('../../secret', join(from, 'out'));
    await expect(byCollab(from, one, false)).rejects.toMatchObject({ name: 'sync-links' });
    expect(() => byScript(from, other, false)).toThrow(/links lead out/);
  });
});
