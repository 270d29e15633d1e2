import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../../workspace/index.js';
import { hasKey, installKey } from './install-key.js';
import { LocalShell } from '../shell/index.js';
import { workspaceKey } from './key-pair.js';

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'install-key-'))));
afterEach(() => rmSync(home, { recursive: true }));

/** A login whose paths begin at its home, as those of SFTP do. */
class HomeShell extends LocalShell {
  override read(path: string) {
    return super.read(join(home, path));
  }
  override write(path: string, content: string | Buffer, mode?: number) {
    return super.write(join(home, path), content, mode);
  }
  override async makeFolder(path: string, mode?: number) {
    await super.makeFolder(join(home, path), mode);
    chmodSync(join(home, path), mode ?? 0o700);
  }
}

const line = 'ssh-ed25519 AAAAC3Nz collab-pc';
const file = () => join(home, '.ssh/authorized_keys');
const mode = (path: string) => statSync(path).mode & 0o777;

describe('a key', () => {
  it('is installed once, in a folder and a file that only the owner can read', async () => {
    expect(await installKey(new HomeShell(), line)).toBe(true);
    expect(await installKey(new HomeShell(), `${line} with another comment`)).toBe(false);
    expect(readFileSync(file(), 'utf8')).toBe(`${line}\n`);
    expect([mode(join(home, '.ssh')), mode(file())]).toEqual([0o700, 0o600]);
  });

  it('is appended to the existing lines, whatever bytes they contain', async () => {
    mkdirSync(join(home, '.ssh'), { mode: 0o777 });
    const before = Buffer.from([0x23, 0xe4, 0x0a, ...Buffer.from('ssh-rsa AAAA old'), 0xff]);
    writeFileSync(file(), before, { mode: 0o666 });
    expect(await installKey(new HomeShell(), line)).toBe(true);
    expect(readFileSync(file())).toEqual(Buffer.concat([before, Buffer.from(`\n${line}\n`)]));
    expect([mode(join(home, '.ssh')), mode(file())]).toEqual([0o700, 0o600]);
  });

  it.each([
    ['ssh-ed25519 AAAA', true],
    ['  from="10.0.0.0/8",no-pty ssh-ed25519 AAAA x y', true],
    ['# ssh-ed25519 AAAA', false],
    ['ssh-rsa AAAA', false],
    ['ssh-ed25519 AAAAB', false],
  ])('in the line "%s": %s', (text, held) => expect(hasKey(`\n${text}\n`, 'ssh-ed25519', 'AAAA')).toBe(held));
});

it("creates the workspace's key once, and reads its public key without the .pub file", async () => {
  const workspace = new Workspace(home);
  const made = await workspaceKey(workspace);
  expect(mode(made.path)).toBe(0o600);
  const printed = execFileSync('ssh-keygen', ['-y', '-f', made.path]).toString().trim();
  expect(made.publicLine).toBe(printed);
  rmSync(`${made.path}.pub`);
  expect(await workspaceKey(workspace)).toEqual(made);
  writeFileSync(made.path, 'rubbish');
  await expect(workspaceKey(workspace)).rejects.toMatchObject({ name: 'key-unusable' });
});
