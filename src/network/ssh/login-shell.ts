import { posix } from 'node:path';
import { commandLine } from './quote.js';

/** Login shells that understand a POSIX command line as it is; others, such as fish and csh, do not. */
const posixShells = new Set(['sh', 'ash', 'bash', 'dash', 'ksh', 'mksh', 'zsh']);

/** First line on stderr: process id and login shell; the command takes the place of the sh. */
const announceWithShell = 'echo "$$ $SHELL" >&2; exec "$@"';
const announce = 'echo "$$" >&2; exec';

/**
 * The login shell of a device, to which sshd gives every command. Commands tell their process id on the first line of
 * stderr, so that they can be killed: the signals of ssh itself do nothing for root, nor on other servers than OpenSSH
 * (session_signal_req in its session.c). The first command goes through an `sh`, whatever the login shell is, and tells
 * which one that is; where it is a POSIX shell, later commands do without the `sh`, which takes 2 ms a time.
 */
export class LoginShell {
  #isPosix = false;

  /** Line that runs this command, whose first line on stderr is one for `pidIn`. */
  lineFor(argv: readonly string[]): string {
    if (this.#isPosix) return `${announce} ${commandLine(argv)}`;
    return commandLine(['sh', '-c', announceWithShell, 'sh', ...argv]);
  }

  /** Takes in what a command announced. @returns its process id; null when it is none. */
  pidIn(announced: string): string | null {
    const [, pid, shell] = /^(\d+)(?: (.*))?$/.exec(announced.trim()) ?? [];
    if (shell !== undefined) this.#isPosix = posixShells.has(posix.basename(shell));
    return pid ?? null;
  }
}
