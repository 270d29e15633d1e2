import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';

/** A login of this machine with a password, created for a test. */
export interface Account {
  user: string;
  home: string;
  password: string;
  /** Lines of sshd_config that allow it by password and by the keys in its home folder. */
  sshdLines: string[];
  remove: () => void;
}

/** Creates an account with a home folder and a random password; needs root. */
export function makeAccount(): Account {
  if (process.getuid?.() !== 0)
    throw new Error('These tests make an account of this machine: run them as root.');
  const user = `collab-t${randomBytes(3).toString('hex')}`;
  const password = `canary-${randomBytes(12).toString('hex')}`;
  const home = mkdtempSync('/var/tmp/collab-account-');
  execFileSync('useradd', ['--no-create-home', '--home-dir', home, '--shell', '/bin/sh', user]);
  execFileSync('chown', [user, home]);
  chmodSync(home, 0o700);
  execFileSync('chpasswd', [], { input: `${user}:${password}\n` });
  return {
    user,
    home,
    password,
    sshdLines: [
      `Match User ${user}`,
      'PasswordAuthentication yes',
      'AuthorizedKeysFile .ssh/authorized_keys',
    ],
    remove: () => {
      execFileSync('userdel', ['--force', user], { stdio: 'ignore' });
      rmSync(home, { recursive: true, force: true });
    },
  };
}
