import { PassThrough } from 'node:stream';
import { programText } from '../../package-folder.js';
import { LocalShell, type Shell } from '../shell/index.js';
import type { ClockOffset } from '../../logs/index.js';
import { offsetFrom, type ClockExchange } from './clock-offset.js';

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

  /** Device time minus controller time, from `exchanges` exchanges. @returns null if the device does not answer. */
  async measure(exchanges = 8): Promise<ClockOffset | null> {
    const taken: ClockExchange[] = [];
    const { startMs, errorMs } = wallStart();
    for (let count = 0; count < exchanges; count += 1) {
      const askedMs = startMs + performance.now();
      const line = await this.ask();
      const receivedMs = startMs + performance.now();
      if (line === null) break;
      const exchange = parseExchange(line, askedMs, receivedMs);
      if (exchange !== null) taken.push({ ...exchange, resolutionMs: exchange.resolutionMs + 2 * errorMs });
    }
    return offsetFrom(taken);
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
    const end = this.text.indexOf('\n');
    if (end < 0) return;
    const line = this.text.slice(0, end);
    this.text = this.text.slice(end + 1);
    this.answer?.(line);
  }

  async close(): Promise<void> {
    this.questions.end();
    await this.done;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Parses the answer of a device, with the controller's times before and after it; null if it is not a time. */
export function parseExchange(line: string, askedMs: number, receivedMs: number): ClockExchange | null {
  const [heard = '', answered = '', monotonic = ''] = line.trim().split(' ');
  const times = [heard, answered].map((text) => /^(\d{9,})(?:\.(\d{6,9}))?/.exec(text));
  const [first, last] = times;
  if (!first || !last) return null;
  const fine = first[2] !== undefined && last[2] !== undefined;
  const ms = ([, whole, fraction]: RegExpExecArray) =>
    Number(whole) * 1000 + (fine ? Number(`0.${fraction ?? '0'}`) * 1000 : 500);
  return {
    askedMs,
    receivedMs,
    heardMs: ms(first),
    answeredMs: ms(last),
    monotonicS: /^\d+\.\d+$/.test(monotonic) ? Number(monotonic) : null,
    resolutionMs: fine ? 0 : 1000,
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

/** The clock of the controller, with an offset of zero. */
export function ownClock(nowMs = Date.now()): ClockOffset {
  const measured_at = new Date(nowMs).toISOString();
  return { offset_ms: 0, error_ms: 0, measured_at, controller_ms: nowMs, monotonic_s: null };
}

/**
 * The wall clock time at which `performance.now()` was 0, and its error, in milliseconds. `Date` has a resolution of 1 ms,
 * so this watches it for three ticks and uses the most precise observation.
 */
function wallStart(): { startMs: number; errorMs: number } {
  const seen: { startMs: number; errorMs: number }[] = [];
  let [wallMs, beforeMs] = [Date.now(), performance.now()];
  while (seen.length < 3) {
    const nextMs = Date.now();
    const afterMs = performance.now();
    // The tick happened between the previous reading and this one.
    if (nextMs === wallMs + 1) {
      const errorMs = (afterMs - beforeMs) / 2;
      seen.push({ startMs: nextMs - (beforeMs + afterMs) / 2, errorMs });
    }
    [wallMs, beforeMs] = [nextMs, afterMs];
  }
  return seen.reduce((best, one) => (one.errorMs < best.errorMs ? one : best));
}
