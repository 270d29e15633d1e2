import { expect, it } from 'vitest';
import { makeBrokerKey, signWith } from './broker-keys.js';
import { makeUserToken, userOfToken } from './user-token.js';

const now = new Date('2026-01-01T00:00:00Z');
const expires = new Date('2026-01-02T00:00:00Z');
const [ann, ben] = [makeBrokerKey(), makeBrokerKey()];
const user = (name: string, brokerKey: string | null) => ({
  name,
  role: 'user' as const,
  tokenSha256: '0'.repeat(64),
  brokerKey,
});
const access = { fleet: 'lab', users: [user('ann', ann.publicKey), user('ben', ben.publicKey)] };
const token = makeUserToken({ fleet: 'lab', user: 'ann', expires }, ann.seed);

it('says whose it is', () => {
  expect(userOfToken(token, access, now)).toEqual({ user: 'ann' });
});

it('is worth nothing after its end', () => {
  expect(userOfToken(token, access, expires)).toEqual({
    refused: 'The token has expired at 2026-01-02T00:00:00.000Z.',
  });
});

it.each([
  ['signed with the key of another user', makeUserToken({ fleet: 'lab', user: 'ann', expires }, ben.seed)],
  ['of another fleet', makeUserToken({ fleet: 'shelf', user: 'ann', expires }, ann.seed)],
  ['of nobody', makeUserToken({ fleet: 'lab', user: 'eve', expires }, ann.seed)],
])('is refused when it is %s', (_, other) => {
  expect(userOfToken(other, access, now)).toEqual({
    refused: 'No user of this fleet has signed the token.',
  });
});

it('is refused when the user was removed, or has another key now', () => {
  const gone = { ...access, users: access.users.slice(1) };
  const renewed = { ...access, users: [user('ann', ben.publicKey)] };
  const none = { ...access, users: [user('ann', null)] };
  for (const one of [gone, renewed, none]) expect(userOfToken(token, one, now)).toHaveProperty('refused');
});

it('is refused when a byte of it is another one', () => {
  for (const at of [20, 60, token.length - 10]) {
    const other = token[at] === 'A' ? 'B' : 'A';
    const changed = token.slice(0, at) + other + token.slice(at + 1);
    expect(userOfToken(changed, access, now), String(at)).toHaveProperty('refused');
  }
  for (const text of ['', 'collab-user..', `${token}A`, 'x'.repeat(5000)])
    expect(userOfToken(text, access, now)).toHaveProperty('refused');
});

it('is nothing that a broker can have signed as a text', () => {
  const payload = token.split('.')[1] ?? '';
  const text = `\u00ffcollab user token\n${Buffer.from(payload, 'base64url').toString()}`;
  const signature = signWith(ann.seed, Buffer.from(text)).toString('base64url');
  expect(userOfToken(`collab-user.${payload}.${signature}`, access, now)).toHaveProperty('refused');
});
