import type { ExitCode } from './exit-codes.js';

export { ExitCode } from './exit-codes.js';

export interface ErrorParts {
  /** What happened, in one sentence. */
  what: string;
  /** Why, if known. May have several lines. */
  why?: string | undefined;
  /** What the user can do next. */
  next: string;
  exitCode: ExitCode;
  /** The underlying error, shown with `--debug` only. */
  cause?: unknown;
}

/** An error for the user: what happened, why, and what to do next. Only `cli` prints it. */
export class CollabError extends Error {
  readonly what: string;
  readonly why: string | undefined;
  readonly next: string;
  readonly exitCode: ExitCode;

  /** @param name a stable name for programs, in kebab case, e.g. `host-key-changed` */
  constructor(
    override readonly name: string,
    parts: ErrorParts,
  ) {
    super(parts.what, { cause: parts.cause });
    this.what = parts.what;
    this.why = parts.why;
    this.next = parts.next;
    this.exitCode = parts.exitCode;
  }
}

/** The message of anything that was thrown, on one line. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.replace(/\s*\n\s*/g, '; ').trim();
}

/** Terminal control characters, which text from a device must not send to the user's terminal. Tab and newline are kept. */
const controlCharacters =
  /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** Makes text from a device safe for a terminal: removes escape sequences and control characters. */
export function plainText(text: string): string {
  return text.replace(controlCharacters, '');
}

/** The first words of a text from a device, in quotes. */
export function firstWords(text: string): string {
  const plain = plainText(text.replace(/\s+/g, ' ')).trim();
  return JSON.stringify(plain.length <= 60 ? plain : `${plain.slice(0, 60).replace(/ \S*$/, '')} ...`);
}
