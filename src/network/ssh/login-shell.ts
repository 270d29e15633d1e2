import { posix } from 'node:path';
import { commandLine } from './quote.js';

/** Login shells that accept a POSIX command line. Others, such as fish and csh, do not. */
const posixShells = new Set(['sh', 'ash', 'bash', 'dash', 'ksh', 'mksh', 'zsh']);

/** Prints the process id and the login shell as the first line of stderr, then replaces the sh with the command. */
const announceWithShell = 'echo "$$ $SHELL" >&2; exec "$@"';
const announce = 'echo "$$" >&2; exec';

/**
 * The login shell of a device, to which sshd passes every command. Each command prints its process id as the first line
 * of stderr, so that it can be killed: ssh signals have no effect for root, nor on servers other than OpenSSH
 * (session_signal_req in its session.c). The first command runs through `sh`, which works with any login shell, and
 * reports the login shell. If that is a POSIX shell, later commands skip the `sh`, which takes 2 ms each time.
 */
export class LoginShell {
  #isPosix = false;

  /** The command line that runs this command and prints the line that `pidIn` reads. */
  lineFor(argv: readonly string[]): string {
    if (this.#isPosix) return `${announce} ${commandLine(argv)}`;
    return commandLine(['sh', '-c', announceWithShell, 'sh', ...argv]);
  }

  /** Reads the first line of a command's stderr. @returns its process id, or null. */
  pidIn(announced: string): string | null {
    const [, pid, shell] = /^(\d+)(?: (.*))?$/.exec(announced.trim()) ?? [];
    if (shell !== undefined) this.#isPosix = posixShells.has(posix.basename(shell));
    return pid ?? null;
  }
}
