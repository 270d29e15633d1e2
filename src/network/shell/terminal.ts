import type { Duplex } from 'node:stream';
import type { ExecResult } from './shell.js';

/** Size of a terminal in characters. */
export interface TerminalSize {
  columns: number;
  rows: number;
}

/** A terminal on a device: what is typed goes into the stream, what is shown comes out of it. */
export interface Terminal {
  readonly stream: Duplex;
  resize(size: TerminalSize): void;
  /** How its program ended. @throws CollabError `connection-lost` when the connection went first */
  readonly ended: Promise<Pick<ExecResult, 'code' | 'signal'>>;
}

export interface TerminalOptions {
  /** What to run; the login shell when it is left out. */
  argv?: readonly string[];
  /** Kind of the user's terminal, e.g. `xterm-256color`. */
  term: string;
  size: TerminalSize;
}

/** A shell that can open a terminal: that of a device across ssh. */
export interface TerminalShell {
  openTerminal(options: TerminalOptions): Promise<Terminal>;
}

/** Whether a device's shell is one that has terminals. */
export function canOpenTerminal<S extends object>(shell: S): shell is S & TerminalShell {
  return 'openTerminal' in shell;
}
