import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CollabError, ExitCode, plainText } from '../../errors.js';
import { interrupted, LocalShell } from '../shell/index.js';
import type { Login } from '../ssh/index.js';
import { progressBytes, rsyncArguments, usableRsync, type RsyncFolders } from './rsync-arguments.js';
import { sshConfigOf } from './rsync-login.js';
import type { SendRequest } from './sftp.js';

/** Whether this machine has rsync and OpenSSH's client. */
export async function hasRsync(): Promise<boolean> {
  const shell = new LocalShell();
  const [rsync, ssh] = await Promise.all([shell.exec(['rsync', '--version']), shell.exec(['ssh', '-V'])]);
  return usableRsync(rsync.stdout) && ssh.code === 0;
}

/** rsync failed. `refused` means that ssh does not trust the device; then no other method is tried. */
export class RsyncFailed extends Error {
  get refused(): boolean {
    return /Host key verification failed|IDENTIFICATION HAS CHANGED|revoked/i.test(this.message);
  }
}

export interface RsyncRequest extends RsyncFolders {
  login: Login;
  knownHostsPath: string;
}

/**
 * Sends the folders, files and links of a plan with rsync over OpenSSH, which logs in like collab's connection. rsync writes
 * files atomically (temporary file, then rename).
 * @throws RsyncFailed with the output of rsync
 */
export async function sendByRsync(request: RsyncRequest, send: SendRequest): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'collab-ssh-'));
  try {
    const configPath = join(folder, 'config');
    await writeFile(configPath, sshConfigOf(request.login, request.knownHostsPath), { mode: 0o600 });
    await runRsync(rsyncArguments(request, configPath), send);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runRsync(args: readonly string[], send: SendRequest): Promise<void> {
  const { plan, sent, signal } = send;
  const names = plan.steps
    .filter((step) => step.kind === 'folder' || step.kind === 'file' || step.kind === 'link')
    .map(({ path }) => `./${path}\0`);
  if (names.length === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const env = { ...process.env, LC_ALL: 'C' };
    const child = spawn('rsync', args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    let errorOutput = '';
    let reported = 0;
    const report = (bytes: number) => {
      const now = Math.min(bytes, plan.totalBytes);
      if (now > reported) sent(now - reported);
      reported = Math.max(reported, now);
    };
    const onAbort = () => child.kill('SIGTERM');
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    child.stdout.setEncoding('utf8').on('data', (text: string) => report(progressBytes(text) ?? 0));
    child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (errorOutput = (errorOutput + text).slice(-4000)));
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => reject(new RsyncFailed(error.message)));
    child.on('close', (code) => {
      signal?.removeEventListener('abort', onAbort);
      if (signal?.aborted) reject(interrupted(signal));
      else if (code === 0) {
        report(plan.totalBytes);
        resolve();
      } else
        reject(new RsyncFailed(plainText(errorOutput.trim()) || `rsync exited with code ${code ?? 'none'}`));
    });
    child.stdin.end(names.join(''));
  });
}

/** The ssh client of rsync does not trust the device's key. */
export function deviceNotTrusted(device: string, error: RsyncFailed): CollabError {
  return new CollabError('host-key-changed', {
    what: `OpenSSH does not trust the host key of ${device}. Nothing was sent to it.`,
    why: error.message,
    next: 'If you know that it was reinstalled, add it again: collab setup',
    exitCode: ExitCode.deviceUnreachable,
    cause: error,
  });
}
