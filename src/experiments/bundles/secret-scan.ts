/** A text that must not leave this machine, and what it is. */
export interface Secret {
  /** For messages, such as `the value of the environment variable HF_TOKEN`. Never the secret. */
  what: string;
  bytes: Buffer;
}

/** Shorter texts are found everywhere. */
export const shortestSecret = 8;
const keyBytes = 4;

/**
 * Looks for many texts in one pass over bytes that come in pieces. Its time does not grow with their number: the hash of
 * four bytes tells for nearly every place that none begins there.
 */
export class SecretScan {
  readonly #byStart = new Map<number, Secret[]>();
  readonly #maybe = new Uint8Array(1 << 16);
  readonly #reach: number;

  constructor(secrets: readonly Secret[]) {
    const usable = secrets.filter(({ bytes }) => bytes.length >= shortestSecret);
    for (const secret of usable) {
      const start = secret.bytes.readUInt32BE(0);
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), secret]);
      this.#maybe[slot(start)] = 1;
    }
    this.#reach = Math.max(0, ...usable.map(({ bytes }) => bytes.length - 1));
  }

  /** A look at one file: gives the first secret in the pieces so far, or null. */
  begin(): (piece: Buffer) => Secret | null {
    let tail = Buffer.alloc(0);
    let found: Secret | null = null;
    return (piece) => {
      if (found !== null || this.#reach === 0) return found;
      const whole = tail.length === 0 ? piece : Buffer.concat([tail, piece]);
      found = this.#in(whole);
      // A copy: the piece may be a view of memory that is used again.
      tail = Buffer.from(whole.subarray(Math.max(0, whole.length - this.#reach)));
      return found;
    };
  }

  #in(bytes: Buffer): Secret | null {
    let start = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      start = ((start << 8) | (bytes[at] ?? 0)) >>> 0;
      if (at < keyBytes - 1 || this.#maybe[slot(start)] === 0) continue;
      const first = at - keyBytes + 1;
      const hit = this.#byStart
        .get(start)
        ?.find(({ bytes: secret }) => bytes.subarray(first, first + secret.length).equals(secret));
      if (hit !== undefined) return hit;
    }
    return null;
  }
}

const slot = (start: number): number => Math.imul(start, 0x9e3779b1) >>> 16;
