import { expect, it } from 'vitest';
import { cookieFor, cookieOf, linkMs, readSessions, Sessions, sessionMs } from './sessions.js';

const ann = { name: 'ann', key: 'UANN' };

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
  const link = sessions.newLink(ann);
  const secret = sessions.enter(link);
  expect(sessions.visitor(secret)).toEqual(ann);
  expect(sessions.enter(link)).toBeNull();
});

it('a link that nobody opened, and a session that nobody used, end', () => {
  const { sessions, wait } = made();
  const late = sessions.newLink(ann);
  wait(linkMs);
  expect(sessions.enter(late)).toBeNull();
  const secret = sessions.enter(sessions.newLink(ann));
  wait(sessionMs - 1);
  expect(sessions.visitor(secret)).toEqual(ann);
  wait(sessionMs - 1);
  expect(sessions.visitor(secret)).toEqual(ann);
  wait(sessionMs);
  expect(sessions.visitor(secret)).toBeNull();
});

it('neither a link nor another word is a session', () => {
  const { sessions } = made();
  const link = sessions.newLink(ann);
  for (const secret of [link, '', 'secret-9', null]) expect(sessions.visitor(secret)).toBeNull();
});

it('of too many sessions of a user, the one that was silent for longest ends', () => {
  const { sessions } = made();
  const ofBen = sessions.enter(sessions.newLink({ name: 'ben', key: 'UBEN' }));
  const first = sessions.enter(sessions.newLink(ann));
  const second = sessions.enter(sessions.newLink(ann));
  for (let more = 0; more < 30; more += 1) sessions.enter(sessions.newLink(ann));
  expect(sessions.visitor(first)).toEqual(ann);
  sessions.enter(sessions.newLink(ann));
  expect(sessions.visitor(second)).toBeNull();
  expect(sessions.visitor(first)).toEqual(ann);
  expect(sessions.visitor(ofBen)).toMatchObject({ name: 'ben' });
});

it('of too many links of a user, the oldest works no more', () => {
  const { sessions } = made();
  const links = Array.from({ length: 33 }, () => sessions.newLink(ann));
  expect(sessions.enter(links[0] ?? '')).toBeNull();
  for (const link of links.slice(1)) expect(sessions.enter(link)).not.toBeNull();
});

it('the cookie is read back from among others', () => {
  const cookie = cookieFor('x-y_Z', { port: 7950, isSecure: true });
  const sent = `a=b; ${cookie.split(';')[0] ?? ''}; c=d`;
  expect(cookieOf(sent, 7950)).toBe('x-y_Z');
  expect(cookie).toMatch(/; Secure$/);
  // That of a dashboard on another port of the same host.
  expect(cookieOf(sent, 7951)).toBeNull();
  expect(cookieOf(undefined, 7950)).toBeNull();
});

it('sessions go on after a restart, links do not', () => {
  const { sessions } = made();
  const [link, secret] = [sessions.newLink(ann), sessions.enter(sessions.newLink(ann))];
  const next = new Sessions(
    () => 0,
    () => 'other',
    readSessions(JSON.stringify(sessions.kept)),
  );
  expect(next.visitor(secret)).toEqual(ann);
  expect(next.enter(link)).toBeNull();
  expect(JSON.stringify(sessions.kept)).not.toContain(String(secret));
});

it('what is kept of another version, or damaged, lets nobody in', () => {
  for (const text of ['', '[', '[["hash", 9e15]]', '{}']) expect(readSessions(text)).toEqual([]);
});

it('when a user goes, so do the sessions and links of that user, and those of others stay', () => {
  const { sessions } = made();
  const [secret, link] = [sessions.enter(sessions.newLink(ann)), sessions.newLink(ann)];
  // Of the same name, and added later.
  const again = { name: 'ann', key: 'UOTHER' };
  const other = sessions.enter(sessions.newLink(again));
  sessions.end(ann);
  expect(sessions.visitor(secret)).toBeNull();
  expect(sessions.enter(link)).toBeNull();
  expect(sessions.visitor(other)).toEqual(again);
});
