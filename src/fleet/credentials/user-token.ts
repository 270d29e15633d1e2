import { z } from 'zod';
import { deviceName } from '../../network/index.js';
import { type Access, userName } from './access.js';
import { isSignedBy, signWith } from './broker-keys.js';

/** Who a token is of, and until when. */
export interface UserToken {
  fleet: string;
  user: string;
  expires: Date;
}

const payloadRecord = z.object({
  fleet: deviceName,
  user: userName,
  /** Seconds since 1970. */
  expires: z.int().nonnegative(),
});
const form = /^collab-user\.([\w-]{1,1000})\.([\w-]{86})$/;
/**
 * Stands before what is signed. Brokers let users sign texts that they choose, with the same key, and no text has this byte in UTF-8: so
 * no broker gets a token in this way.
 */
const mark = Buffer.concat([Buffer.from([0xff]), Buffer.from('collab user token\n')]);

/** A token that its user makes: the public half of the key is in the access document. @param seed of the user's key for brokers */
export function makeUserToken({ fleet, user, expires }: UserToken, seed: string): string {
  const record = { fleet, user, expires: Math.floor(expires.getTime() / 1000) };
  const payload = Buffer.from(JSON.stringify(payloadRecord.parse(record)));
  const signature = signWith(seed, Buffer.concat([mark, payload]));
  return `collab-user.${payload.toString('base64url')}.${signature.toString('base64url')}`;
}

/** The user whose token this is, as the access document knows them now; or why it is not one. */
export function userOfToken(
  text: string,
  { fleet, users }: Pick<Access, 'fleet' | 'users'>,
  now: Date,
): { user: string } | { refused: string } {
  const [, payload = '', signature = ''] = form.exec(text) ?? [];
  const read = payloadRecord.safeParse(jsonOf(Buffer.from(payload, 'base64url')));
  if (!read.success) return { refused: 'The token is not one of a user.' };
  const { user: name, expires } = read.data;
  const user = users.find((one) => one.name === name);
  const signed = Buffer.concat([mark, Buffer.from(payload, 'base64url')]);
  // Who does not know the key learns nothing of users, fleets and times.
  if (
    read.data.fleet !== fleet ||
    user?.brokerKey == null ||
    !isSignedBy(user.brokerKey, signed, Buffer.from(signature, 'base64url'))
  )
    return { refused: 'No user of this fleet has signed the token.' };
  if (expires * 1000 <= now.getTime())
    return { refused: `The token has expired at ${new Date(expires * 1000).toISOString()}.` };
  return { user: name };
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return null;
  }
}
