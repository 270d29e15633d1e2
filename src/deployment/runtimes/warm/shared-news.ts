import type { News } from '../news.js';

/** The words of one wrapper, for all that wait for them: the trials of a process that stays. */
export class SharedNews {
  /** How many words there were. */
  private words = 0;
  private word = new AbortController();
  private readonly over = new AbortController();

  constructor(private readonly news: Pick<News, 'wait' | 'close'>) {
    void this.listen();
  }

  private async listen(): Promise<void> {
    while (!this.over.signal.aborted) {
      await this.news.wait(this.over.signal);
      this.words += 1;
      this.word.abort();
      this.word = new AbortController();
    }
  }

  /** The words from now on, for one that waits for them: between two waits, none is missed. */
  reader(): Pick<News, 'wait' | 'close'> {
    let read = this.words;
    const left = new AbortController();
    return {
      wait: async (signal) => {
        const end = AbortSignal.any([this.word.signal, signal, left.signal, this.over.signal]);
        if (this.words === read && !end.aborted)
          await new Promise<void>((told) => end.addEventListener('abort', () => told(), { once: true }));
        read = this.words;
      },
      close: () => left.abort(),
    };
  }

  close(): void {
    this.over.abort();
    this.news.close();
  }
}
