import type { CollabError } from '../../errors.js';
import type { LoginKey } from './login-keys.js';
import { passwordAnswersNothing, passwordNotTaken, type Target } from './ssh-errors.js';

interface Question {
  prompt: string;
  echo?: boolean;
}

/** One try to prove who we are, in the shapes of the library. */
export type Proof =
  | { type: 'none'; username: string }
  | { type: 'publickey'; username: string; key: string }
  | { type: 'agent'; username: string; agent: string }
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

/** Says what to try next at a server; false ends it. */
export interface Authentication {
  /** @param left methods that the server would still take; null before it was asked. */
  next(left: readonly string[] | null): Proof | false;
  /** The key of the last try: once we are in, the one that was accepted. */
  readonly key: LoginKey | null;
  /** Why there was no sense in going on, when that is known better than by the server's refusal. */
  readonly complaint: CollabError | null;
}

export function byKeys(username: string, keys: readonly LoginKey[]): Authentication {
  let tries = 0;
  return {
    next: () => {
      const key = keys[tries++];
      if (key === undefined) return false;
      return key.kind === 'file'
        ? { type: 'publickey', username, key: key.privateKey }
        : { type: 'agent', username, agent: key.socket };
    },
    get key() {
      return keys[tries - 1] ?? null;
    },
    complaint: null,
  };
}

/**
 * Asks which methods the server takes, then sends the password once: by `password`, else by `keyboard-interactive`
 * where it asks one hidden question.
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
    complaint ??= passwordAnswersNothing(
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
      complaint = passwordNotTaken(target, left);
      return false;
    },
    key: null,
    get complaint() {
      return complaint;
    },
  };
}
