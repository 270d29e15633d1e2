import type { CollabError } from '../../errors.js';
import type { OfferedKey } from './offered-keys.js';
import { passwordNotEnough, passwordNotAccepted, type Target } from './ssh-errors.js';

interface Question {
  prompt: string;
  echo?: boolean;
}

/** One authentication attempt, in the types of the ssh2 library. */
export type Proof =
  | { type: 'none'; username: string }
  | { type: 'publickey'; username: string; key: string }
  | { type: 'agent'; username: string; agent: object }
  | { type: 'password'; username: string; password: string }
  | {
      type: 'keyboard-interactive';
      username: string;
      prompt: (
        name: string,
        instructions: string,
        lang: string,
        questions: readonly Question[],
        finish: (answers: string[]) => void,
      ) => void;
    };

/** Chooses the next authentication attempt; false ends the login. */
export interface Authentication {
  /** @param left methods that the server still accepts; null before the first attempt. */
  next(left: readonly string[] | null): Proof | false;
  /** The key of the last attempt: after a successful login, the accepted one. */
  readonly key: OfferedKey | null;
  /** The keys that were sent to the server. */
  readonly offered: readonly OfferedKey[];
  /** How many keys were taken from the list: those that were sent, and those that the server has no algorithm for. */
  readonly used: number;
  /** What the server takes, according to its last answer; null before one. */
  readonly methods?: readonly string[] | null;
  /** Why the login was abandoned, if that is clearer than the server's refusal. */
  readonly complaint: CollabError | null;
}

export function byKeys(username: string, keys: readonly OfferedKey[]): Authentication {
  let used = 0;
  const offered: OfferedKey[] = [];
  let sending: NodeJS.Immediate | null = null;
  return {
    next: () => {
      // The ssh library skips a key that the server has no algorithm for, and asks for the next one in the same turn of
      // the event loop. An answer of the server comes in a later one.
      if (sending !== null) clearImmediate(sending);
      sending = null;
      const key = keys[used];
      if (key === undefined) return false;
      used += 1;
      sending = setImmediate(() => {
        sending = null;
        offered.push(key);
      });
      return key.kind === 'file'
        ? { type: 'publickey', username, key: key.privateKey }
        : { type: 'agent', username, agent: key.agent };
    },
    get key() {
      return keys[used - 1] ?? null;
    },
    offered,
    get used() {
      return used;
    },
    complaint: null,
  };
}

/** Asks which methods the server accepts, and offers nothing. */
export function byNothing(username: string): Authentication {
  let methods: readonly string[] | null = null;
  return {
    next: (left) => {
      methods = left;
      return left === null ? { type: 'none', username } : false;
    },
    key: null,
    offered: [],
    used: 0,
    get methods() {
      return methods;
    },
    complaint: null,
  };
}

/**
 * Asks which methods the server accepts, then sends the password once: by `password`, or by `keyboard-interactive` if the
 * server asks exactly one hidden question.
 */
export function byPassword(target: Target, password: string): Authentication {
  const username = target.user;
  let complaint: CollabError | null = null;
  let sent = false;
  const answer = (questions: readonly Question[], finish: (answers: string[]) => void) => {
    const [only] = questions;
    if (!sent && only?.echo === false && questions.length === 1) {
      sent = true;
      finish([password]);
      return;
    }
    complaint ??= passwordNotEnough(
      target,
      questions.map(({ prompt }) => prompt),
    );
    finish(questions.map(() => ''));
  };
  return {
    next: (left) => {
      if (left === null) return { type: 'none', username };
      if (sent || complaint) return false;
      if (left.includes('password')) {
        sent = true;
        return { type: 'password', username, password };
      }
      if (left.includes('keyboard-interactive')) {
        const prompt = (
          _name: string,
          _instructions: string,
          _lang: string,
          ...rest: Parameters<typeof answer>
        ) => answer(...rest);
        return { type: 'keyboard-interactive', username, prompt };
      }
      complaint = passwordNotAccepted(target, left);
      return false;
    },
    key: null,
    offered: [],
    used: 0,
    get complaint() {
      return complaint;
    },
  };
}
