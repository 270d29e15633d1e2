import {
  commandTimedOut,
  type ExecOptions,
  type ExecResult,
  interrupted,
  outputTooLarge,
} from '../shell/index.js';
import type { Link } from './link.js';
import type { LoginShell } from './login-shell.js';
import type { Semaphore } from './semaphore.js';
import { channelRefused } from './ssh-errors.js';
import { RunningCommand } from './running-command.js';
import type { Wire } from './wire.js';

/** How many channels a connection may have: for commands and files, and for commands that last. */
export interface Sessions {
  short: Semaphore;
  lasting: Semaphore;
}

/** Runs one command in a separate channel. The wait for a free channel counts toward the timeout. */
export async function execOver(
  wire: Wire,
  link: Link,
  login: LoginShell,
  sessions: Sessions,
  argv: readonly string[],
  { input, signal, onStdout, onLine, timeoutMs = 60_000, lasting = false }: ExecOptions,
): Promise<ExecResult> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(commandTimedOut(link.where, argv, timeoutMs)), timeoutMs);
  const onAbort = () => signal && stop.abort(interrupted(signal));
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const release = await link.hold<() => void>((resolve, reject) => {
      if (!lasting) sessions.short.acquire(stop.signal).then(resolve, reject);
      else {
        const free = sessions.lasting.tryAcquire();
        if (free === null) reject(channelRefused(link.where, new Error('too many commands that last')));
        else resolve(free);
      }
    });
    try {
      return await link.hold<ExecResult>((resolve, reject) => {
        wire.exec(login.lineFor(argv), (error, channel) => {
          if (error) {
            reject(channelRefused(link.where, error));
            return;
          }
          if (onStdout) channel.on('data', onStdout);
          const running = new RunningCommand(wire, login, channel, (stopped) => reject(stopped), onLine);
          running.follow(input, stop.signal, () => outputTooLarge(link.where, argv), resolve);
        });
      });
    } finally {
      release();
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
