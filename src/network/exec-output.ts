/** Most bytes that a command may print on one stream before it is stopped: a guard of the controller's memory. */
export const outputLimitBytes = 64 * 1024 * 1024;

/** Gathers one output stream of a command as text. */
export class ExecOutput {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  /** @returns false once the stream has passed `outputLimitBytes`; what comes then is dropped. */
  add(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    if (this.#bytes > outputLimitBytes) return false;
    this.#chunks.push(chunk);
    return true;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
