import type { Duplex } from 'node:stream';
import type { ExecResult } from './shell.js';

/** Size of a terminal in characters. */
export interface TerminalSize {
  columns: number;
  rows: number;
}

/** A terminal on a device: write the keyboard input to the stream, read the screen output from it. */
export interface Terminal {
  readonly stream: Duplex;
  resize(size: TerminalSize): void;
  /** The exit status of its program. @throws CollabError `connection-lost` if the connection was lost before that */
  readonly ended: Promise<Pick<ExecResult, 'code' | 'signal'>>;
}

export interface TerminalOptions {
  /** The command to run; default: the login shell. */
  argv?: readonly string[];
  /** The type of the user's terminal, e.g. `xterm-256color`. */
  term: string;
  size: TerminalSize;
}

/** A shell that can open a terminal, as the one over ssh can. */
export interface TerminalShell {
  openTerminal(options: TerminalOptions): Promise<Terminal>;
}

/** Whether this shell can open terminals. */
export function canOpenTerminal<S extends object>(shell: S): shell is S & TerminalShell {
  return 'openTerminal' in shell;
}
