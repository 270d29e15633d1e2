import { fileURLToPath } from 'node:url';
import { program, type Ended, type TestWorkspace } from './workspace.js';

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const drive = fileURLToPath(new URL('terminal.py', import.meta.url));

/** A text to wait for, and what to do then. */
export interface TerminalStep {
  wait: string;
  type?: string;
  resize?: [rows: number, columns: number];
  /** Closes the terminal, as a window that the user closes. */
  hangup?: true;
}

export const keys = { enter: '\r', down: '\x1b[B', up: '\x1b[A', space: ' ', interrupt: '\x03' };

/** Runs the built command in a real terminal of 30 rows and 100 columns; `stdout` has all its output. */
export function onTerminal(
  workspace: TestWorkspace,
  steps: readonly TerminalStep[],
  ...args: string[]
): Promise<Ended> {
  return onTerminalWith({}, workspace, steps, ...args);
}

/** The same with other environment; TERMINAL_COLUMNS is the width of the terminal. */
export function onTerminalWith(
  variables: Readonly<Record<string, string>>,
  workspace: TestWorkspace,
  steps: readonly TerminalStep[],
  ...args: string[]
): Promise<Ended> {
  const line = ['python3', drive, JSON.stringify(steps), process.execPath, command, ...args];
  // The live view draws blocks if the locale is UTF-8 and the terminal can redraw.
  const all = { LC_ALL: 'C.UTF-8', TERM: 'xterm', ...variables };
  const environment = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  // What the environment of the tests says of color is not a user's terminal: Node has none where CI is set.
  const unset = ['CI', 'NO_COLOR', 'FORCE_COLOR'].flatMap((name) => ['-u', name]);
  return program('env', '-C', workspace.folder, ...unset, ...environment, ...line);
}
