import { createHash, timingSafeEqual } from 'node:crypto';

/** How long a link may wait to be opened, and a session without a request before it ends. */
export const linkMs = 10 * 60_000;
export const sessionMs = 12 * 3600_000;
/** Browsers that are let in at the same time; the one that was silent for longest goes first. */
const mostSessions = 32;

export const cookieName = 'collab_dashboard';

/** The hash of each secret, and until when it is good. */
export type KeptSessions = readonly (readonly [hash: string, untilMs: number])[];

/**
 * Lets browsers in: each link works once, and gives a session, whose secret is in a cookie that scripts cannot read. The link
 * is worth nothing once it is in a history, a log, or on a screen. Secrets are kept as hashes.
 */
export class Sessions {
  private readonly links = new Map<string, number>();
  private readonly sessions: Map<string, number>;

  /**
   * @param secret gives 256 random bits as text without special characters
   * @param kept sessions of an earlier server, so that a page that was left open goes on after a restart
   */
  constructor(
    private readonly nowMs: () => number,
    private readonly secret: () => string,
    kept: KeptSessions = [],
  ) {
    this.sessions = new Map(kept);
  }

  /** The sessions, to be kept. */
  get kept(): KeptSessions {
    return [...this.sessions];
  }

  /** A token for a link, which works once. */
  newLink(): string {
    const token = this.secret();
    this.links.set(hashOf(token), this.nowMs() + linkMs);
    return token;
  }

  /** The secret of a new session; null if the link was used already, is too old, or is none. */
  enter(token: string): string | null {
    this.forget();
    const link = [...this.links.keys()].find((one) => isSame(one, hashOf(token)));
    if (link === undefined) return null;
    this.links.delete(link);
    const secret = this.secret();
    this.sessions.set(hashOf(secret), this.nowMs() + sessionMs);
    const [oldest] = this.sessions.keys();
    if (this.sessions.size > mostSessions && oldest !== undefined) this.sessions.delete(oldest);
    return secret;
  }

  /** Whether a secret is that of a session; then the session lives on. */
  has(secret: string | null): boolean {
    this.forget();
    if (secret === null) return false;
    const hash = hashOf(secret);
    const session = [...this.sessions.keys()].find((one) => isSame(one, hash));
    if (session === undefined) return false;
    this.sessions.delete(session);
    this.sessions.set(session, this.nowMs() + sessionMs);
    return true;
  }

  private forget(): void {
    const now = this.nowMs();
    for (const known of [this.links, this.sessions])
      for (const [hash, until] of known) if (until <= now) known.delete(hash);
  }
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
const isSame = (one: string, other: string): boolean => timingSafeEqual(Buffer.from(one), Buffer.from(other));

/** The secret in the cookies of a request; null without one. */
export function cookieOf(header: string | undefined): string | null {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === cookieName)?.[1] ?? null;
}

/** For the page alone: no script reads it, and no other site makes a browser send it. */
export const cookieFor = (secret: string): string =>
  `${cookieName}=${secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${sessionMs / 1000}`;
