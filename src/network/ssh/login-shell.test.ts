import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { LoginShell } from './login-shell.js';

/** Runs a line as sshd does: by the login shell, which is named in SHELL. */
function run(line: string, shell: string) {
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', line], {
    env: { ...process.env, SHELL: shell },
    encoding: 'utf8',
  });
  const [announced = '', ...rest] = stderr.split('\n');
  return { announced, stdout, stderr: rest.join('\n'), status };
}

describe('the first command', () => {
  it('runs through sh and reports the login shell; later commands skip the sh if that is a POSIX shell', () => {
    const login = new LoginShell();
    const argv = ['sh', '-c', 'echo "$1"; echo err >&2; exit 7', 'sh', "it's $(id)"];
    const first = login.lineFor(argv);
    expect(first).toMatch(/^sh -c /);
    const ran = run(first, '/bin/bash');
    expect(login.pidIn(ran.announced)).toMatch(/^\d+$/);
    const second = login.lineFor(argv);
    expect(second).not.toMatch(/^sh -c /);
    const again = run(second, '/bin/bash');
    expect(login.pidIn(again.announced)).toMatch(/^\d+$/);
    for (const one of [ran, again])
      expect(one).toMatchObject({ stdout: "it's $(id)\n", stderr: 'err\n', status: 7 });
  });
});

it.each(['/usr/bin/fish', '/bin/tcsh', '', '/home/a b/own-shell'])(
  'with the login shell "%s" all go through an sh',
  (shell) => {
    const login = new LoginShell();
    expect(login.pidIn(run(login.lineFor(['true']), shell).announced)).toMatch(/^\d+$/);
    expect(login.lineFor(['true'])).toMatch(/^sh -c /);
  },
);

it('ignores a line that is not a process id', () => {
  const login = new LoginShell();
  for (const noise of ['', 'Welcome 12', '12a /bin/bash', '-1 /bin/bash'])
    expect(login.pidIn(noise)).toBeNull();
  expect(login.lineFor(['true'])).toMatch(/^sh -c /);
});
