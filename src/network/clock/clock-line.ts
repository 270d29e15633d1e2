import { PassThrough } from 'node:stream';
import { programText } from '../../package-folder.js';
import { LocalShell, type Shell } from '../shell/index.js';
import type { ClockOffset } from '../../logs/index.js';
import { offsetFrom, type ClockExchange } from './clock-offset.js';
import { both, ownClock, type WallStart, wallStart } from './controller-clock.js';

const argv = [
  'sh',
  '-c',
  programText('network/clock/answer.sh'),
  'sh',
  programText('network/clock/answer.py'),
];
/** A clock line stays open for a whole run, until it is closed or the connection ends. */
const foreverMs = 2 ** 31 - 1;
const answerWithinMs = 5000;
/** Each attempt fails only if a wall clock is set during its few milliseconds. */
const attempts = 3;

/**
 * A small program on a device that answers each input line with the time. It runs for a whole run, so that no process is
 * started on the device during a measurement.
 */
export class ClockLine implements AsyncDisposable {
  private readonly questions = new PassThrough();
  private readonly done: Promise<unknown>;
  private ended = false;
  private text = '';
  private answer: ((line: string | null) => void) | null = null;

  /** @param shell of a device; the controller's clock needs no clock line */
  constructor(shell: Shell) {
    this.done = shell
      .exec(argv, {
        input: this.questions,
        timeoutMs: foreverMs,
        onStdout: (chunk) => this.receive(chunk.toString('latin1')),
      })
      .catch(() => undefined)
      .finally(() => {
        this.ended = true;
        this.answer?.(null);
      });
  }

  get isOpen(): boolean {
    return !this.ended;
  }

  /**
   * Device time minus controller time, from `exchanges` exchanges. If the wall clock of the controller is set meanwhile, it
   * measures again.
   * @returns null if the device does not answer, or if a clock was set during each attempt.
   */
  async measure(exchanges = 8): Promise<ClockOffset | null> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const before = wallStart();
      const taken: DeviceAnswer[] = [];
      while (taken.length < exchanges) {
        const askedMs = performance.now();
        const line = await this.ask();
        const receivedMs = performance.now();
        if (line === null) break;
        taken.push({ line, askedMs, receivedMs });
      }
      const start = both(before, wallStart());
      if (taken.length === 0) return null;
      if (start === null) continue;
      const offset = offsetFrom(taken.flatMap((answer) => parseExchange(answer, start) ?? []));
      if (offset !== null) return offset;
    }
    return null;
  }

  private ask(): Promise<string | null> {
    if (this.ended) return Promise.resolve(null);
    return new Promise((resolve) => {
      // The answer may still come, and would then count as that of a later question: this line is of no more use.
      const timer = setTimeout(() => {
        this.ended = true;
        this.questions.end();
        this.answer?.(null);
      }, answerWithinMs);
      this.answer = (line) => {
        clearTimeout(timer);
        this.answer = null;
        resolve(line);
      };
      this.questions.write('\n');
    });
  }

  private receive(text: string): void {
    this.text += text;
    for (;;) {
      const end = this.text.indexOf('\n');
      if (end < 0) return;
      const line = this.text.slice(0, end);
      this.text = this.text.slice(end + 1);
      // A login shell may print something first. It must not count as the answer to the first question.
      if (/^\d/.test(line)) this.answer?.(line);
    }
  }

  async close(): Promise<void> {
    this.questions.end();
    await this.done;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A device's answer, with the controller's `performance.now()` before the question and after the answer. */
export interface DeviceAnswer {
  readonly line: string;
  readonly askedMs: number;
  readonly receivedMs: number;
}

/** Answers have six decimals, and both sides keep a time of today as a double. */
const fineErrorMs = 0.001 + 0.0005;

/** Parses the answer of a device; null if it is not a time. */
export function parseExchange(
  { line, askedMs, receivedMs }: DeviceAnswer,
  { startMs, errorMs }: WallStart,
): ClockExchange | null {
  const [heard = '', answered = '', monotonic = ''] = line.trim().split(' ');
  const times = [heard, answered].map((text) => /^(\d{9,})(?:\.(\d{6,9}))?/.exec(text));
  const [first, last] = times;
  if (!first || !last) return null;
  const fine = first[2] !== undefined && last[2] !== undefined;
  const ms = ([, whole, fraction]: RegExpExecArray) =>
    Number(whole) * 1000 + (fine ? Number(`0.${fraction ?? '0'}`) * 1000 : 500);
  return {
    askedMs: startMs + askedMs,
    receivedMs: startMs + receivedMs,
    heardMs: ms(first),
    answeredMs: ms(last),
    monotonicS: /^\d+\.\d+$/.test(monotonic) ? Number(monotonic) : null,
    readingErrorMs: errorMs + (fine ? fineErrorMs : 500),
  };
}

/** Device time minus controller time now; null if the device does not report its time. Zero for this machine. */
export async function measureClockOffset(
  shell: Shell,
  { exchanges = 8, signal }: { exchanges?: number; signal?: AbortSignal } = {},
): Promise<ClockOffset | null> {
  if (shell instanceof LocalShell) return ownClock();
  await using line = new ClockLine(shell);
  const stop = () => void line.close();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await line.measure(exchanges);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
