import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** How long a link may wait to be opened, and a session without a request before it ends. */
export const linkMs = 10 * 60_000;
export const sessionMs = 12 * 3600_000;
/** Of one user, browsers that are let in and links that wait; of more, the one that was silent for longest ends. */
const mostOfUser = 32;

/** Browsers send cookies to all ports of a host, where other dashboards may listen. */
const cookieName = (port: number): string => `collab_dashboard_${port}`;

/** A user who came in. */
export interface Visitor {
  readonly name: string;
  /** The user's public key: a user of the same name who was added later has another one. */
  readonly key: string;
}

const keptSessions = z.array(
  z.object({ hash: z.string(), until_ms: z.number(), user: z.string(), key: z.string() }),
);
/** The hash of each secret, until when it is good, and whose it is. */
export type KeptSessions = z.output<typeof keptSessions>;

/** What was kept; nothing if it cannot be read. */
export function readSessions(text: string): KeptSessions {
  try {
    return keptSessions.parse(JSON.parse(text));
  } catch {
    return [];
  }
}

interface Ticket {
  readonly visitor: Visitor;
  readonly untilMs: number;
}

/**
 * Lets browsers in: each link works once, and gives a session, whose secret is in a cookie that scripts cannot read. The link
 * is worth nothing once it is in a history, a log, or on a screen. Secrets are kept as hashes.
 */
export class Sessions {
  private readonly links = new Map<string, Ticket>();
  private readonly sessions: Map<string, Ticket>;

  /**
   * @param secret gives 256 random bits as text without special characters
   * @param kept sessions of an earlier server, so that a page that was left open goes on after a restart
   */
  constructor(
    private readonly nowMs: () => number,
    private readonly secret: () => string,
    kept: KeptSessions = [],
  ) {
    this.sessions = new Map(
      kept.map(({ hash, until_ms, user, key }) => [
        hash,
        { untilMs: until_ms, visitor: { name: user, key } },
      ]),
    );
  }

  /** The sessions, to be kept. */
  get kept(): KeptSessions {
    return [...this.sessions].map(([hash, { untilMs, visitor }]) => ({
      hash,
      until_ms: untilMs,
      user: visitor.name,
      key: visitor.key,
    }));
  }

  /** A token for a link, which works once. */
  newLink(visitor: Visitor): string {
    const token = this.secret();
    this.forget();
    admit(this.links, hashOf(token), { visitor, untilMs: this.nowMs() + linkMs });
    return token;
  }

  /** The secret of a new session; null if the link was used already, is too old, or is none. */
  enter(token: string): string | null {
    this.forget();
    const found = foundIn(this.links, token);
    if (found === null) return null;
    const [link, { visitor }] = found;
    this.links.delete(link);
    const secret = this.secret();
    admit(this.sessions, hashOf(secret), { visitor, untilMs: this.nowMs() + sessionMs });
    return secret;
  }

  /** Whose session a secret is of, which then lives on; null if it is of none. */
  visitor(secret: string | null): Visitor | null {
    this.forget();
    const found = secret === null ? null : foundIn(this.sessions, secret);
    if (found === null) return null;
    const [session, { visitor }] = found;
    this.sessions.delete(session);
    this.sessions.set(session, { visitor, untilMs: this.nowMs() + sessionMs });
    return visitor;
  }

  /** Ends the sessions and links of a user. */
  end(visitor: Visitor): void {
    for (const known of [this.links, this.sessions])
      for (const [hash, { visitor: one }] of known) if (isSameUser(one, visitor)) known.delete(hash);
  }

  private forget(): void {
    const now = this.nowMs();
    for (const known of [this.links, this.sessions])
      for (const [hash, { untilMs }] of known) if (untilMs <= now) known.delete(hash);
  }
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
const isSame = (one: string, other: string): boolean => timingSafeEqual(Buffer.from(one), Buffer.from(other));

const isSameUser = (one: Visitor, other: Visitor): boolean =>
  one.name === other.name && one.key === other.key;

/** The last one in the map was used last. */
function admit(known: Map<string, Ticket>, hash: string, ticket: Ticket): void {
  known.set(hash, ticket);
  const ofUser = [...known].filter(([, { visitor }]) => isSameUser(visitor, ticket.visitor));
  const [oldest] = ofUser;
  if (ofUser.length > mostOfUser && oldest !== undefined) known.delete(oldest[0]);
}

function foundIn(known: ReadonlyMap<string, Ticket>, secret: string): [hash: string, ticket: Ticket] | null {
  const hash = hashOf(secret);
  return [...known].find(([one]) => isSame(one, hash)) ?? null;
}

/** The secret in the cookies of a request; null without one. */
export function cookieOf(header: string | undefined, port: number): string | null {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === cookieName(port))?.[1] ?? null;
}

/**
 * For the page alone: no script reads it, and no other site makes a browser send it.
 * @param isSecure whether the server speaks TLS: then it is never sent without
 */
export const cookieFor = (secret: string, { port, isSecure }: { port: number; isSecure: boolean }): string =>
  `${cookieName(port)}=${secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${sessionMs / 1000}${isSecure ? '; Secure' : ''}`;
