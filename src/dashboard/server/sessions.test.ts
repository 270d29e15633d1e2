import { expect, it } from 'vitest';
import { cookieFor, cookieOf, linkMs, Sessions, sessionMs } from './sessions.js';

function made() {
  let [nowMs, made] = [0, 0];
  const sessions = new Sessions(
    () => nowMs,
    () => `secret-${(made += 1)}`,
  );
  return { sessions, wait: (ms: number) => (nowMs += ms) };
}

it('a link works once', () => {
  const { sessions } = made();
  const link = sessions.newLink();
  const secret = sessions.enter(link);
  expect(sessions.has(secret)).toBe(true);
  expect(sessions.enter(link)).toBeNull();
});

it('a link that nobody opened, and a session that nobody used, end', () => {
  const { sessions, wait } = made();
  const late = sessions.newLink();
  wait(linkMs);
  expect(sessions.enter(late)).toBeNull();
  const secret = sessions.enter(sessions.newLink());
  wait(sessionMs - 1);
  expect(sessions.has(secret)).toBe(true);
  wait(sessionMs - 1);
  expect(sessions.has(secret)).toBe(true);
  wait(sessionMs);
  expect(sessions.has(secret)).toBe(false);
});

it('neither a link nor another word is a session', () => {
  const { sessions } = made();
  const link = sessions.newLink();
  for (const secret of [link, '', 'secret-9', null]) expect(sessions.has(secret)).toBe(false);
});

it('of too many sessions, the one that was silent for longest ends', () => {
  const { sessions } = made();
  const first = sessions.enter(sessions.newLink());
  const second = sessions.enter(sessions.newLink());
  for (let more = 0; more < 30; more += 1) sessions.enter(sessions.newLink());
  expect(sessions.has(first)).toBe(true);
  sessions.enter(sessions.newLink());
  expect(sessions.has(second)).toBe(false);
  expect(sessions.has(first)).toBe(true);
});

it('the cookie is read back from among others', () => {
  expect(cookieOf(`a=b; ${cookieFor('x-y_Z').split(';')[0] ?? ''}; c=d`)).toBe('x-y_Z');
  expect(cookieOf(undefined)).toBeNull();
});

it('sessions go on after a restart, links do not', () => {
  const { sessions } = made();
  const [link, secret] = [sessions.newLink(), sessions.enter(sessions.newLink())];
  const next = new Sessions(
    () => 0,
    () => 'other',
    sessions.kept,
  );
  expect(next.has(secret)).toBe(true);
  expect(next.enter(link)).toBeNull();
  expect(JSON.stringify(sessions.kept)).not.toContain(String(secret));
});
