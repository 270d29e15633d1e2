import { randomBytes } from 'node:crypto';
import { CollabError, ExitCode } from '../../errors.js';
import { parseDf, type Shell } from '../../network/index.js';

/** What was seen when files were written, read and removed on a device, as a run does. */
export interface FilesSeen {
  /** Why that failed; null if it did not. */
  error: CollabError | null;
  /** What the login shell prints before the output of a command: usually nothing. */
  printed: string;
  /** Free disk space where the home folder lies; null if it is not known. */
  homeFreeBytes: number | null;
}

const mark = '@@home';
const askHome = `echo ${mark}; LC_ALL=C df -Pk "$HOME"`;
const withinMs = 15_000;

/** Writes a small file below `~/.collab` over the connection's file session, reads it, and removes it. */
export async function tryFiles(shell: Shell, signal?: AbortSignal): Promise<FilesSeen> {
  const [{ stdout }, error] = await Promise.all([
    shell.exec(['sh', '-c', askHome], { timeoutMs: withinMs, ...(signal && { signal }) }),
    transfer(shell).then(
      () => null,
      (thrown: unknown) => {
        if (thrown instanceof CollabError && thrown.name !== 'interrupted') return thrown;
        throw thrown;
      },
    ),
  ]);
  const at = stdout.indexOf(mark);
  return {
    error,
    printed: at < 0 ? '' : stdout.slice(0, at).trim(),
    homeFreeBytes: parseDf(stdout.slice(at + mark.length))?.freeBytes ?? null,
  };
}

async function transfer(shell: Shell): Promise<void> {
  const path = `.collab/check-${randomBytes(6).toString('hex')}`;
  const content = randomBytes(4096);
  const work = async () => {
    await shell.write(path, content);
    const back = await shell.read(path);
    await shell.remove(path);
    if (back?.equals(content) !== true) throw damaged(path);
  };
  let late: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(silent()), withinMs);
  });
  await Promise.race([work(), timeout]).finally(() => clearTimeout(late));
}

function silent(): CollabError {
  return new CollabError('files-silent', {
    what: `The transfer of a small file was not done within ${withinMs / 1000} s.`,
    why: 'The ssh server has started its file session (SFTP), which does not answer.',
    next: 'Try: sftp <user>@<device>. Check Subsystem sftp in /etc/ssh/sshd_config on the device.',
    exitCode: ExitCode.deviceUnreachable,
  });
}

function damaged(path: string): CollabError {
  return new CollabError('device-file', {
    what: `A file that was written to ${path} came back changed.`,
    next: 'Check the disk of the device (dmesg) before you trust a result from it.',
    exitCode: ExitCode.deviceUnreachable,
  });
}
