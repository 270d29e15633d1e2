/** A replica lags behind a write by milliseconds; who waits longer for it waits for nothing. */
const rememberedMs = 5000;

/**
 * What this connection has written lately. Any replica may answer a read, one that does not have our last message yet too: with
 * this, a reader knows that it must ask again, and sees its own writes.
 */
export class OwnWrites {
  /** By subject; the oldest first. */
  readonly #writes = new Map<string, { sequence: number; atMs: number }>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  add(subject: string, sequence: number): void {
    this.#forget();
    this.#writes.delete(subject);
    this.#writes.set(subject, { sequence, atMs: this.nowMs() });
  }

  /** The least sequence that the last message of a subject has; 0 if we do not know. */
  least(subject: string): number {
    this.#forget();
    return this.#writes.get(subject)?.sequence ?? 0;
  }

  /** Written subjects that match a filter and have a later message than this. */
  after(filter: string, sequence: number): string[] {
    this.#forget();
    return [...this.#writes]
      .filter(([subject, write]) => write.sequence > sequence && matches(filter, subject))
      .map(([subject]) => subject);
  }

  /** The messages were removed: there is nothing to wait for. */
  purged(filter: string): void {
    for (const subject of this.#writes.keys()) if (matches(filter, subject)) this.#writes.delete(subject);
  }

  #forget(): void {
    for (const [subject, { atMs }] of this.#writes) {
      if (this.nowMs() - atMs < rememberedMs) return;
      this.#writes.delete(subject);
    }
  }
}

/** Whether a subject matches a filter of NATS: `*` is one token, a last `>` one or more. */
export function matches(filter: string, subject: string): boolean {
  const wanted = filter.split('.');
  const tokens = subject.split('.');
  if (wanted.at(-1) === '>')
    return (
      tokens.length >= wanted.length &&
      wanted.slice(0, -1).every((one, at) => one === '*' || one === tokens[at])
    );
  return wanted.length === tokens.length && wanted.every((one, at) => one === '*' || one === tokens[at]);
}
