import { StringDecoder } from 'node:string_decoder';

/** Most bytes that a command may print on one stream before it is stopped: a guard of the controller's memory. */
export const outputLimitBytes = 64 * 1024 * 1024;

/** Gathers one output stream of a command as text, and tells its lines as they come. */
export class ExecOutput {
  readonly #chunks: Buffer[] = [];
  readonly #decoder = new StringDecoder('utf8');
  #bytes = 0;
  #line = '';

  constructor(private readonly onLine?: (line: string) => void) {}

  /** @returns false once the stream has passed `outputLimitBytes`; what comes then is dropped. */
  add(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    if (this.#bytes > outputLimitBytes) return false;
    this.#chunks.push(chunk);
    this.#tell(chunk);
    return true;
  }

  #tell(chunk: Buffer): void {
    if (this.onLine === undefined) return;
    const lines = (this.#line + this.#decoder.write(chunk)).split(/[\r\n]+/);
    this.#line = lines.pop() ?? '';
    for (const line of lines) if (line !== '') this.onLine(line);
  }

  /** All of it; a last line that had no end is told now. */
  text(): string {
    if (this.#line !== '') this.onLine?.(this.#line);
    this.#line = '';
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
