import { CollabError } from '../../errors.js';
import type { Authentication } from './authentication.js';
import type { KeysToOffer, OfferedKey } from './offered-keys.js';
import * as errors from './ssh-errors.js';

/** The server refused the login. `atLimit`: it took no more attempts on this connection (MaxAuthTries). */
export class LoginRefused extends Error {
  constructor(
    readonly proof: Authentication,
    readonly atLimit: boolean,
    cause: unknown,
  ) {
    super('refused', { cause });
  }
}

/** The server closed the connection during the login, without a reason. */
export class CutDuringLogin extends Error {
  constructor(
    readonly proof: Authentication,
    cause: unknown,
  ) {
    super('cut during the login', { cause });
  }
}

/**
 * Logs in with one of the keys. If the server takes fewer on one connection, the rest is offered on further ones.
 * @param attempt connects and offers keys in their order; rejects with `LoginRefused` or `CutDuringLogin`
 * @throws CollabError `key-refused` with the keys that were offered, `no-login-key` without one, and the errors of `attempt`
 */
export async function offerKeys<T>(
  target: errors.Target,
  { keys, left: unusable }: KeysToOffer,
  attempt: (keys: readonly OfferedKey[]) => Promise<T>,
): Promise<T> {
  if (keys.length === 0) throw errors.noUsableKey(target, unusable);
  const offered: OfferedKey[] = [];
  let rest: readonly OfferedKey[] = keys;
  const names = (some: readonly OfferedKey[]) => some.map(({ name }) => name);
  for (;;) {
    try {
      return await attempt(rest);
    } catch (error) {
      if (error instanceof LoginRefused) {
        const { proof, atLimit } = error;
        offered.push(...proof.offered);
        rest = rest.slice(proof.used);
        if (atLimit && rest.length > 0 && proof.used > 0) continue;
        throw errors.keyRefused(target, offered, [...unusable, ...names(rest)], error.cause);
      }
      // The last key may not have been looked at.
      if (error instanceof CutDuringLogin && error.proof.used > 1) {
        offered.push(...error.proof.offered.filter((key) => key !== error.proof.key));
        rest = rest.slice(error.proof.used - 1);
        continue;
      }
      if (!isClosed(error) || offered.length === 0) throw error;
      throw errors.keyRefused(target, offered, [...unusable, ...names(rest)], error);
    }
  }
}

/** Whether a further connection was not taken. Host keys and interrupts stay what they are. */
function isClosed(error: unknown): boolean {
  return !(error instanceof CollabError) || error.name === 'device-unreachable';
}
