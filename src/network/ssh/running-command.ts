import { Readable } from 'node:stream';
import { type ExecOptions, ExecOutput, type ExecResult, interrupted } from '../shell/index.js';
import type { LoginShell } from './login-shell.js';
import type { ExecChannel, Wire } from './wire.js';

/** A command that runs in a channel. The first line of its stderr is its process id. */
export class RunningCommand {
  readonly #stdout: ExecOutput;
  readonly #stderr: ExecOutput;
  /** The received part of the line with the process id; null after it is complete. */
  #pidLine: string | null = '';
  #pid: string | null = null;
  #stopped = false;

  constructor(
    private readonly wire: Wire,
    private readonly login: LoginShell,
    private readonly channel: ExecChannel,
    private readonly reject: (error: Error) => void,
    onLine?: (line: string) => void,
  ) {
    this.#stdout = new ExecOutput(onLine);
    this.#stderr = new ExecOutput(onLine);
  }

  follow(
    input: ExecOptions['input'],
    stop: AbortSignal,
    tooLarge: () => Error,
    resolve: (result: ExecResult) => void,
  ): void {
    const { channel } = this;
    let code: number | null = null;
    let signal: string | null = null;
    const gather = (output: ExecOutput, chunk: Buffer) => {
      if (!output.add(chunk)) this.#giveUp(tooLarge());
    };
    const onStop = () => this.#giveUp(interrupted(stop));
    channel.on('data', (chunk: Buffer) => gather(this.#stdout, chunk));
    channel.stderr.on('data', (chunk: Buffer) => gather(this.#stderr, this.#withoutPid(chunk)));
    channel.on('exit', (exitCode: number | null, signalName?: string) => {
      code = exitCode;
      signal = signalName ?? null;
    });
    channel.on('close', () => {
      stop.removeEventListener('abort', onStop);
      if (input instanceof Readable) input.unpipe(channel);
      resolve({ code, signal, stdout: this.#stdout.text(), stderr: this.#stderr.text() });
    });
    // A command may exit before it has read all of its input; that is not an error.
    channel.on('error', () => undefined);
    if (stop.aborted) onStop();
    else stop.addEventListener('abort', onStop, { once: true });
    if (input instanceof Readable) {
      input.on('error', (error) => this.#giveUp(error));
      input.pipe(channel);
    } else {
      channel.end(input ?? '');
    }
  }

  #withoutPid(chunk: Buffer): Buffer {
    if (this.#pidLine === null) return chunk;
    const end = chunk.indexOf(10);
    this.#pidLine += chunk.toString('latin1', 0, end < 0 ? chunk.length : end);
    if (end < 0) return chunk.subarray(chunk.length);
    this.#pid = this.login.pidIn(this.#pidLine);
    this.#pidLine = null;
    if (this.#stopped) this.#kill();
    return chunk.subarray(end + 1);
  }

  #giveUp(error: Error): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.reject(error);
    if (this.#pidLine === null) this.#kill();
  }

  /** Kills the command, and its process group if it leads one, with a second command. */
  #kill(): void {
    const close = () => this.channel.close();
    if (this.#pid === null) {
      close();
      return;
    }
    try {
      const kill = [
        'sh',
        '-c',
        'kill -KILL -- "-$1" 2>/dev/null; kill -KILL "$1" 2>/dev/null',
        'sh',
        this.#pid,
      ];
      this.wire.exec(this.login.lineFor(kill), (error, channel) => {
        if (!error) {
          channel.stderr.resume();
          channel.resume().end();
        }
        close();
      });
    } catch {
      // The connection is gone, and its channels with it.
    }
  }
}
