import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CollabError, ExitCode, plainText } from '../../errors.js';

const run = promisify(execFile);
const protocols = ['https', 'ssh', 'git', 'file'];
/** As git has it: `user@host:path`. */
const scpLike = /^[\w.-]+@[\w.-]+:(?!\/\/)[^\s]+$/;

/** Whether a source is the address of a git repository. */
export function isGitAddress(source: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(source) || scpLike.test(source);
}

/**
 * Clones a repository by git itself: its newest commit, without its hooks and submodules, and without asking. Settings of
 * this user and machine are left out, so that no filter or other program of theirs is started by what is in it.
 * @returns the commit
 * @throws CollabError `git-missing`, `git-protocol`, `clone-failed`
 */
export async function clone(
  address: string,
  into: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string> {
  const protocol = scpLike.test(address) ? 'ssh' : (/^([a-z]+):\/\//.exec(address)?.[1] ?? '');
  if (!protocols.includes(protocol)) throw otherProtocol(address);
  const git = (...args: string[]) =>
    run('git', args, { env: gitEnvironment(env), signal, maxBuffer: 8 << 20 });
  const settings = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'submodule.recurse=false'];
  const flags = [
    '--quiet',
    '--depth',
    '1',
    '--single-branch',
    '--no-tags',
    '--template=',
    '--no-recurse-submodules',
  ];
  try {
    await git(...settings.flatMap((one) => ['-c', one]), 'clone', ...flags, '--', address, into);
    const { stdout } = await git('-C', into, 'rev-parse', 'HEAD');
    return stdout.trim();
  } catch (error) {
    signal.throwIfAborted();
    throw failed(address, error as NodeJS.ErrnoException & { stderr?: string });
  }
}

function gitEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_')));
  return {
    ...own,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'true',
    SSH_ASKPASS: 'true',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
    GIT_ALLOW_PROTOCOL: protocols.join(':'),
    GIT_LFS_SKIP_SMUDGE: '1',
  };
}

function otherProtocol(address: string): CollabError {
  return new CollabError('git-protocol', {
    what: `${plainText(address)} is no address that can be imported from.`,
    why: `Addresses of git start with ${protocols.map((one) => `${one}://`).join(', ')}, or are user@host:path.`,
    next: 'Give such an address, the path of a folder, or a file that collab export wrote.',
    exitCode: ExitCode.usage,
  });
}

function failed(
  address: string,
  { code, stderr = '' }: NodeJS.ErrnoException & { stderr?: string },
): CollabError {
  if (code === 'ENOENT') {
    return new CollabError('git-missing', {
      what: 'There is no git on this machine.',
      why: 'Repositories are cloned by git itself.',
      next: 'Install it, or clone the repository elsewhere and import its folder.',
      exitCode: ExitCode.usage,
    });
  }
  return new CollabError('clone-failed', {
    what: `${plainText(address)} could not be cloned. Nothing was changed.`,
    why: plainText(stderr).trim() || 'git does not say why.',
    next: 'Check the address. A repository that asks for a login: clone it yourself, and import its folder.',
    exitCode: ExitCode.usage,
  });
}
