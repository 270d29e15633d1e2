import { StringDecoder } from 'node:string_decoder';

/** A command that prints more than this on one stream is stopped, to protect the controller's memory. */
export const outputLimitBytes = 64 * 1024 * 1024;

/** Collects one output stream of a command as text, and calls `onLine` for each line as it arrives. */
export class ExecOutput {
  readonly #chunks: Buffer[] = [];
  readonly #decoder = new StringDecoder('utf8');
  #bytes = 0;
  #line = '';

  constructor(private readonly onLine?: (line: string) => void) {}

  /** @returns false once the stream has passed `outputLimitBytes`; later output is dropped. */
  add(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    if (this.#bytes > outputLimitBytes) return false;
    this.#chunks.push(chunk);
    this.#emitLines(chunk);
    return true;
  }

  #emitLines(chunk: Buffer): void {
    if (this.onLine === undefined) return;
    const lines = (this.#line + this.#decoder.write(chunk)).split(/[\r\n]+/);
    this.#line = lines.pop() ?? '';
    for (const line of lines) if (line !== '') this.onLine(line);
  }

  /** The whole output. A last line without a newline is passed to `onLine` now. */
  text(): string {
    if (this.#line !== '') this.onLine?.(this.#line);
    this.#line = '';
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
