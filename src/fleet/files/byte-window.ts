/** Lets so many bytes be under way at once; who wants to send more waits, the first first. */
export class ByteWindow {
  #free: number;
  readonly #waiting: { bytes: number; go: () => void }[] = [];

  constructor(private readonly limit: number) {
    this.#free = limit;
  }

  /** @returns gives the bytes back */
  async take(wanted: number): Promise<() => void> {
    const bytes = Math.min(wanted, this.limit);
    if (this.#waiting.length > 0 || bytes > this.#free)
      await new Promise<void>((go) => this.#waiting.push({ bytes, go }));
    else this.#free -= bytes;
    return () => {
      this.#free += bytes;
      for (
        let next = this.#waiting[0];
        next !== undefined && next.bytes <= this.#free;
        next = this.#waiting[0]
      ) {
        this.#waiting.shift();
        this.#free -= next.bytes;
        next.go();
      }
    };
  }
}
