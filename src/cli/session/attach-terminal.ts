import type { Terminal, TerminalSize } from '../../index.js';

/** Size of the user's terminal, in characters. */
export const sizeOf = ({ columns, rows }: NodeJS.WriteStream): TerminalSize => ({ columns, rows });

/**
 * Joins the user's terminal with one on a device until that one ends: raw keys go there, Ctrl-C among them, what it
 * shows comes here, changes of the window follow. The user's terminal is left as it was found.
 * @returns the exit code of what ran there; 128 and more for an end by a signal, as shells have it
 */
export async function attachTerminal(
  terminal: Terminal,
  { stdin, stdout }: { stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream },
): Promise<number> {
  const onResize = () => terminal.resize(sizeOf(stdout));
  stdin.setRawMode(true);
  stdin.pipe(terminal.stream);
  terminal.stream.pipe(stdout, { end: false });
  stdout.on('resize', onResize);
  try {
    const { code, signal } = await terminal.ended;
    return code ?? (signal === null ? 1 : 128 + (signalNumbers[signal] ?? 0));
  } finally {
    stdout.off('resize', onResize);
    stdin.unpipe(terminal.stream);
    stdin.setRawMode(false);
    stdin.pause();
  }
}

/** Those that ssh names, RFC 4254, 6.10. */
const signalNumbers: Readonly<Record<string, number>> = {
  ...{ HUP: 1, INT: 2, QUIT: 3, ILL: 4, ABRT: 6, FPE: 8, KILL: 9, USR1: 10, SEGV: 11 },
  ...{ USR2: 12, PIPE: 13, ALRM: 14, TERM: 15 },
};
