import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunningRole, type WarmTrial } from '../../../deployment/index.js';
import type { Clock } from '../../../events.js';
import { roleFiles } from '../../../logs/index.js';
import { exitIn } from '../left-behind.js';
import { readTaskFile } from '../task-file.js';

/** How long a batch that is not wanted any more may go on: to end its process costs the loading of its model. */
const unwantedMs = 10_000;
/** The wrapper ends soon after it has written how its command ended. */
const endingMs = 10_000;
/** Of what a process printed, so much is kept. */
const wordsBytes = 256 * 1024;

/** One batch of a process that stays. It ends when the process asks for the next one; the process goes on. */
export class BatchRole implements RunningRole {
  #hasEnded = false;

  /** @param ended called once, when the process has nothing to do, or has ended */
  constructor(
    private readonly trial: WarmTrial,
    private readonly clock: Clock,
    private readonly ended: () => void,
  ) {}

  get connected(): RunningRole['connected'] {
    return this.trial.connected;
  }

  get order(): RunningRole['order'] {
    return this.trial.order;
  }

  get folder(): string {
    return this.trial.folder;
  }

  async alive(): Promise<{ alive: boolean; reason: string | null }> {
    if (await this.#isDone()) return { alive: false, reason: null };
    const state = await this.trial.alive();
    if (state.alive) return state;
    this.#end();
    await this.#keepWords();
    return state;
  }

  async waitForEnd(signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const stop = () => over.abort();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    void this.trial
      .waitForEnd(over.signal)
      .catch(() => undefined)
      .finally(stop);
    try {
      while (!over.signal.aborted && !(await this.#isDone())) await this.trial.news.wait(over.signal);
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
    }
  }

  async stop(): Promise<void> {
    const late = new AbortController();
    void this.clock.sleep(unwantedMs, late.signal).then(() => late.abort());
    await this.waitForEnd(late.signal);
    late.abort();
    if (!(await this.#isDone())) {
      await this.trial.process.stop();
      await this.#keepWords();
    }
    this.#end();
  }

  async release(): Promise<void> {
    this.#end();
    await this.trial.release();
  }

  async remove(): Promise<void> {
    this.#end();
    await this.trial.remove();
  }

  async #isDone(): Promise<boolean> {
    if (this.#hasEnded) return true;
    const exit = await exitIn(this.folder);
    if (exit === null) return false;
    // Its process has ended too, or is about to: the next batch must not go to it.
    if (exit.code !== 0) {
      await this.trial.waitForEnd(AbortSignal.timeout(endingMs)).catch(() => undefined);
      await this.trial.alive().catch(() => undefined);
      await this.#keepWords();
    }
    this.#end();
    return true;
  }

  /** What a process printed that has ended says why, and is removed with it. */
  async #keepWords(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    for (const name of [roleFiles.stdout, roleFiles.stderr]) {
      const from = join(this.trial.process.running.folder, name);
      const printed = await readTaskFile(from, { maxBytes: wordsBytes, from: 'end' });
      if (printed !== null) await writeFile(join(this.folder, name), printed);
    }
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.ended();
  }
}
