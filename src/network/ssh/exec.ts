import { Readable } from 'node:stream';
import { ExecOutput } from '../exec-output.js';
import { commandTimedOut, interrupted, outputTooLarge } from '../shell-errors.js';
import type { ExecOptions, ExecResult } from '../shell.js';
import type { Link } from './link.js';
import { commandLine } from './quote.js';
import type { Slots } from './slots.js';
import { channelRefused } from './ssh-errors.js';
import type { ExecChannel, Wire } from './wire.js';

/** Runs one command in a channel of its own. The time spent waiting for a free channel counts. */
export async function execOver(
  wire: Wire,
  link: Link,
  sessions: Slots,
  argv: readonly string[],
  { input, signal, timeoutMs = 60_000 }: ExecOptions,
): Promise<ExecResult> {
  const command = commandLine(argv);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(commandTimedOut(link.where, argv, timeoutMs)), timeoutMs);
  const onAbort = () => signal && stop.abort(interrupted(signal));
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const release = await link.hold<() => void>((resolve, reject) => {
      sessions.take(stop.signal).then(resolve, reject);
    });
    try {
      return await link.hold<ExecResult>((resolve, reject) => {
        wire.exec(command, (error, channel) => {
          if (error) reject(channelRefused(link.where, error));
          else follow(channel, input, stop.signal, () => outputTooLarge(link.where, argv), resolve, reject);
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

function follow(
  channel: ExecChannel,
  input: ExecOptions['input'],
  stop: AbortSignal,
  tooLarge: () => Error,
  resolve: (result: ExecResult) => void,
  reject: (error: Error) => void,
): void {
  const stdout = new ExecOutput();
  const stderr = new ExecOutput();
  let code: number | null = null;
  let endedBy: string | null = null;
  const giveUp = (error: Error) => {
    reject(error);
    channel.signal('KILL');
    channel.close();
  };
  const gather = (output: ExecOutput) => (chunk: Buffer) => {
    if (!output.add(chunk)) giveUp(tooLarge());
  };
  const onStop = () => giveUp(interrupted(stop));
  channel.on('data', gather(stdout));
  channel.stderr.on('data', gather(stderr));
  channel.on('exit', (exitCode: number | null, signalName?: string) => {
    code = exitCode;
    endedBy = signalName ?? null;
  });
  channel.on('close', () => {
    stop.removeEventListener('abort', onStop);
    if (input instanceof Readable) input.unpipe(channel);
    resolve({ code, signal: endedBy, stdout: stdout.text(), stderr: stderr.text() });
  });
  // A command may end before it has read all of its input: that is no fault of the command.
  channel.on('error', () => undefined);
  if (stop.aborted) {
    onStop();
    return;
  }
  stop.addEventListener('abort', onStop, { once: true });
  if (input instanceof Readable) {
    input.on('error', giveUp);
    input.pipe(channel);
  } else {
    channel.end(input ?? '');
  }
}
