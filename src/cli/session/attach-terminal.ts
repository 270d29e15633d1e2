import type { Terminal, TerminalSize } from '../../index.js';

/** Size of the user's terminal, in characters. */
export const sizeOf = ({ columns, rows }: NodeJS.WriteStream): TerminalSize => ({ columns, rows });

/**
 * Connects the user's terminal to one on a device until that one ends. Keys go to the device raw, including Ctrl-C, and
 * window size changes follow. The user's terminal is restored afterward. `end` ends it from here, with its reason.
 * @returns the exit code of the remote program; 128 plus the signal number if a signal ended it, as in a shell
 */
export async function attachTerminal(
  terminal: Terminal,
  { stdin, stdout, end }: { stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream; end: AbortSignal },
): Promise<number> {
  end.throwIfAborted();
  const ending = new Promise<never>((_, reject) => {
    end.addEventListener('abort', () => reject(end.reason as Error), { once: true });
  });
  const onResize = () => terminal.resize(sizeOf(stdout));
  stdin.setRawMode(true);
  stdin.pipe(terminal.stream);
  terminal.stream.pipe(stdout, { end: false });
  stdout.on('resize', onResize);
  try {
    const { code, signal } = await Promise.race([terminal.ended, ending]);
    return code ?? (signal === null ? 1 : 128 + (signalNumbers[signal] ?? 0));
  } finally {
    stdout.off('resize', onResize);
    stdin.unpipe(terminal.stream);
    stdin.setRawMode(false);
    stdin.pause();
  }
}

/** Signals that ssh names: RFC 4254, section 6.10. */
const signalNumbers: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  ABRT: 6,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
};
