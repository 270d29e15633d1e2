import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { crc32 } from 'node:zlib';
import type { PlaceReplacer } from './anonymous-text.js';

const pieceBytes = 1 << 20;
/** A file with a NUL among its first bytes is no text. */
const headBytes = 65_536;
const newline = 10;

/** Size, lines and checksum of a file, as a role's exit.json has them. */
export interface Counted {
  bytes: number;
  lines: number;
  crc32: string;
}

export interface LookedAt {
  isText: boolean;
  /** Whether it has places that must be replaced. */
  hasPlaces: boolean;
  counted: Counted;
}

/** Reads a file whole. */
export async function lookForPlaces(path: string, replacer: PlaceReplacer): Promise<LookedAt> {
  const [take, counter] = [replacer.begin(), new Counter()];
  let [isText, isFirst, replaced] = [true, true, 0];
  for await (const piece of pieces(path)) {
    if (isFirst) isText = !piece.subarray(0, headBytes).includes(0);
    isFirst = false;
    counter.take(piece);
    replaced += take(piece.toString('latin1'), false).replaced;
  }
  replaced += take('', true).replaced;
  return { isText, hasPlaces: replaced > 0, counted: counter.counted };
}

/** Writes a copy with words for places. */
export async function copyWithoutPlaces(
  path: string,
  copy: string,
  replacer: PlaceReplacer,
): Promise<Counted> {
  const [take, counter] = [replacer.begin(), new Counter()];
  const out = createWriteStream(copy, { mode: 0o600 });
  const failed = new Promise<never>((_, reject) => out.once('error', reject));
  const write = async (text: string) => {
    const bytes = Buffer.from(text, 'latin1');
    counter.take(bytes);
    if (!out.write(bytes)) await Promise.race([once(out, 'drain'), failed]);
  };
  try {
    for await (const piece of pieces(path)) await write(take(piece.toString('latin1'), false).text);
    await write(take('', true).text);
    await Promise.race([new Promise<void>((resolve) => out.end(resolve)), failed]);
  } finally {
    failed.catch(() => undefined);
    out.destroy();
  }
  return counter.counted;
}

const pieces = (path: string) =>
  createReadStream(path, { highWaterMark: pieceBytes }) as AsyncIterable<Buffer>;

/** Lines as the wrapper counts them: a last one without a newline counts. */
class Counter {
  #bytes = 0;
  #lines = 0;
  #checksum = 0;
  #last = newline;

  take(piece: Buffer): void {
    this.#bytes += piece.length;
    this.#checksum = crc32(piece, this.#checksum);
    for (let at = piece.indexOf(newline); at !== -1; at = piece.indexOf(newline, at + 1)) this.#lines += 1;
    this.#last = piece.at(-1) ?? this.#last;
  }

  get counted(): Counted {
    return {
      bytes: this.#bytes,
      lines: this.#lines + Number(this.#last !== newline),
      crc32: this.#checksum.toString(16).padStart(8, '0'),
    };
  }
}
