import type { Terminal, TerminalOptions } from '../shell/index.js';
import type { Link } from './link.js';
import { commandLine } from './quote.js';
import { channelRefused } from './ssh-errors.js';
import type { TerminalChannel, Wire } from './wire.js';

/** Opens a terminal in a separate channel. It may stay open long, so it does not count toward the limit for commands. */
export async function openTerminalOver(
  wire: Wire,
  link: Link,
  { argv, term, size }: TerminalOptions,
): Promise<Terminal> {
  const window = { term, cols: size.columns, rows: size.rows, width: 0, height: 0 };
  const channel = await link.hold<TerminalChannel>((resolve, reject) => {
    const opened = (error: Error | undefined, made: TerminalChannel) => {
      if (error) reject(channelRefused(link.where, error));
      else resolve(made);
    };
    if (argv) wire.exec(commandLine(argv), { pty: window }, opened);
    else wire.shell(window, opened);
  });
  const ended = link.hold<{ code: number | null; signal: string | null }>((resolve) => {
    let how: { code: number | null; signal: string | null } = { code: null, signal: null };
    channel.on('exit', (code: number | null, signal?: string) => (how = { code, signal: signal ?? null }));
    channel.on('close', () => resolve(how));
  });
  channel.on('error', () => undefined);
  return {
    stream: channel,
    resize: ({ columns, rows }) => {
      if (!channel.destroyed) channel.setWindow(rows, columns, 0, 0);
    },
    ended,
  };
}
