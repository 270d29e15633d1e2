import { signal } from '@preact/signals';
import { lostSinceMs } from '../../connection.js';
import type { Fault } from '../../call.js';

const pollMs = 1000;
/** Of a long output, the end is shown. */
const shownBytes = 64 * 1024;
/** With more than this to come, what lies between is left out. */
const behindBytes = 4 * shownBytes;
const shownCharacters = 256 * 1024;

/** What one attempt at a task has printed. */
export interface PrintedAttempt {
  readonly attempt: number;
  readonly member: string;
  /** `running` or how it ended. */
  readonly outcome: string;
  readonly text: string;
  /** Whether the text does not begin where the output does. */
  readonly isCut: boolean;
}

interface Part {
  readonly attempt: number;
  readonly newest: number;
  readonly member: string;
  readonly outcome: string;
  /** Of the task. */
  readonly state: string;
  readonly from: number;
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** Reads what a task prints, piece by piece, attempt after attempt. It can be stopped, and goes on where it was. */
export class OutputReader {
  readonly attempts = signal<readonly PrintedAttempt[]>([]);
  /** Why nothing was read last; null if it was. */
  readonly fault = signal<Fault | null>(null);
  #attempt: number | null = null;
  #next = -shownBytes;
  #decoder = new TextDecoder();

  /** @param path of the API, up to the stream */
  constructor(private readonly path: string) {}

  /** Until the task has ended and all is read, or the signal aborts. */
  async run(ending: AbortSignal): Promise<void> {
    while (!ending.aborted) {
      const part = lostSinceMs.value === null ? await this.#ask(ending) : null;
      const isMore = part !== null && this.#take(part);
      const isOver = part !== null && part.outcome !== 'running' && part.newest === part.attempt;
      if (isOver && !isMore && part.state !== 'queued' && part.state !== 'running') return;
      if (!isMore) await pause(pollMs, ending);
    }
  }

  async #ask(ending: AbortSignal): Promise<Part | null> {
    const attempt = this.#attempt === null ? '' : `&attempt=${this.#attempt}`;
    const query = `?from=${this.#next}&limit=${shownBytes}${attempt}`;
    try {
      const answer = await fetch(`${this.path}${query}`, { signal: ending });
      if (!answer.ok) {
        this.fault.value = (await answer.json()) as Fault;
        // There is no such attempt, or not any more.
        if (answer.status === 409) [this.#attempt, this.#next] = [null, -shownBytes];
        return null;
      }
      const said = (name: string) => answer.headers.get(`x-${name}`) ?? '';
      const bytes = new Uint8Array(await answer.arrayBuffer());
      this.fault.value = null;
      return {
        attempt: Number(said('attempt')),
        newest: Number(said('newest-attempt')),
        member: said('member'),
        outcome: said('outcome'),
        state: said('state'),
        from: Number(said('from')),
        size: Number(said('size')),
        bytes,
      };
    } catch {
      // The page says that the server is gone. What was cut off is asked for again.
      return null;
    }
  }

  /** @returns whether there is more to ask for at once */
  #take({ attempt, newest, member, outcome, from, size, bytes }: Part): boolean {
    const shown = this.attempts.value;
    const before = shown.find((one) => one.attempt === attempt);
    // Of an attempt that was lost, nothing is kept: what was read of it stays.
    const isNothing = bytes.length === 0;
    const isJump = !isNothing && from !== this.#next;
    if (isJump) this.#decoder = new TextDecoder();
    const isCut = isJump ? from > 0 : (before?.isCut ?? false);
    const decoded = this.#decoder.decode(bytes, { stream: true });
    const text = isJump ? (isCut ? fromLine(decoded) : decoded) : (before?.text ?? '') + decoded;
    const isLong = text.length > shownCharacters;
    const now: PrintedAttempt = {
      attempt,
      member,
      outcome,
      text: isLong ? fromLine(text.slice(-shownCharacters / 2)) : text,
      isCut: isCut || isLong,
    };
    this.attempts.value = [...shown.filter((one) => one.attempt !== attempt), now];
    this.#attempt = attempt;
    if (!isNothing || this.#next < 0) this.#next = from + bytes.length;
    const left = size - this.#next;
    if (left > behindBytes) this.#next = -shownBytes;
    if (left > 0 && !isNothing) return true;
    if (outcome === 'running' || newest <= attempt) return false;
    this.#attempt = newest;
    this.#next = 0;
    this.#decoder = new TextDecoder();
    return true;
  }
}

/** Without the rest of a line, or of a character. */
const fromLine = (text: string): string => text.slice(text.indexOf('\n') + 1);

function pause(ms: number, ending: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    ending.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });
}
